#!/usr/bin/env python3
"""Says in the configuration of an image, saved as an OCI layout, for which architecture it is.

  set_architecture.py FOLDER ARCHITECTURE NAME

podman takes a stage FROM scratch for the architecture of its builder, which for what was cross-compiled is another.
Only the configuration changes, so that two builds stay one image. NAME is the image's when the
layout is loaded again.
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
