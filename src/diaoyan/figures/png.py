"""PNG of our own: figures are flat areas and letters, which a plain compression of unfiltered rows takes down best.

Filters, which libraries choose anew for every row, help photographs; a figure without them takes a fifth of the time
and four fifths of the room.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt

_INCH = 0.0254  # metres
_LEVEL = 1  # of compression: the highest saves an eighth of the room for more than twice the time


def png(picture: npt.NDArray[np.uint8], *, dpi: int) -> bytes:
    """Return a picture as PNG.

    Parameters
    ----------
    picture : ndarray of shape (height, width, 3 or more)
        Red, green and blue; what more there is, opacity, is left out.
    dpi : int
        Points an inch, which decides how large it is put on paper.

    Examples
    --------
    >>> png(np.zeros((2, 3, 3), np.uint8), dpi=200)[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    height, width = picture.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each begins with its filter: 0 for none
    rows[:, 1:] = picture[:, :, :3].reshape(height, -1)
    points = round(dpi / _INCH)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", points, points, 1)),
        (b"IDAT", zlib.compress(rows.tobytes(), _LEVEL)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
