#!/usr/bin/env python3
"""Fetches NVIDIA's TensorRT libraries out of an archive on Maven Central.

    fetch_tensorrt.py PINS FOLDER PATTERN [PATTERN...]

PINS is a text file: a comment that says what is fetched, its size and its licence (it is printed first), then one line
with the Maven version and the SHA-256 of the archive. Files that match a PATTERN go to FOLDER. The archive stays in
Maven's own cache: ~/.m2/repository, or the folder named by MAVEN_REPOSITORY.
"""

import os
import platform
import shutil
import subprocess
import sys

from unpack import sha256, unpack

CLASSIFIER = "linux-x86_64-redist"
DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


def download(version, repository):
    """Lets Maven put the archive into the repository."""
    if shutil.which("mvn") is None:
        raise SystemExit("TensorRT: the download needs Maven, and there is no mvn in PATH. Install it: apt install maven. "
                         "With an installation of TensorRT on this machine nothing has to be fetched.")
    command = ["mvn", "--batch-mode", "--quiet", f"-Dmaven.repo.local={repository}", f"{DEPENDENCY_PLUGIN}:get",
               "-Dtransitive=false", f"-Dartifact=org.bytedeco:tensorrt:{version}:jar:{CLASSIFIER}"]
    if subprocess.run(command).returncode != 0:
        raise SystemExit(f"TensorRT {version}: Maven could not fetch the archive; its own message is above. Behind a mirror "
                         "or a proxy set it in ~/.m2/settings.xml and try again.")


def main(pins, folder, *patterns):
    with open(pins, encoding="utf-8") as file:
        announcement, pin = file.read().splitlines()
    version, digest = pin.split()
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise SystemExit(f"TensorRT {version}: on Maven for Linux on x86_64 only, this is {platform.system()} on "
                         f"{platform.machine()}; install NVIDIA's package for it instead")
    repository = os.path.abspath(os.environ.get("MAVEN_REPOSITORY") or os.path.expanduser("~/.m2/repository"))
    archive = os.path.join(repository, "org", "bytedeco", "tensorrt", version, f"tensorrt-{version}-{CLASSIFIER}.jar")
    if os.path.exists(archive):
        print("unpack", announcement.lstrip("# "), "(already in Maven's cache)", flush=True)
    else:
        print("fetch", announcement.lstrip("# "), flush=True)
        download(version, repository)
    found = sha256(archive)
    if found != digest:
        raise SystemExit(f"{archive}: SHA-256 is {found}, {pins} says {digest}. Nothing was unpacked; delete the file and "
                         "try again.")
    try:
        for pattern in patterns:
            unpack(archive, f"*/{pattern}", folder)
    except OSError as error:
        raise SystemExit(f"{folder}: {error}; the libraries of one version take 0.7 GB, with the builder's 0.9 GB")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
