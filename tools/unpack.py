"""Takes single files out of a zip archive (a Python wheel or a Java archive)."""

import fnmatch
import hashlib
import os
import shutil
import zipfile


def sha256(path):
    """The file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def unpack(archive, pattern, folder):
    """Puts every member that matches the pattern into the folder, without its path, and returns the names.

    A file appears under its name only when it is complete, so an interrupted call leaves nothing that looks whole.
    """
    os.makedirs(folder, exist_ok=True)
    names = []
    with zipfile.ZipFile(archive) as content:
        for member in fnmatch.filter(content.namelist(), pattern):
            name = os.path.basename(member)
            part = os.path.join(folder, f".{name}.part")
            with content.open(member) as source, open(part, "wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            os.replace(part, os.path.join(folder, name))
            names.append(name)
    if not names:
        raise ValueError(f"{os.path.basename(archive)} holds no file like {pattern}")
    return names
