"""Rate bar: where the rate, its interval and the peers lie, as positions from 0 to 100."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RateBar:
    """Geometry of one rate with its whisker, in per cent of the width."""

    value: float
    lo: float | None
    hi: float | None
    baseline: float | None

    @property
    def whisker(self) -> float:
        """Width of the interval."""
        return 0.0 if self.lo is None or self.hi is None else max(self.hi - self.lo, 0.0)


def rate_bar(
    value: float,
    lo: float | None = None,
    hi: float | None = None,
    baseline: float | None = None,
    top: float = 1.0,
) -> RateBar:
    """Place a rate on a bar that ends at `top`; what lies beyond is drawn at the end.

    Args:
        value: the rate, 0..1.
        lo: lower end of its interval.
        hi: upper end.
        baseline: the peers' rate.
        top: the rate at the right end.
    """
    return RateBar(*(_place(one, top) for one in (value, lo, hi, baseline)))  # type: ignore[arg-type]


def _place(rate: float | None, top: float) -> float | None:
    return None if rate is None else round(min(max(rate / top, 0.0), 1.0) * 100, 2)
