"""All seven credit rules side by side, each with an interval from resampled paths."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from quintet.stats.chains import first_order_credits, fit_chain
from quintet.stats.paths import COUNTED, F8, Paths, merged, rule_shares

#: Every rule, in the order pages show them.
RULES = (*COUNTED, "markov")
_AT_ONCE = 4_000_000


@dataclass(frozen=True, eq=False)
class CreditFit:
    """What each rule gives each channel.

    Args:
        credit: [rules, channels] in the order of RULES.
        lo: lower end of the interval.
        hi: upper end.
        removal: [channels] share of conversions lost without the channel, by the first-order chain.
        draws: [draws, rules, channels] of the resampled paths.
    """

    credit: F8
    lo: F8
    hi: F8
    removal: F8
    draws: F8


def fit_credits(paths: Paths, *, draws: int = 200, seed: int = 0, level: float = 0.90) -> CreditFit:
    """Credit by every rule, and how far it would move with other leads of the same kind.

    Args:
        paths: the paths.
        draws: how often paths are resampled (Poisson bootstrap).
        seed: of the resampling.
        level: of the intervals.

    Source: docs/formulas/demand/attribution.md.
    """
    paths = merged(paths)
    shares = [rule_shares(paths, rule) for rule in COUNTED]
    chain = fit_chain(paths)
    credit = np.array([*(paths.amount @ one for one in shares), chain.credit])
    drawn = _resampled(paths, shares, draws, np.random.default_rng(seed))
    lo, hi = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return CreditFit(credit, lo, hi, chain.removal, drawn)


def _resampled(paths: Paths, shares: list[Any], draws: int, rng: np.random.Generator) -> F8:
    """Credit of each resample, [draws, rules, channels]."""
    counted, winners = _Counted.of(paths), np.flatnonzero(paths.conversions > 0)
    found = []
    at_once = max(1, _AT_ONCE // max(len(paths), 1))
    for start in range(0, draws, at_once):
        size = (min(at_once, draws - start), len(paths))
        won = rng.poisson(paths.conversions, size).astype(float)
        walked = won + rng.poisson(paths.nulls, size).astype(float)
        each = np.divide(
            paths.amount, paths.conversions, out=np.zeros(len(paths)), where=paths.conversions > 0
        )
        brought = won * each
        counts = [brought[:, winners] @ one[winners] for one in shares]
        found.append(np.stack([*counts, counted.markov(brought, walked)], axis=1))
    return np.concatenate(found)


@dataclass(frozen=True, eq=False)
class _Counted:
    """Which path makes which move, starts where and ends where; sparse [n, …]."""

    moves: Any
    start: Any
    end: Any
    channels: int

    @classmethod
    def of(cls, paths: Paths) -> "_Counted":
        n, c = len(paths), paths.channels
        row, inner = paths.row, np.ones(len(paths.channel), dtype=bool)
        inner[paths.start[1:] - 1] = False
        at = np.flatnonzero(inner)
        move = paths.channel[at] * c + paths.channel[at + 1]
        moves = sparse.csr_matrix((np.ones(len(at)), (row[at], move)), shape=(n, c * c))
        start, end = (
            sparse.csr_matrix((np.ones(n), (np.arange(n), paths.channel[place])), shape=(n, c))
            for place in (paths.start[:-1], paths.start[1:] - 1)
        )
        return cls(moves, start, end, c)

    def markov(self, brought: F8, walked: F8) -> F8:
        """Credits of each resample, [draws, channels]."""
        moves = (walked @ self.moves).reshape(len(walked), self.channels, self.channels)
        end = np.stack([brought @ self.end, walked @ self.end], axis=1)
        return first_order_credits(moves, walked @ self.start, end, brought.sum(axis=1))
