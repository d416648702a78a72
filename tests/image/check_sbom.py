"""Compares the bill of materials of an image with its files: check_sbom.py ROOT

It must list exactly the regular files of the image, each with its SHA-256 and one package. Every Debian package must have
its version, and statically linked libraries must be named. Prints the counts, and the size of each package.
"""

import hashlib
import json
import pathlib
import sys

NAME = "sbom.spdx.json"
STATIC = {"aws-c-auth", "aws-c-cal", "aws-c-common", "aws-c-compression", "aws-c-http", "aws-c-io", "aws-c-sdkutils",
          "s2n"}
HEADERS = {"libboost1.81-dev", "libcli11-dev", "libtomlplusplus-dev", "libspdlog-dev", "libfmt-dev"}
SHARED = {"libc6", "libstdc++6", "libssl3", "libcurl4", "ca-certificates"}


def main():
    root = pathlib.Path(sys.argv[1])
    sbom = json.loads((root / NAME).read_text())
    relations = {}
    for relation in sbom["relationships"]:
        relations.setdefault(relation["relationshipType"], []).append(
            (relation["spdxElementId"], relation["relatedSpdxElement"]))
    packages = {package["SPDXID"]: package for package in sbom["packages"]}

    listed = {file["fileName"]: file for file in sbom["files"]}
    # Files that an engine adds to a container are empty; no file of the image is.
    found = {f"./{path.relative_to(root)}": path for path in root.rglob("*")
             if path.is_file() and not path.is_symlink() and path.name != NAME and path.stat().st_size > 0}
    assert found.keys() == listed.keys(), f"not in both: {sorted(found.keys() ^ listed.keys())}"
    for name, path in found.items():
        sums = {sum["algorithm"]: sum["checksumValue"] for sum in listed[name]["checksums"]}
        assert sums["SHA256"] == hashlib.sha256(path.read_bytes()).hexdigest(), f"{name} has another sum"
        owners = [left for left, right in relations["CONTAINS"] if right == listed[name]["SPDXID"]]
        assert len(owners) == 1 and owners[0] in packages, f"{name} belongs to {owners}"

    subjects = [right for left, right in relations["DESCRIBES"]]
    assert len(subjects) == 1, subjects
    linked = {kind: {packages[right]["name"] for left, right in relations[kind] if left == subjects[0]}
              for kind in ("STATIC_LINK", "DYNAMIC_LINK")}
    missing = (STATIC | HEADERS) - linked["STATIC_LINK"]
    assert not missing, f"linked statically, and not named: {sorted(missing)}"
    names = {package["name"] for package in packages.values()}
    assert SHARED <= names, f"not named: {sorted(SHARED - names)}"
    for package in packages.values():
        assert package.get("versionInfo"), f"{package['name']} has no version"
    sizes = {}
    for name, path in found.items():
        owner = next(left for left, right in relations["CONTAINS"] if right == listed[name]["SPDXID"])
        sizes[packages[owner]["name"]] = sizes.get(packages[owner]["name"], 0) + path.stat().st_size
    largest = sorted(sizes.items(), key=lambda entry: -entry[1])
    print("size by package, in kB: " + ", ".join(f"{name} {size / 1000:.0f}" for name, size in largest))
    print(f"sbom: {len(found)} files, each in exactly one package; {len(packages)} packages, "
          f"{len(linked['DYNAMIC_LINK'])} linked dynamically, {len(linked['STATIC_LINK'])} inside the program")


main()
