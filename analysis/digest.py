"""The SHA-256 of bytes and of files: by it a pack, a store and a batch know that nothing changed."""

import hashlib
from pathlib import Path

__all__ = ["of_bytes", "of_file"]


def of_bytes(content: bytes) -> str:
    """Return the SHA-256 of bytes.

    Examples
    --------
    >>> of_bytes(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
