"""Packed bodies, unpacked no further than there is room: a megabyte of gzip can hold a gigabyte."""

from __future__ import annotations

import zlib

ASKED_FOR = "gzip"
"""What we say we take (``Accept-Encoding``)."""

_GZIP = 16 + zlib.MAX_WBITS  # zlib's way to ask for gzip's frame


class UnreadableBodyError(Exception):
    """The body is not packed as its header says."""


class Unpacker:
    """Takes a body piece by piece. ``encoding`` is its ``Content-Encoding``."""

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().casefold()
        if name not in {"", "identity", "gzip", "x-gzip"}:
            raise UnreadableBodyError
        self._gzip = zlib.decompressobj(_GZIP) if name.endswith("gzip") else None
        self._begun = False

    def feed(self, piece: bytes, room: int) -> bytes:
        """Return what the piece holds, at most ``room`` bytes of it. Raises ``UnreadableBodyError``."""
        if self._gzip is None or not piece:
            return piece[:room]
        self._begun = True
        try:
            return self._gzip.decompress(piece, room)
        except zlib.error:
            raise UnreadableBodyError from None

    def finish(self) -> None:
        """Raise ``UnreadableBodyError`` where the end is missing."""
        if self._gzip is not None and self._begun and not self._gzip.eof:
            raise UnreadableBodyError
