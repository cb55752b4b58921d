"""Credit for what was converted, shared out over the channels each path touched: six rules that only count.

A path is what one lead touched, oldest first. Every rule gives all of a conversion away: the shares of a path
add up to one. The seventh rule, the Markov chain, is in stats/chains.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from quintet.kernel.errors import BadInput

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

HALF_LIFE_DAYS = 7.0
#: Share of the first and of the last touch by position; the touches between share the rest.
ENDS = 0.4


@dataclass(frozen=True, eq=False)
class Paths:
    """Paths one after the other.

    Args:
        channel: [m] channel of each touch, 0..channels-1, path by path, oldest first.
        start: [n + 1] where each path starts in `channel`; every path has a touch.
        age_days: [m] days from the touch to the conversion, or to any later instant of the path.
        conversions: [n] conversions the path stands for.
        nulls: [n] times the path was walked without one, and will not have one.
        amount: [n] what the conversions are worth together; the conversions themselves when counted.
        channels: how many channels there are.
    """

    channel: I8
    start: I8
    age_days: F8
    conversions: F8
    nulls: F8
    amount: F8
    channels: int

    def __post_init__(self) -> None:
        """Refuse paths without a touch, or arrays that do not fit together."""
        if len(self) and int(np.diff(self.start).min()) < 1:
            raise BadInput("every path must have a touch, got an empty one: leave it out")
        if len({len(self), len(self.conversions), len(self.nulls), len(self.amount)}) > 1:
            raise BadInput("start must have one entry more than conversions, nulls and amount")

    def __len__(self) -> int:
        """How many paths."""
        return len(self.start) - 1

    @property
    def row(self) -> I8:
        """[m] the path of each touch."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))


def paths_of(
    routes: list[list[int]], conversions: list[float], nulls: list[float], amount: list[float] | None = None
) -> Paths:
    """Paths from plain lists, without dates: all touches of a path count as equally old."""
    lengths = np.array([len(route) for route in routes], dtype=np.int64)
    channel = np.array([code for route in routes for code in route], dtype=np.int64)
    return Paths(
        channel=channel,
        start=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        age_days=np.zeros(len(channel)),
        conversions=np.asarray(conversions, dtype=float),
        nulls=np.asarray(nulls, dtype=float),
        amount=np.asarray(conversions if amount is None else amount, dtype=float),
        channels=int(channel.max(initial=-1)) + 1,
    )


def merged(paths: Paths) -> Paths:
    """The same paths, those that came to nothing taken together by their route: equal answers, sooner."""
    won = np.flatnonzero(paths.conversions > 0)
    width, lengths = paths.channel.itemsize, np.diff(paths.start)
    told, ends = paths.channel.tobytes(), (paths.start * width).tolist()
    nulls: dict[bytes, float] = {}
    for one in np.flatnonzero(paths.conversions <= 0).tolist():
        key = told[ends[one] : ends[one + 1]]
        nulls[key] = nulls.get(key, 0.0) + float(paths.nulls[one])
    lost = np.frombuffer(b"".join(nulls), dtype=paths.channel.dtype)
    kept = np.repeat(paths.conversions > 0, lengths)
    every = np.concatenate([lengths[won], np.array([len(key) // width for key in nulls], dtype=np.int64)])
    none = np.zeros(len(nulls))
    return Paths(
        channel=np.concatenate([paths.channel[kept], lost]),
        start=np.concatenate([[0], np.cumsum(every)]).astype(np.int64),
        age_days=np.concatenate([paths.age_days[kept], np.zeros(len(lost))]),
        conversions=np.concatenate([paths.conversions[won], none]),
        nulls=np.concatenate([paths.nulls[won], np.array(list(nulls.values()))]),
        amount=np.concatenate([paths.amount[won], none]),
        channels=paths.channels,
    )


def _first(paths: Paths) -> F8:
    weight = np.zeros(len(paths.channel))
    weight[paths.start[:-1]] = 1.0
    return weight


def _last(paths: Paths) -> F8:
    weight = np.zeros(len(paths.channel))
    weight[paths.start[1:] - 1] = 1.0
    return weight


def _linear(paths: Paths) -> F8:
    return np.ones(len(paths.channel))


def _position(paths: Paths) -> F8:
    between = np.maximum(np.diff(paths.start) - 2, 1)
    weight = np.repeat((1.0 - 2.0 * ENDS) / between, np.diff(paths.start))
    weight[paths.start[:-1]] = ENDS
    weight[paths.start[1:] - 1] = ENDS
    return weight


def _decay(paths: Paths) -> F8:
    youngest = np.minimum.reduceat(paths.age_days, paths.start[:-1]) if len(paths) else np.zeros(0)
    return np.asarray(np.exp2((youngest[paths.row] - paths.age_days) / HALF_LIFE_DAYS))


def _shapley(paths: Paths) -> F8:
    """Equal split over the different channels: what Shapley's coalitions come to, path by path."""
    touched = paths.row * max(paths.channels, 1) + paths.channel
    _, first = np.unique(touched, return_index=True)
    weight = np.zeros(len(paths.channel))
    weight[first] = 1.0
    return weight


_WEIGHTS: dict[str, Callable[[Paths], F8]] = {
    "first": _first,
    "last": _last,
    "linear": _linear,
    "position": _position,
    "decay": _decay,
    "shapley": _shapley,
}
#: Rules that need no chain, in the order pages show them.
COUNTED = tuple(_WEIGHTS)


def rule_shares(paths: Paths, rule: str) -> Any:  # noqa: ANN401 -- scipy has no types
    """Which share of a path's conversion each channel gets under a rule.

    Args:
        paths: the paths.
        rule: first, last, linear, position (40/20/40), decay (half-life 7 days) or shapley.

    Returns:
        Sparse [n, channels]; rows add up to 1.

    Raises:
        BadInput: when there is no such rule.

    Source: docs/formulas/demand/attribution.md; Shapley's split as in Zhao et al., arXiv:1804.05327.
    """
    if rule not in _WEIGHTS:
        raise BadInput(f"rule must be one of {', '.join(COUNTED)}, got {rule!r}")
    weight = _WEIGHTS[rule](paths)
    total = np.add.reduceat(weight, paths.start[:-1]) if len(paths) else np.zeros(0)
    shared = (weight / total[paths.row], (paths.row, paths.channel))
    return sparse.csr_matrix(shared, shape=(len(paths), paths.channels))


def credit(paths: Paths, rule: str) -> F8:
    """What each channel gets under a rule, [channels]: conversions, or what they are worth.

    Raises:
        BadInput: when there is no such rule.
    """
    return np.asarray(paths.amount @ rule_shares(paths, rule))
