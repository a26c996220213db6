"""One file that holds a database and its files: a tar whose last member lists SHA-256 sums.

It is written to, and read from, a pipe: nothing in clear lies on the disk but the dump.
"""

import hashlib
import io
import json
import re
import tarfile

from .console import Failure

FORMAT = 1
MANIFEST = "manifest.json"
# What a member may be called: anything else is none of ours, and could lie outside.
NAMES = re.compile(r"(database|filestore/[\w-]+)/[\w-][\w.-]*")
BLOCK = 1 << 20


class Hashed:
    """A file that sums up what passes through it."""

    def __init__(self, file):
        self.file = file
        self.size = 0
        self.state = hashlib.sha256()

    def read(self, size=-1):
        return self._pass(self.file.read(size))

    def _pass(self, block):
        self.size += len(block)
        self.state.update(block)
        return block

    @property
    def mark(self):
        return [self.size, self.state.hexdigest()]


class Writer:
    """Writes an archive to the stream ``output``."""

    def __init__(self, output):
        self.tar = tarfile.open(fileobj=output, mode="w|", bufsize=BLOCK)
        self.files = {}

    def add(self, path, name):
        """Add a file as ``name``; return its size.

        :raises FileNotFoundError: when there is none
        """
        with open(path, "rb") as file:
            member = tarfile.TarInfo(name)
            member.size = path.stat().st_size
            member.mtime = int(path.stat().st_mtime)
            member.mode = 0o600
            hashed = Hashed(file)
            self.tar.addfile(member, hashed)
        self.files[name] = hashed.mark
        return member.size

    def close(self, **facts):
        """End the archive with the sums of its files and ``facts``."""
        text = json.dumps({"format": FORMAT, **facts, "files": self.files}).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size = len(text)
        member.mode = 0o600
        self.tar.addfile(member, io.BytesIO(text))
        self.tar.close()


def unpack(source, folder, progress=lambda text: None):
    """Unpack the archive that the stream ``source`` gives into ``folder``, and check each sum.

    :return: the manifest
    :raises Failure: it is cut short, altered, or no archive of ours
    """
    found, manifest = {}, None
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=BLOCK) as tar:
            for member in tar:
                if member.name == MANIFEST and member.isfile():
                    manifest = json.loads(tar.extractfile(member).read())
                    continue
                if not member.isfile() or not NAMES.fullmatch(member.name):
                    raise Failure(
                        f"The backup holds “{member.name}”, which no backup of ours does: "
                        "do not use it."
                    )
                found[member.name] = _write(
                    tar.extractfile(member), folder / member.name
                )
                progress(f"{len(found)} files")
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise Failure(
            f"The backup is damaged or no backup ({error}): take another one."
        ) from error
    if manifest is None:
        raise Failure("The backup is cut short: take another one.")
    if manifest["format"] != FORMAT:
        raise Failure(
            "The backup was made by another version of setup/backup: restore it with that one."
        )
    expected = manifest["files"]
    wrong = sorted(
        name
        for name in expected.keys() | found.keys()
        if expected.get(name) != found.get(name)
    )
    if wrong:
        raise Failure(
            f"{len(wrong)} files of the backup are not those that were put in "
            f"({', '.join(wrong[:3])}): take another one."
        )
    return manifest


def _write(member, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    hashed = Hashed(member)
    with open(path, "xb") as file:
        while block := hashed.read(BLOCK):
            file.write(block)
    return hashed.mark
