#!/usr/bin/env python3
"""Sets the architecture in the configuration of an image that was saved as an OCI layout.

  set_architecture.py FOLDER ARCHITECTURE NAME

podman marks a stage FROM scratch with the architecture of the build machine, which is wrong for a cross-compiled image.
Only the configuration changes, so that builds stay reproducible. NAME is the name that the image gets when the layout is
loaded again.
"""
import hashlib
import json
import pathlib
import sys


def main():
    folder, architecture = pathlib.Path(sys.argv[1]), sys.argv[2]
    blobs = folder / "blobs" / "sha256"

    def read(descriptor):
        return json.loads((blobs / descriptor["digest"].removeprefix("sha256:")).read_text())

    def write(descriptor, content):
        data = json.dumps(content, separators=(",", ":")).encode()
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        descriptor.update(digest="sha256:" + digest, size=len(data))

    index = json.loads((folder / "index.json").read_text())
    (entry,) = index["manifests"]
    manifest = read(entry)
    configuration = read(manifest["config"])
    configuration["architecture"] = architecture
    write(manifest["config"], configuration)
    write(entry, manifest)
    entry["annotations"] = {"org.opencontainers.image.ref.name": sys.argv[3]}
    (folder / "index.json").write_text(json.dumps(index))


if __name__ == "__main__":
    main()
