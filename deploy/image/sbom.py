"""Writes an image's software bill of materials, SPDX 2.3 in JSON, into the image as /sbom.spdx.json.

It names every Debian package from which a file of the image comes, and every one whose code is inside the program. Static
archives come from the linker's map, headers from the compiler's dependency files. Versions come from dpkg. Licences are
not concluded: Debian's copyright files state them for each file.
"""

import dataclasses
import datetime
import hashlib
import json
import pathlib
import re
import subprocess

NAME = "sbom.spdx.json"


@dataclasses.dataclass
class Image:
    program: str
    root: pathlib.Path
    build: pathlib.Path  # CMake's build folder, with the linker's map next to the program.
    architecture: str
    origins: dict  # {path in the image, without the first slash: path that dpkg knows}
    version: str
    revision: str
    time: int


def run(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout


def spdx_id(*parts):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join(parts))


def owners(paths, architecture):
    """Returns {path: "package:architecture"} for the paths that dpkg knows. On a system with merged /usr, dpkg can list
    them without /usr."""
    asked = {}
    for path in paths:
        path = str(pathlib.Path(path).resolve())
        asked[path] = path
        if path.startswith("/usr/lib"):
            asked[path.removeprefix("/usr")] = path
    found = {}
    names = sorted(asked)
    for start in range(0, len(names), 500):
        for line in run("dpkg-query", "--search", *names[start:start + 500]).splitlines():
            package, _, path = line.partition(": ")
            if path in asked and not package.startswith("diversion"):
                # A header can belong to the packages of two architectures.
                packages = package.split(", ")
                found[asked[path]] = next((one for one in packages if one.endswith(f":{architecture}")), packages[0])
    return found


def debian_package(name):
    fields = run("dpkg-query", "--show", "--showformat",
                 "${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}", name)
    package, version, architecture, source, source_version = fields.split("\t")
    return {
        "SPDXID": spdx_id("Package", package, architecture),
        "name": package,
        "versionInfo": version,
        "supplier": "Organization: Debian",
        "downloadLocation": "NOASSERTION",
        "sourceInfo": f"built from the Debian source package {source} {source_version}",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": f"pkg:deb/debian/{package}@{version.replace(':', '%3A').replace('+', '%2B')}"
                                              f"?arch={architecture}&distro=debian-{debian_version()}"}],
    }


def debian_version():
    return re.search(r'^VERSION_ID="?([0-9]+)', pathlib.Path("/etc/os-release").read_text(), re.M)[1]


def linked_archives(image):
    """The paths of the archives and objects that the linker used."""
    text = (image.build / "bin" / f"{image.program}.map").read_text(errors="replace")
    paths = set()
    for match in re.finditer(r" (\S+\.(?:a|o|cpp\.o))(?:\(|:\()", text):
        path = pathlib.Path(match[1])
        paths.add(str(path if path.is_absolute() else (image.build / path).resolve()))
    return paths


def read_headers(image, archives):
    """The paths of the system headers that the sources of the program, and of the floors that it links, include."""
    # Precompiled headers are used by all floors, but are listed only with their own target.
    folders = {f"CMakeFiles/{image.program}.dir/", "CMakeFiles/ekiden_precompiled.dir/"}
    folders |= {f"CMakeFiles/{match[1]}.dir/" for path in archives if (match := re.search(r"/lib(ekiden_\w+)\.a$", path))}
    headers = set()
    for block in run("ninja", "-C", str(image.build), "-t", "deps").split("\n\n"):
        if any(folder in block.partition(":")[0] for folder in folders):
            headers.update(re.findall(r"^ +(/\S+)$", block, re.M))
    return headers


def crt_packages(paths):
    """AWS's libraries, if scripts/aws-crt has built them: the source distribution, and the eight libraries."""
    found = sorted({match[1] for path in paths if (match := re.search(r"/aws-crt-[^/]+/lib/lib([^/]+)\.a$", path))})
    if not found:
        return []
    requirement = re.search(r"^awscrt==(\S+) --hash=sha256:(\S+)", pathlib.Path("scripts/aws-crt.txt").read_text(), re.M)
    version, digest = requirement[1], requirement[2]
    source = {
        "SPDXID": spdx_id("Package", "awscrt"), "name": "awscrt", "versionInfo": version,
        "supplier": "Organization: Amazon Web Services",
        "downloadLocation": f"https://pypi.org/project/awscrt/{version}/",
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
        "comment": "The source distribution that contains the C libraries below; nothing else of it is used.",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": f"pkg:pypi/awscrt@{version}"}],
    }
    parts = [{
        "SPDXID": spdx_id("Package", name), "name": name, "versionInfo": f"as in awscrt {version}",
        "supplier": "Organization: Amazon Web Services", "downloadLocation": source["downloadLocation"],
        "licenseDeclared": "Apache-2.0",
    } for name in found]
    return [source, *parts]


def file_entry(image, path):
    name = str(path.relative_to(image.root))
    data = path.read_bytes()
    kind = "BINARY" if data.startswith(b"\x7fELF") else "TEXT"
    return {
        "SPDXID": spdx_id("File", name), "fileName": f"./{name}", "fileTypes": [kind],
        "checksums": [{"algorithm": "SHA1", "checksumValue": hashlib.sha1(data).hexdigest()},
                      {"algorithm": "SHA256", "checksumValue": hashlib.sha256(data).hexdigest()}],
        "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION",
    }


def finish(package, files):
    """Sets the fields that every package has, and the verification code that SPDX requires for a package with files."""
    package.setdefault("licenseConcluded", "NOASSERTION")
    package.setdefault("licenseDeclared", "NOASSERTION")
    package.setdefault("copyrightText", "NOASSERTION")
    package["filesAnalyzed"] = bool(files)
    if files:
        sums = sorted(file["checksums"][0]["checksumValue"] for file in files)
        package["packageVerificationCode"] = {
            "packageVerificationCodeValue": hashlib.sha1("".join(sums).encode()).hexdigest()}
        package["licenseInfoFromFiles"] = ["NOASSERTION"]
    return package


def build_document(image):
    paths = [path for path in sorted(image.root.rglob("*"))
             if path.is_file() and not path.is_symlink() and path.name != NAME]
    files = {str(path.relative_to(image.root)): file_entry(image, path) for path in paths}
    ours = {
        "SPDXID": spdx_id("Package", image.program), "name": image.program, "versionInfo": image.version,
        "supplier": "NOASSERTION", "downloadLocation": "NOASSERTION", "licenseDeclared": "Apache-2.0",
        "primaryPackagePurpose": "CONTAINER", "sourceInfo": f"revision {image.revision}",
    }
    packages, contents, relationships = {}, {ours["SPDXID"]: []}, []

    def relate(left, kind, right, comment=None):
        relationships.append({"spdxElementId": left, "relationshipType": kind, "relatedSpdxElement": right,
                              **({"comment": comment} if comment else {})})

    def debian(owner):
        package = debian_package(owner)
        return packages.setdefault(package["SPDXID"], package)

    # What is in the image, file by file.
    owner_of = owners(image.origins.values(), image.architecture)
    shared = set()
    for name, file in files.items():
        origin = image.origins.get(name)
        if origin:
            package = debian(owner_of[str(pathlib.Path(origin).resolve())])
            shared.add(package["SPDXID"])
        elif name.endswith("ca-certificates.crt"):
            package = debian("ca-certificates")  # Its bundle is generated at installation.
        else:
            package = ours
        contents.setdefault(package["SPDXID"], []).append(file)
    for identifier in sorted(shared):
        relate(ours["SPDXID"], "DYNAMIC_LINK", identifier)

    # What is inside the program.
    archives = linked_archives(image)
    inside = {}
    for owner in sorted(set(owners(archives, image.architecture).values())):
        inside[debian(owner)["SPDXID"]] = "from its archives or objects, according to the linker's map"
    for owner in sorted(set(owners(read_headers(image, archives), image.architecture).values())):
        inside.setdefault(debian(owner)["SPDXID"], "from its headers, as far as they contain code")
    for identifier, comment in sorted(inside.items()):
        relate(ours["SPDXID"], "STATIC_LINK", identifier, comment)
    crt = crt_packages(archives)
    for package in crt:
        packages[package["SPDXID"]] = package
        if package is not crt[0]:
            relate(ours["SPDXID"], "STATIC_LINK", package["SPDXID"], "from its archive, according to the linker's map")
            relate(crt[0]["SPDXID"], "CONTAINS", package["SPDXID"])

    for identifier, package in packages.items():
        if identifier in contents:
            relate(ours["SPDXID"], "CONTAINS", identifier)
    for identifier, owned in contents.items():
        for file in owned:
            relate(identifier, "CONTAINS", file["SPDXID"])
    relate("SPDXRef-DOCUMENT", "DESCRIBES", ours["SPDXID"])

    created = datetime.datetime.fromtimestamp(image.time, datetime.timezone.utc)
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{image.program}-{image.version}-{image.architecture}",
        "documentNamespace": f"https://spdx.org/spdxdocs/{image.program}-{image.version}-{image.architecture}-{image.revision}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": [f"Tool: ekiden-sbom-{image.version}"]},
        "packages": [finish(package, contents.get(package["SPDXID"], []))
                     for package in [ours, *sorted(packages.values(), key=lambda package: package["SPDXID"])]],
        "files": [files[name] for name in sorted(files)],
        "relationships": sorted(relationships, key=lambda relation: json.dumps(relation, sort_keys=True)),
    }


def write(image):
    path = image.root / NAME
    path.write_text(json.dumps(build_document(image), indent=1) + "\n")
    path.chmod(0o644)
