#!/usr/bin/env python3
"""Fetches shared libraries out of a Python wheel, without installing anything into Python.

    fetch_wheel.py PINS FOLDER PATTERN [PATTERN...]

PINS is a pip requirements file with one package and the SHA-256 of its wheels. Its first line is a comment that says
what is fetched, its size and its licence; it is printed before the download. The wheel is always the one for the
Python version below, whichever Python runs this script, so that one hash per processor pins it. Files that match a
PATTERN go to FOLDER, licence texts to FOLDER/licences/PACKAGE.
"""

import glob
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile

from unpack import unpack

PYTHON, ABI = "3.12", "cp312"
GLIBC = ["manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014", "manylinux1"]
LICENCES = ["*/LICENSE", "*/LICENSE.txt", "*/licenses/*", "*/ThirdPartyNotices.txt"]


def download(pins, folder, tags=GLIBC):
    """Runs pip and returns the path of the wheel, which is for one of the platform tags."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
               "--no-deps", "--only-binary=:all:", "--require-hashes",
               "--implementation=cp", f"--python-version={PYTHON}", f"--abi={ABI}", "--abi=none"]
    command += [f"--platform={tag}_{platform.machine()}" for tag in tags]
    command += ["--dest", folder, "--requirement", pins]
    # A setting that forbids pip outside a virtual environment is about installing; this only downloads.
    environment = dict(os.environ, PIP_REQUIRE_VIRTUALENV="0")
    if subprocess.run(command, env=environment).returncode != 0:
        raise SystemExit(f"{pins}: pip could not fetch the wheel; its own message is above. Behind a mirror or a proxy set "
                         "PIP_INDEX_URL or HTTPS_PROXY and try again.")
    return glob.glob(os.path.join(folder, "*.whl"))[0]


def main(pins, folder, *patterns):
    with open(pins, encoding="utf-8") as file:
        lines = file.read().splitlines()
    package = lines[1].split("==")[0]
    if platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"):
        raise SystemExit(f"{package}: wheels are pinned for Linux on x86_64 and aarch64, this is "
                         f"{platform.system()} on {platform.machine()}")
    if importlib.util.find_spec("pip") is None:
        raise SystemExit(f"{package}: {sys.executable} has no pip to download with. Install it: "
                         "apt install python3-pip, or python3 -m ensurepip")
    print("fetch", lines[0].lstrip("# "), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        wheel = download(pins, temporary)
        for pattern in LICENCES:
            try:
                unpack(wheel, pattern, os.path.join(folder, "licences", package))
            except ValueError:
                continue  # not every wheel has every kind
        for pattern in patterns:
            unpack(wheel, pattern, folder)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
