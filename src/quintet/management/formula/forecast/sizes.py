"""How large a deal is once it is won: drawn from the company's own won ones of its kind."""

from dataclasses import dataclass

import numpy as np

from quintet.management.metrics.forecast import History
from quintet.management.terms.forecast import B1, F8, I8

#: Won deals of a kind from which on the kind speaks for itself, and the newest that count.
FEWEST_WON, MOST_WON = 20, 500


@dataclass(frozen=True, eq=False)
class Sizes:
    """The won deals of each kind, one after the other.

    Args:
        amount: value of each, by kind.
        mrr: monthly recurring part of each.
        first: [kinds] where each kind begins.
        count: [kinds] how many each has.
        kind: [n] the kind of each deal of the history.
    """

    amount: F8
    mrr: F8
    first: I8
    count: I8
    kind: I8

    def typical(self) -> tuple[F8, F8]:
        """[n] mean amount and mean MRR of a won deal of each deal's kind."""
        sums = [np.add.reduceat(values, self.first) for values in (self.amount, self.mrr)]
        amount, mrr = (one / self.count for one in sums)
        return amount[self.kind], mrr[self.kind]

    def drawn(self, kind: I8, rng: np.random.Generator) -> tuple[F8, F8]:
        """One amount and its MRR for each of these kinds."""
        at = self.first[kind] + (rng.random(len(kind)) * self.count[kind]).astype(np.int64)
        return self.amount[at], self.mrr[at]


def fit_sizes(history: History) -> Sizes:
    """The sizes of won deals, by product where there are several, else by segment; thin kinds together."""
    deals = history.deals
    won = np.flatnonzero(deals.is_won)
    names = deals.product if len(np.unique(deals.product)) > 1 else deals.segment
    enough = np.bincount(names[won], minlength=int(names.max(initial=0)) + 1) >= FEWEST_WON
    own = np.unique(names[won][enough[names[won]]])
    kind = np.where(np.isin(names, own), np.searchsorted(own, names) + 1, 0)
    pools = [_newest(history, won if one == 0 else won[kind[won] == one]) for one in range(len(own) + 1)]
    rows, count = np.concatenate(pools), np.asarray([len(one) for one in pools], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    amount, mrr = (np.nan_to_num(values[rows], nan=0.0) for values in (deals.amount, deals.mrr))
    return Sizes(amount, mrr, first, count, kind)


def _newest(history: History, won: I8) -> I8:
    order = np.lexsort((history.deals.ids[won], history.deals.closed[won]))
    return won[order[-MOST_WON:]]


def is_recorded(values: F8, won: B1) -> bool:
    """Do at least half of the won deals say it?"""
    return bool(won.any()) and float(np.mean(np.isfinite(values[won]))) >= 0.5  # noqa: PLR2004
