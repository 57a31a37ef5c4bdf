#!/usr/bin/env python3
"""Fetches the Triton server out of its Python wheel, ready to be run by triton_server.sh, without Python packages around it.

    triton_fetch.py PINS FOLDER

PINS is as for fetch_wheel.py. FOLDER keeps the layout of the wheel, because the parts find each other by relative paths; it
appears only when it is complete. The Python that runs this script is the one that will run the models: the server's Python backend
exists for each version, and loads Python as a shared library.
"""

import fnmatch
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
import zipfile

from fetch_wheel import download

TAGS = ["manylinux_2_35"]
GLIBC = (2, 35)
VERSIONS = ["3.11", "3.12"]  # those for which numpy 1.26 and the pinned ONNX Runtime exist
SERVER = "pytriton/tritonserver"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
STUB = f"{SERVER}/python_backend_stubs/{VERSION}/triton_python_backend_stub"
PARTS = [f"{SERVER}/bin/*", f"{SERVER}/backends/*", f"{SERVER}/caches/*", STUB, "nvidia_pytriton.libs/*", "*/licenses/*"]


def check_machine():
    """Ends the program with a reason where the server could not run."""
    glibc = tuple(int(part) for part in platform.libc_ver()[1].split(".")[:2])
    if platform.libc_ver()[0] != "glibc" or glibc < GLIBC:
        raise SystemExit(f"triton: the server needs glibc {GLIBC[0]}.{GLIBC[1]} or newer, this is {' '.join(platform.libc_ver())}")
    if VERSION not in VERSIONS:
        raise SystemExit(f"triton: the models run on Python {' or '.join(VERSIONS)}, {sys.executable} is {VERSION}. "
                         "Choose another one: make triton-deps PYTHON=python3.12")
    library = os.path.join(sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("INSTSONAME"))
    if not library.count(".so") or not os.path.exists(library):
        raise SystemExit(f"triton: {sys.executable} has no shared library ({library}). Install it (apt install libpython{VERSION}) or "
                         "choose another Python: make triton-deps PYTHON=python3.12")


def unpack_tree(wheel, folder):
    """Puts the parts of the server under the folder and the backend's process where the server looks for it."""
    with zipfile.ZipFile(wheel) as content:
        for member in content.namelist():
            if any(fnmatch.fnmatch(member, part) for part in PARTS):
                os.chmod(content.extract(member, folder), 0o755)
    stub = os.path.join(folder, STUB)
    shutil.move(stub, os.path.join(folder, SERVER, "backends", "python"))
    shutil.rmtree(os.path.join(folder, SERVER, "python_backend_stubs"))


def main(pins, folder):
    """Fetches the wheel and puts its parts in place of the folder."""
    check_machine()
    with open(pins, encoding="utf-8") as file:
        print("fetch", file.readline().lstrip("# ").rstrip(), flush=True)
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(folder)) as temporary:
        wheel = download(pins, temporary, TAGS)
        unpack_tree(wheel, os.path.join(temporary, "tree"))
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(os.path.join(temporary, "tree"), folder)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
