"""Who sells and what is sold to, told apart in one fit: reps on equal leads, and leads with equal reps.

Where leads are not handed out at random, good leads make good reps and the reverse. Each lead's log-odds are
a base, plus what its rep adds, plus what each of its kinds adds (source, segment, term), plus what the time
and experience add in which it was worked. Kinds are pulled together as far as luck explains their
differences; reps are not pulled at all while they are told from kinds. A fit that pulls them, too, takes a
part of what good reps do for their leads' doing wherever the good leads go to the good reps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.errors import BadInput
from quintet.stats.logistic import Blocks, LogisticFit, fit_logistic, fit_spreads, summed

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEVEL = 0.90
#: So far reps may lie apart before their leads are seen: as good as any distance.
_ANY_DISTANCE = 4.0
#: Leads of a kind from which on a rep works it.
LEAST_OF_A_KIND = 5.0
#: Rows whose leads are as good as this alike, in log-odds, count as one when rates are averaged over them.
_ALIKE = 0.02


@dataclass(frozen=True, eq=False)
class CrossedRows:
    """Leads that are alike in all of this, one row each.

    Args:
        rep: number of the rep, 0 and above without gaps, shape (R,).
        kinds: what tells leads apart, for each the level of every row, 0 and above, shape (R,).
        conditions: what else moves rates and is neither rep nor lead: the quarter, the rep's experience.
        tried: leads, above 0, shape (R,).
        won: of these, shape (R,).
    """

    rep: IntArray
    kinds: tuple[IntArray, ...]
    conditions: tuple[IntArray, ...]
    tried: FloatArray
    won: FloatArray

    def __post_init__(self) -> None:
        """Refuse counts that do not fit together."""
        sizes = {len(one) for one in (self.rep, *self.kinds, *self.conditions, self.tried, self.won)}
        if len(sizes) != 1:
            raise BadInput(f"each row has its rep, kinds and counts: give as many of each, got {sizes}")
        if np.any(self.tried <= 0) or np.any(self.won < 0) or np.any(self.won > self.tried):
            raise BadInput("won must lie in 0..tried, and tried above 0, in every row")


@dataclass(frozen=True, eq=False)
class Rates:
    """Rates of several reps, or of several kinds of leads, with the ends of their intervals; shape (N,)."""

    rate: FloatArray
    lo: FloatArray
    hi: FloatArray


@dataclass(frozen=True, eq=False)
class CrossedRates:
    """Reps and leads, told apart.

    Args:
        rows: what it was fitted on.
        reps: log-odds each rep adds beside the average lead's rep, shape (J,).
        covariance: of them, with what is not known of the kinds in it, shape (J, J).
        lead: log-odds by which the kinds of each row make its leads easier than the average, shape (R,).
        total: log-odds of each row, shape (R,).
        whole: covariance of the base and of all effects: reps, kinds, conditions, shape (W, W).
        usual: how much of each of these the average lead has, shape (W,).
    """

    rows: CrossedRows
    reps: FloatArray
    covariance: FloatArray
    lead: FloatArray
    total: FloatArray
    whole: FloatArray
    usual: FloatArray

    @property
    def errors(self) -> FloatArray:
        """Standard error of each rep's log-odds, shape (J,)."""
        return np.asarray(np.sqrt(np.diagonal(self.covariance)))

    def of_reps(self, *, level: float = LEVEL) -> Rates:
        """What each rep would win of all these leads together."""
        mine = self.total - self.reps[self.rows.rep]
        at = np.round(mine / _ALIKE).astype(np.int64)
        place, which = np.unique(at, return_inverse=True)
        log_odds = np.asarray(place * _ALIKE, dtype=np.float64)
        share = np.bincount(which, self.rows.tried) / self.rows.tried.sum()
        alone = np.tile(self.usual, (self.reps.size, 1))
        alone[:, self._reps] = np.eye(self.reps.size)
        reach = _normal_quantile(0.5 + level / 2.0) * self._errors_of(alone)
        ends = (_mean_rate(log_odds, share, self.reps + by) for by in (0.0, -reach, reach))
        return Rates(*ends)

    def of_kinds(self, codes: IntArray, *, level: float = LEVEL) -> Rates:
        """What the average rep would win of each kind of leads.

        Args:
            codes: which kind each row is of, 0 and above without gaps, shape (R,).
            level: of the intervals.
        """
        tried, size = self.rows.tried, int(codes.max(initial=-1)) + 1
        known = np.tile(self.usual, (size, 1))
        known[:, self._kinds] = self._loadings(codes, size)
        reach = _normal_quantile(0.5 + level / 2.0) * self._errors_of(known)
        alone = self.total - self.reps[self.rows.rep]
        many = np.bincount(codes, tried, size)

        def rates(by: FloatArray) -> FloatArray:
            return np.asarray(np.bincount(codes, tried * _sigmoid(alone + by[codes]), size) / many)

        return Rates(rates(np.zeros(size)), rates(-reach), rates(reach))

    def advantages(self, codes: IntArray) -> tuple[FloatArray, FloatArray]:
        """Log-odds by which each kind is easier than the average lead, and their standard errors."""
        size = int(codes.max(initial=-1)) + 1
        many = np.bincount(codes, self.rows.tried, size)
        found = np.bincount(codes, self.rows.tried * self.lead, size) / many
        off = np.zeros((size, self.usual.size))
        off[:, self._kinds] = self._loadings(codes, size) - self.usual[self._kinds]
        return np.asarray(found), self._errors_of(off)

    @property
    def _reps(self) -> slice:
        return slice(1, 1 + self.reps.size)

    @property
    def _kinds(self) -> slice:
        start = 1 + self.reps.size
        return slice(start, start + sum(int(one.max()) + 1 for one in self.rows.kinds))

    def _loadings(self, codes: IntArray, size: int) -> FloatArray:
        """How much of each level of the kinds the leads of each code have."""
        tried, loading = self.rows.tried, np.zeros((size, self._kinds.stop - self._kinds.start))
        for start, level in zip(_starts(self.rows.kinds), self.rows.kinds, strict=True):
            np.add.at(loading, (codes, start + level), tried)
        return np.asarray(loading / np.bincount(codes, tried, size)[:, None])

    def _errors_of(self, loadings: FloatArray) -> FloatArray:
        """Standard error of each sum of effects."""
        return np.asarray(np.sqrt(np.maximum(((loadings @ self.whole) * loadings).sum(axis=1), 0.0)))


def fit_crossed(rows: CrossedRows) -> CrossedRates:
    """Tell reps and leads apart.

    Args:
        rows: of reps who are comparable: see `comparable`.

    Raises:
        BadInput: when there is no row, or nothing or everything was won.
        DidNotConverge: when no maximum is found.

    Source: Abowd, Kramarz & Margolis, Econometrica 67 (1999) 251-333 (two-way effects); Guarino, Maxfield,
        Reckase, Thompson & Wooldridge, Education Finance and Policy 10 (2015) 117-156 (who is told from what
        must not be shrunk where assignment is not random); docs/loop/chain.md
    """
    total = rows.won.sum() / max(rows.tried.sum(), 1.0)
    if not 0.0 < total < 1.0:
        raise BadInput("a share between nothing and everything is needed to tell reps and leads apart")
    features = (rows.rep, *rows.kinds, *rows.conditions)
    sizes = tuple(int(one.max()) + 1 for one in features)
    blocks = Blocks(sizes, (0,) * len(sizes))
    codes = np.column_stack(features).astype(np.int16)
    share = rows.won / rows.tried
    learned = fit_spreads(codes, blocks, share, weight=rows.tried)
    apart = np.append(_ANY_DISTANCE, learned.spreads[1:])
    fit = fit_logistic(codes, blocks, share, weight=rows.tried, start=replace(learned, spreads=apart))
    return _told(rows, fit, blocks, codes)


def _told(rows: CrossedRows, fit: LogisticFit, blocks: Blocks, codes: NDArray[np.int16]) -> CrossedRates:
    reps, kinds = blocks.sizes[0], sum(blocks.sizes[1 : 1 + len(rows.kinds)])
    many = np.concatenate(
        [np.bincount(code, rows.tried, size) for code, size in zip(codes.T, blocks.sizes, strict=True)]
    )
    usual = np.append(1.0, many / rows.tried.sum())
    beside, mine = np.eye(reps) - usual[1 : 1 + reps], slice(1, 1 + reps)
    effects, lead = fit.effects[reps : reps + kinds], np.zeros(len(rows.rep))
    for start, level in zip(_starts(rows.kinds), rows.kinds, strict=True):
        lead += effects[start + level]
    return CrossedRates(
        rows=rows,
        reps=np.asarray(beside @ fit.effects[:reps]),
        covariance=np.asarray(beside @ fit.covariance[mine, mine] @ beside.T),
        lead=lead - float(np.average(lead, weights=rows.tried)),
        total=summed(fit.base, fit.effects, codes, blocks),
        whole=fit.covariance,
        usual=usual,
    )


def comparable(
    rep: IntArray, kind: IntArray, tried: FloatArray, *, least: float = LEAST_OF_A_KIND
) -> NDArray[np.bool_]:
    """Which reps can be told from their leads at all, shape (J,).

    Two reps are comparable when both work some kind of leads, or when a chain of such pairs leads from one to
    the other. Who alone works what he works is as good as his leads are, and nobody can say which of the two.
    The largest group that hangs together is kept, of it those with at least half of their leads in kinds that
    others of it work, too.

    Args:
        rep: of each row, shape (R,).
        kind: of each row, all that tells its leads apart taken together, shape (R,).
        tried: leads, shape (R,).
        least: leads of a kind from which on a rep works it.

    Source: Abowd, Creecy & Kramarz (2002), Computing person and firm effects, section 3 (connected groups).
    """
    reps, kinds = int(rep.max(initial=-1)) + 1, int(kind.max(initial=-1)) + 1
    leads = np.zeros((reps, kinds))
    np.add.at(leads, (rep, kind), tried)
    works = leads >= least
    group = _groups(works)
    size = np.bincount(group, leads.sum(axis=1))
    member = group == int(np.argmax(size)) if reps else np.zeros(0, dtype=bool)
    others = works[member].sum(axis=0) - works
    shared = np.where(works & (others > 0), leads, 0.0).sum(axis=1)
    return np.asarray(member & (2.0 * shared >= leads.sum(axis=1)) & (leads.sum(axis=1) > 0))


def _groups(works: NDArray[np.bool_]) -> IntArray:
    """The group each rep hangs together with."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    both = works.astype(np.int64) @ works.T.astype(np.int64)
    return np.asarray(connected_components(csr_array(both), directed=False)[1], dtype=np.int64)


def _starts(kinds: Sequence[IntArray]) -> IntArray:
    """Position of each kind's first level among the levels of all."""
    sizes = [int(one.max()) + 1 for one in kinds]
    return np.cumsum([0, *sizes], dtype=np.int64)[:-1]


def _mean_rate(log_odds: FloatArray, share: FloatArray, by: FloatArray) -> FloatArray:
    """Mean rate of rows with these log-odds and shares, each moved by so much, shape of `by`."""
    return np.asarray(_sigmoid(log_odds + by[:, None]) @ share)


def _sigmoid(log_odds: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


def _normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(level))
