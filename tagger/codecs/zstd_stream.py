"""A zstd file as a stream that knows whether it ended where it should.

The library's own reader takes a file that was cut off for one that ended. This one decompresses
frame by frame, holds little at a time, and raises EOFError when the last frame is not whole.
"""

import io
from collections.abc import Callable
from typing import BinaryIO

import zstandard

CHUNK_BYTES = 512
"""A block is at least four bytes and holds at most 128 KiB: one read makes at most 16 MiB."""


class ZstdStream(io.RawIOBase):
    """Reads the frames of `source` one after the other."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._pending = memoryview(b"")
        self._new_frame: Callable[[], zstandard.ZstdDecompressionObj] = (
            zstandard.ZstdDecompressor().decompressobj
        )
        self._frame = self._new_frame()
        self._compressed = b""
        self._at_frame_start = True

    @classmethod
    def buffered(cls, source: BinaryIO) -> io.BufferedReader:
        """With lines and small reads at the speed of a file."""
        return io.BufferedReader(cls(source), 131_072)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Raises EOFError when the source ends within a frame, ZstdError when it is corrupt."""
        while not self._pending:
            if not self._decompress_more():
                return 0
        size = min(len(buffer), len(self._pending))
        buffer[:size] = self._pending[:size]
        self._pending = self._pending[size:]
        return size

    def _decompress_more(self) -> bool:
        compressed = self._compressed or self._source.read(CHUNK_BYTES)
        self._compressed = b""
        if not compressed:
            if self._at_frame_start:
                return False
            raise EOFError("the zstd data is cut off")
        self._pending = memoryview(self._frame.decompress(compressed))
        self._at_frame_start = self._frame.eof
        if self._frame.eof:
            self._compressed = self._frame.unused_data
            self._frame = self._new_frame()
        return True
