"""Pixels as a PNG.  Pillow would hold the whole process while it packs them; zlib lets everybody else go on.

Source: the PNG specification, w3.org/TR/png-3.
"""

import struct
import zlib
from collections.abc import Iterable

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BITS, _TRUECOLOUR = 8, 2
_LEVEL = 6
"""Of 1 to 9: a higher one takes four times as long for a tenth of the bytes."""


def to_png(stripes: Iterable[bytes], *, width: int, height: int) -> bytes:
    """Encode three bytes for each pixel, in stripes of whole rows from above."""
    packer, stride = zlib.compressobj(_LEVEL), width * 3
    packed = bytearray()
    for stripe in stripes:
        packed += packer.compress(b"".join(b"\0" + stripe[at : at + stride] for at in range(0, len(stripe), stride)))
    packed += packer.flush()
    header = struct.pack(">IIBBBBB", width, height, _BITS, _TRUECOLOUR, 0, 0, 0)
    return _SIGNATURE + _part(b"IHDR", header) + _part(b"IDAT", bytes(packed)) + _part(b"IEND", b"")


def _part(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
