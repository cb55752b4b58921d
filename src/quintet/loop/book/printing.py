"""The quarter book as a PDF, set by Typst: its own fonts, no network, the same bytes for the same book."""

import json
import math
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from quintet.loop.book.terms import Book
from quintet.loop.terms import Curve, CurvePoint

_TEMPLATE = Path(__file__).with_name("book.typ")
_TICKS, _PERCENT = 3, 0.01
#: A curve is drawn on at least this much of the naive answer's loss, so that noise does not fill the page.
_LEAST_SPAN = 0.05


def as_pdf(book: Book) -> bytes:
    """The book on A4 pages."""
    import typst

    made = datetime.combine(book.as_of, time(), tzinfo=UTC)
    compiler = typst.Compiler(_TEMPLATE.read_bytes(), ignore_system_fonts=True)
    compiled = compiler.compile(sys_inputs={"book": as_data(book)}, timestamp=int(made.timestamp()))
    return b"".join([compiled] if isinstance(compiled, bytes) else compiled or [])


def as_data(book: Book) -> str:
    """The book as JSON for the typesetter: curves as they are drawn, days as people write them."""
    told = asdict(book) | {"curves": [drawn(one.curve) for one in book.chapters]}
    return json.dumps(told, default=_day, sort_keys=True)


def drawn(curve: Curve) -> dict[str, Any]:
    """A curve on a unit square, as shares of the naive answer's loss; 0 is at the bottom left.

    Returns:
        `points` with x, y, lo, hi, first; `ticks` with y and what is written there; `zero`, where the naive
        answer lies. Empty points where no quarter was scored.
    """
    shares = [(one.period, _shares(one)) for one in curve.points if one.baseline]
    if not shares:
        return {"points": [], "ticks": [], "zero": 0.0}
    low, high = _range([value for _, told in shares for value in told.values() if value is not None])
    width = high - low
    return {
        "points": [
            {"x": (at + 0.5) / len(shares), "name": name}
            | {key: None if value is None else (value - low) / width for key, value in told.items()}
            for at, (name, told) in enumerate(shares)
        ],
        "ticks": [{"y": (at - low) / width, "name": f"{at:.0%}"} for at in _ticks(low, high)],
        "zero": -low / width,
    }


def _ticks(low: float, high: float) -> list[float]:
    """Round shares of whole percent between both ends: from three to seven of them."""
    rough = (high - low) / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = max(next(size * one for one in (5, 2, 1) if size * one <= rough), _PERCENT)
    return [at * step for at in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _day(told: object) -> str:
    return f"{told:%-d %b %Y}" if isinstance(told, date) else str(told)


def _shares(one: CurvePoint) -> dict[str, float | None]:
    first = None if one.over_frozen is None else one.gain - one.over_frozen
    told = {"y": one.gain, "lo": one.lo, "hi": one.hi, "first": first}
    return {key: None if value is None else value / one.baseline for key, value in told.items()}


def _range(told: list[float]) -> tuple[float, float]:
    low, high = min(0.0, *told), max(0.0, *told)
    margin = max(0.08 * (high - low), (_LEAST_SPAN - (high - low)) / 2)
    return low - margin, high + margin
