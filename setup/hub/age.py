"""Encryption of backups: age, to public keys; the private key stays elsewhere."""

import shutil
from pathlib import Path

from . import debian
from .console import Failure

SECRET = "AGE-SECRET-KEY-"


def program(name="age"):
    """Return the path of ``age`` or ``age-keygen``: the host's, else Debian's, unpacked here.

    :raises Failure: when the host has none and no mirror of Debian is reached
    """
    return shutil.which(name) or str(debian.unpack_age() / name)


def encryption(recipients):
    """Return the command that encrypts what it reads.

    :param recipients: a public key, or a file of public keys
    :raises Failure: when it is no public key
    """
    path = Path(recipients)
    try:
        text = path.read_text() if path.is_file() else recipients
    except OSError as error:
        raise Failure(
            f"{path} cannot be read ({error.strerror}): check its rights."
        ) from error
    if SECRET in text:
        raise Failure(
            "That is a private key, which opens every backup: keep it away from this machine "
            "and name the public key instead (age-keygen -y prints it)."
        )
    if not path.is_file() and not recipients.startswith(("age1", "ssh-")):
        raise Failure(
            f"{recipients} is neither a file nor a public key of age: name one that is."
        )
    return [program(), "-R" if path.is_file() else "-r", recipients]


def decryption(key, file):
    """Return the command that prints ``file`` in clear.

    :param key: the file of the private key, ``-`` to read it from the keyboard
    """
    if not key:
        raise Failure(
            f"{file.name} is encrypted: name the file of its private key with --key."
        )
    if key != "-" and not Path(key).is_file():
        raise Failure(f"There is no private key in {key}: name its file with --key.")
    return [program(), "--decrypt", "-i", key, str(file)]
