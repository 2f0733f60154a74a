"""Checksums, without the cost of `hashlib`, which loads a library of cryptography."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

SIZE = 32


def digest(content: bytes) -> bytes:
    """The BLAKE2b checksum of some bytes.

    >>> len(digest(b"x"))
    32
    """
    return bytes(blake2b(content, digest_size=SIZE).digest())
