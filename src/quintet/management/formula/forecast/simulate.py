"""Many possible ends of a period: each deal won or not, deals to come, sizes drawn, all under one shock."""

from dataclasses import dataclass

import numpy as np

from quintet.management.formula.forecast.outlook import Outlook
from quintet.management.formula.forecast.shock import Shock
from quintet.management.formula.forecast.sizes import Sizes
from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import F8, I8

#: Ends that are drawn, and wins of all together: a large company's total strays little, and needs fewer.
DRAWS, FEWEST_DRAWS, MOST_WINS = 2_000, 400, 6_000_000
_AT_ONCE = 2_000


@dataclass(frozen=True, eq=False)
class Wins:
    """Every win of every draw, by rep.

    Args:
        rep: [w] whose, rising.
        draw: [w] in which draw.
        end: [w] the first end it lies before.
        amount: [w] value.
        mrr: [w] monthly recurring part.
        draws: how many draws there are.
    """

    rep: I8
    draw: I8
    end: I8
    amount: F8
    mrr: F8
    draws: int

    def total(self, measure: str, reps: frozenset[int] | None = None) -> F8:
        """[draws] sum of a measure over some reps, everybody's when left out."""
        rows = self._rows(reps)
        return np.asarray(np.bincount(self.draw[rows], self._worth(measure, rows), self.draws), dtype=float)

    def by_end(self, measure: str, ends: int, reps: frozenset[int] | None = None) -> F8:
        """[ends, draws] the same by each end."""
        rows = self._rows(reps)
        at = self.end[rows] * self.draws + self.draw[rows]
        sums = np.bincount(at, self._worth(measure, rows), ends * self.draws)
        return np.cumsum(np.asarray(sums, dtype=float).reshape(ends, self.draws), axis=0)

    def _worth(self, measure: str, rows: I8 | slice) -> F8:
        values: F8 = np.ones(len(self.rep)) if measure == "customers" else getattr(self, measure)
        return values[rows]

    def _rows(self, reps: frozenset[int] | None) -> I8 | slice:
        """Those of some reps: they lie together."""
        if reps is None:
            return slice(None)
        asked = np.asarray(sorted(reps), dtype=np.int64)
        first, last = (np.searchsorted(self.rep, asked, side).tolist() for side in ("left", "right"))
        if len(asked) == 1:
            return slice(first[0], last[0])
        return np.concatenate([np.arange(0), *map(np.arange, first, last)])


def draws_for(told: Outlook) -> int:
    """How many ends are drawn: 2,000, fewer where thousands of wins are to be expected in each."""
    return int(np.clip(MOST_WINS / max(told.mean, 1.0), FEWEST_DRAWS, DRAWS))


def simulate(
    history: History, told: Outlook, sizes: Sizes, shock: Shock, *, seed: int, draws: int = DRAWS
) -> Wins:
    """Draw the wins of what is left of a period.

    Args:
        history: what was known.
        told: chances without the shock.
        sizes: of won deals.
        shock: common to all deals of a draw.
        seed: everything random follows from it.
        draws: how many.
    """
    rng = np.random.default_rng([seed, len(told.deal)])
    z = shock.level + shock.sd * rng.standard_normal(draws)
    shocks = _Shocks.drawn(told, z, shock.rep_sd, rng)
    deal, draw, end = _open_wins(told, shocks, rng)
    amount, mrr = _open_sizes(history, sizes, told.deal[deal], rng)
    new_rep, new_draw, new_end = _new_wins(told, shocks, rng)
    new_amount, new_mrr = sizes.drawn(_new_kinds(history, sizes, new_rep, rng), rng)
    rep = np.concatenate([told.rep[deal], new_rep])
    order = np.argsort(rep, kind="stable")
    return Wins(
        rep[order],
        np.concatenate([draw, new_draw])[order],
        np.concatenate([end, new_end])[order],
        np.concatenate([amount, new_amount])[order],
        np.concatenate([mrr, new_mrr])[order],
        draws,
    )


@dataclass(frozen=True, eq=False)
class _Shocks:
    """The shock of every rep in every draw: the common one and the own; [reps, draws] in log-odds."""

    reps: I8
    values: F8

    @classmethod
    def drawn(cls, told: Outlook, z: F8, rep_sd: float, rng: np.random.Generator) -> "_Shocks":
        reps = np.unique(np.concatenate([told.rep, told.new_rep]))
        return cls(reps, z[None, :] + rep_sd * rng.standard_normal((len(reps), len(z))))

    def of(self, rep: I8) -> F8:
        """[n, draws] of each of these reps."""
        return self.values[np.searchsorted(self.reps, rep)]


def _open_wins(told: Outlook, shocks: _Shocks, rng: np.random.Generator) -> tuple[I8, I8, I8]:
    """Deal, draw and end of each win of a deal that is open now."""
    chance = np.clip(told.chance, 1e-9, 1 - 1e-9)
    odds = np.log(chance / (1 - chance))
    found = []
    for at in range(0, len(odds), _AT_ONCE):
        moved = shocks.of(told.rep[at : at + _AT_ONCE]).T
        u = rng.random(moved.shape)
        needed = np.log(u / (1 - u)) - moved
        draw, deal = np.nonzero(needed < odds[None, at : at + _AT_ONCE, -1])
        end = (odds[at + deal] <= needed[draw, deal][:, None]).sum(axis=1)
        found.append((deal + at, draw, end))
    if not found:
        return (np.zeros(0, dtype=np.int64),) * 3
    first, second, third = (np.concatenate(column) for column in zip(*found, strict=True))
    return first, second, third


def _open_sizes(history: History, sizes: Sizes, deal: I8, rng: np.random.Generator) -> tuple[F8, F8]:
    """What each brings: what is known of it, else the size of a won deal of its kind."""
    drawn = sizes.drawn(sizes.kind[deal], rng)
    known = history.deals.amount[deal], history.deals.mrr[deal]
    amount, mrr = (np.where(np.isfinite(own), own, size) for own, size in zip(known, drawn, strict=True))
    return amount, mrr


def _new_wins(told: Outlook, shocks: _Shocks, rng: np.random.Generator) -> tuple[I8, I8, I8]:
    """Rep, draw and end of each win of a deal that is still to come."""
    rate: F8 = np.exp(shocks.of(told.new_rep))
    if told.doubt > 0:
        rate = rate * np.asarray(rng.gamma(1 / told.doubt, told.doubt, rate.shape[1]))
    counts = np.asarray(rng.poisson(told.new_wins[:, -1][:, None] * rate))
    place, draw = np.nonzero(counts)
    many = counts[place, draw]
    place, draw = np.repeat(place, many), np.repeat(draw, many)
    share = told.new_wins / np.maximum(told.new_wins[:, -1:], 1e-12)
    end = (share[place] <= rng.random(len(place))[:, None]).sum(axis=1)
    return told.new_rep[place], draw, np.minimum(end, told.new_wins.shape[1] - 1)


def _new_kinds(history: History, sizes: Sizes, rep: I8, rng: np.random.Generator) -> I8:
    """The kind of a deal to come: that of one of the rep's own deals, drawn at random."""
    order = np.lexsort((history.deals.ids, history.deals.rep))
    owners = history.deals.rep[order]
    first, last = np.searchsorted(owners, rep, "left"), np.searchsorted(owners, rep, "right")
    at = first + (rng.random(len(rep)) * (last - first)).astype(np.int64)
    return sizes.kind[order[np.minimum(at, len(order) - 1)]] if len(order) else np.zeros(0, dtype=np.int64)
