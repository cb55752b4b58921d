"""A chart as a small picture for mail: the page's own spec, drawn here, with few colours.

The drawing library gives every pixel four bytes; a chart has a dozen colours and their blends at edges.
Mapped to a palette the same picture is a tenth of the size, so that a letter with all charts stays small.
"""

import json
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

WIDTH = 330
#: Colours of a palette, which is four bits a pixel; and how far apart two of them are at least.
_COLOURS, _APART = 16, 28
_MARK = b"\x89PNG\r\n\x1a\n"
_RGBA_8 = (8, 6, 0, 0, 0)
_NONE, _SUB, _UP = 0, 1, 2
_LOOK = {
    "background": "#ffffff",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "#475467",
        "titleColor": "#475467",
        "gridColor": "#e4e7ec",
        "domainColor": "#e4e7ec",
        "tickColor": "#e4e7ec",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": 500,
    },
    "bar": {"color": "#4c7dd0"},
    "rule": {"color": "#475467"},
    "tick": {"color": "#475467"},
}


def picture(spec: dict[str, Any], scale: float = 1.5) -> bytes:
    """A Vega-Lite spec of a page as a PNG for mail; takes a quarter of a second, so draw in the worker.

    Args:
        spec: as the page draws it, without a width.
        scale: pixels a point; more is sharper and larger.
    """
    import vl_convert

    fitted = {"width": WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}, "padding": 4} | spec
    drawn = vl_convert.vegalite_to_png(json.dumps(fitted), scale=scale, config=_LOOK)
    return with_few_colours(drawn)


def with_few_colours(png: bytes) -> bytes:
    """The same picture with a palette of 16 colours; unchanged where it is not of the kind drawn here."""
    pixels = _pixels(png)
    if pixels is None:
        return png
    palette, places = _palette(pixels)
    return _indexed_png(palette, places)


def _pixels(png: bytes) -> Pixels | None:
    """Height × width × 3 bytes; None for another kind of picture."""
    chunks = _chunks(png)
    width, height, *kind = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if tuple(kind) != _RGBA_8:
        return None
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8).reshape(height, 1 + width * 4)
    kinds, rows = lines[:, 0], lines[:, 1:].reshape(height, width, 4).copy()
    if kinds.max() > _UP:
        return None
    rows[kinds == _SUB] = np.cumsum(rows[kinds == _SUB], axis=1, dtype=np.uint8)
    for at in np.flatnonzero(kinds == _UP).tolist():
        rows[at] += rows[at - 1] if at else np.zeros_like(rows[at])
    return rows[:, :, :3]


def _chunks(png: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = len(_MARK)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        found[name] = found.get(name, b"") + png[at + 8 : at + 8 + length]
        at += 12 + length
    return found


def _palette(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """The colours that are frequent and unlike each other, and the place of the nearest for each pixel."""
    flat = pixels.reshape(-1, 3).astype(np.uint32)
    packed = flat[:, 0] << 16 | flat[:, 1] << 8 | flat[:, 2]
    met, inverse, counts = np.unique(packed, return_inverse=True, return_counts=True)
    colours = np.stack([met >> 16, met >> 8 & 255, met & 255], axis=1).astype(np.int32)
    kept = _unlike(colours[np.argsort(-counts, kind="stable")])
    far = ((colours[:, None, :] - kept[None, :, :]) ** 2).sum(axis=2)
    places = far.argmin(axis=1).astype(np.uint8)[inverse]
    return kept.astype(np.uint8), places.reshape(pixels.shape[:2])


def _unlike(colours: NDArray[np.int32]) -> NDArray[np.int32]:
    """The first ones that are far from all before: so a dot's rare red is not drawn to the text's grey."""
    kept = colours[:1]
    for colour in colours[1:]:
        if len(kept) == _COLOURS:
            break
        if ((kept - colour) ** 2).sum(axis=1).min() >= _APART**2:
            kept = np.vstack([kept, colour])
    return kept


def _indexed_png(palette: Pixels, places: Pixels) -> bytes:
    height, width = places.shape
    even = np.pad(places, ((0, 0), (0, width % 2)))
    lines = np.zeros((height, even.shape[1] // 2 + 1), dtype=np.uint8)
    lines[:, 1:] = even[:, 0::2] << 4 | even[:, 1::2]
    header = struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)
    return _MARK + b"".join(
        _chunk(name, content)
        for name, content in (
            (b"IHDR", header),
            (b"PLTE", palette.tobytes()),
            (b"IDAT", zlib.compress(lines.tobytes(), 9)),
            (b"IEND", b""),
        )
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
