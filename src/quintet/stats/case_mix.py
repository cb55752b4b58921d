"""Whose leads are harder: how far reps' rates differ by what they were given, not by what they did."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from quintet.kernel.errors import BadInput, DidNotConverge

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_MOST_ROUNDS = 200
#: Log-odds that no effect moves by more than this in the last round.
_STILL = 2e-3
#: Nor any spread, by more than this.
_STILL_SPREAD = 0.01
#: No effect moves further in a round, and no variance grows by a larger factor (as a logarithm).
_LONGEST_STEP = 2.0
#: No variance loses more than this share of itself in a round.
_MOST_LOST = 0.95
_START_REPS = 0.10
_START_STRATA = 0.25
_LEAST_VARIANCE = 1e-4
_MOST_VARIANCE = 16.0
_RIDGE = 1e-6
#: Steps in which a rep's solution may follow from everybody's, and when it has.
_REFINED = 12
_SETTLED = 1e-9
_FAR = 12.0


@dataclass(frozen=True, eq=False)
class CaseMix:
    """How much easier or harder each rep's leads are than the leads of all these reps.

    Args:
        offset: log-odds by which a rep's leads convert easier (+) or harder (-), shape (J,); 0 for reps
            who are not judged.
        rep_spread: standard deviation of what the reps themselves add, log-odds.
        strata_spread: standard deviation of each family of strata, log-odds, shape (B,).
    """

    offset: FloatArray
    rep_spread: float
    strata_spread: FloatArray


@dataclass(frozen=True, eq=False)
class _Cells:
    """Counts of reps by strata, and which columns (mean, then each family's levels) a stratum has."""

    converted: FloatArray
    known: FloatArray
    design: FloatArray
    family: IntArray

    def __hash__(self) -> int:
        return hash((self.converted.tobytes(), self.known.tobytes(), self.design.tobytes()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Cells):
            return NotImplemented
        pairs = zip(self._arrays, other._arrays, strict=True)
        return all(np.array_equal(one, two) for one, two in pairs)

    @property
    def _arrays(self) -> tuple[FloatArray | IntArray, ...]:
        return self.converted, self.known, self.design, self.family

    @cached_property
    def seen(self) -> NDArray[np.bool_]:
        """The reps with leads, shape (J,)."""
        return np.asarray(self.known.sum(axis=1) > 0)

    @cached_property
    def sizes(self) -> IntArray:
        """How many columns each family has; the mean is one of its own."""
        return np.bincount(self.family)


def fit_case_mix(converted: ArrayLike, known: ArrayLike, levels: ArrayLike, judged: ArrayLike) -> CaseMix:
    """How far a rep's rate may differ from others' for the leads he got alone.

    Log-odds of a lead = mean + what its strata add + what its rep adds, all but the mean drawn from
    normal distributions whose spreads are learned; so a segment that a single rep serves is not taken for
    easy or hard: nobody else shows it. A rep's own leads are left out of the strata he is compared by.
    Effects and spreads improve by turns until no effect moves by 0.002 and no spread by 0.01; some six
    rounds.

    Args:
        converted: leads converted by rep and stratum, shape (J, G).
        known: leads by rep and stratum, each counted by the share of its outcome known, shape (J, G).
        levels: for each family of strata (e.g. segment, source) the level of each stratum, shape (B, G).
        judged: the reps whose leads are the standard, e.g. those of a team, booleans, shape (J,).

    Raises:
        BadInput: on shapes that disagree, or more conversions than leads.
        DidNotConverge: when the effects still move after 200 rounds.

    Source: Breslow & Clayton, JASA 88 (1993) 9-25; docs/formulas/management.md#fair-peers
    """
    won, tried = np.asarray(converted, dtype=np.float64), np.asarray(known, dtype=np.float64)
    level = np.atleast_2d(np.asarray(levels, dtype=np.int64))
    if won.shape != tried.shape or level.shape[1] != won.shape[1] or np.any(won > tried + 1e-6):
        raise BadInput("converted and known must have one shape (reps, strata) and converted be the smaller")
    cells = _Cells(won, tried, *_design(level))
    reps, strata, variance = _effects(cells)
    wanted = np.asarray(judged, dtype=bool)
    others = _without_own(cells, wanted, _system(cells, reps, strata, variance))
    offset = np.zeros(won.shape[0])
    offset[wanted] = _offsets(tried[wanted], others)
    spread = np.sqrt(variance)
    return CaseMix(offset, float(spread[0]), spread[1:])


@lru_cache(maxsize=128)
def _effects(cells: _Cells) -> tuple[FloatArray, FloatArray, FloatArray]:
    """What the reps and what the strata add, and the variance of the reps and of each family.

    They are everybody's, whoever is judged: teams that are looked at over the same leads share them.
    """
    variance = np.full(cells.sizes.size, _START_STRATA)
    variance[0] = _START_REPS
    won, tried = cells.converted.sum(), cells.known.sum()
    reps, strata = np.zeros(cells.converted.shape[0]), np.zeros(cells.family.size)
    strata[0] = np.log((won + 0.5) / (tried - won + 0.5))
    furthest = -np.log1p(-_MOST_LOST)
    reach, last = np.full(variance.size, furthest), np.zeros(variance.size)
    for _ in range(_MOST_ROUNDS):
        new_reps, new_strata, step = _improved(cells, reps, strata, variance)
        moved = max(np.abs(new_reps - reps).max(initial=0.0), np.abs(new_strata - strata).max())
        way = min(1.0, _LONGEST_STEP / max(moved, _RIDGE))
        reps, strata = reps + way * (new_reps - reps), strata + way * (new_strata - strata)
        # a step is the change as a share of the variance: what a step down leaves is 1 + step of it
        step = np.where(step < 0.0, np.log1p(np.maximum(step, -_MOST_LOST)), np.minimum(step, _LONGEST_STEP))
        # effects and spreads may swing: who turns back goes half as far
        reach = np.where(step * last < 0.0, reach / 2.0, np.minimum(1.5 * reach, furthest))
        last, spread = np.clip(step, -reach, reach), np.sqrt(variance)
        variance = np.clip(variance * np.exp(last), _LEAST_VARIANCE, _MOST_VARIANCE)
        if moved < _STILL and np.abs(np.sqrt(variance) - spread).max() < _STILL_SPREAD:
            return reps, strata, variance
    msg = f"what the kinds of leads add still moves after {_MOST_ROUNDS} rounds: report this data as a bug"
    raise DidNotConverge(msg)


def _design(level: IntArray) -> tuple[FloatArray, IntArray]:
    """Strata by columns, and each column's family: 0 for the mean, then 1, 2 and so on."""
    blocks, family = [np.ones((level.shape[1], 1))], [0]
    for number, one in enumerate(level, start=1):
        blocks.append((one[:, None] == np.unique(one)).astype(np.float64))
        family += [number] * blocks[-1].shape[1]
    return np.hstack(blocks), np.asarray(family, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _System:
    """The linear equations of one round, with the reps already eliminated; `of_rep` are their right side."""

    weight: FloatArray
    response: FloatArray
    own: FloatArray
    of_rep: FloatArray
    matrix: FloatArray
    right: FloatArray


def _system(cells: _Cells, reps: FloatArray, strata: FloatArray, variance: FloatArray) -> _System:
    odds = reps[:, None] + cells.design @ strata
    np.minimum(np.maximum(odds, -_FAR, out=odds), _FAR, out=odds)
    rate = np.exp(-odds)
    rate += 1.0
    np.divide(1.0, rate, out=rate)
    expected = cells.known * rate
    weight = np.subtract(1.0, rate, out=rate)
    weight *= expected
    response = weight * odds
    response += cells.converted
    response -= expected
    whole, everybody = cells.design[:, 0], np.ones(len(reps))  # a product adds up quicker than a sum
    own = weight @ whole + 1.0 / variance[0]
    of_rep = response @ whole
    # strata are fewer than their effects: reps are added up over them first
    scaled = weight / np.sqrt(own)[:, None]
    between = -(scaled.T @ scaled)
    between.flat[:: len(between) + 1] += everybody @ weight
    matrix = cells.design.T @ between @ cells.design
    penalty = np.where(cells.family == 0, _RIDGE, 1.0 / variance[cells.family])
    matrix.flat[:: penalty.size + 1] += penalty
    right = (everybody @ response - (of_rep / own) @ weight) @ cells.design
    return _System(weight, response, own, of_rep, matrix, right)


def _improved(
    cells: _Cells, reps: FloatArray, strata: FloatArray, variance: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The effects after a Newton step, and a step of Fisher scoring for the logarithms of their variances."""
    one = _system(cells, reps, strata, variance)
    covariance = np.asarray(np.linalg.inv(one.matrix), dtype=np.float64)
    strata = np.asarray(covariance @ one.right)
    reps = (one.of_rep - one.weight @ (cells.design @ strata)) / one.own
    slope, curvature = _scores(cells, one, (reps, strata), covariance, variance)
    free = (variance > _LEAST_VARIANCE) | (slope > 0.0)
    curvature[~free] = 0.0
    curvature[:, ~free] = 0.0
    curvature.flat[:: variance.size + 1] += np.where(free, _RIDGE, 1.0)
    return reps, strata, np.asarray(np.linalg.solve(curvature, np.where(free, slope, 0.0)))


def _scores(
    cells: _Cells,
    one: _System,
    effects: tuple[FloatArray, FloatArray],
    covariance: FloatArray,
    variance: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Slope and expected curvature of the restricted likelihood in the logarithms of the variances.

    A family's slope is half of what its squared effects exceed what chance alone leaves of them.

    Source: Harville, JASA 72 (1977) 320-338, section 5.
    """
    (reps, strata), seen = effects, cells.seen
    share, own = one.weight / one.own[:, None], np.where(seen, 1.0 / one.own, 0.0)  # who has no leads: 0
    member = (cells.family[:, None] == np.arange(1, variance.size)).astype(np.float64)
    by_stratum = cells.design @ covariance
    pulled = by_stratum @ cells.design.T
    doubt = own + np.einsum("jg,jg->j", share @ pulled, share)
    many = np.append(seen.sum(), member.sum(axis=0))
    left = np.append(doubt.sum(), covariance.diagonal() @ member) / variance
    squares = np.append((reps[seen] ** 2).sum(), strata**2 @ member) / variance
    shared = share.T @ share
    crossed = np.zeros((variance.size, variance.size))
    crossed[1:, 1:] = member.T @ covariance**2 @ member
    crossed[0, 1:] = crossed[1:, 0] = ((shared @ by_stratum) * by_stratum).sum(axis=0) @ member
    mixed = shared @ pulled
    crossed[0, 0] = (mixed * mixed.T).sum() + (own * (2.0 * doubt - own)).sum()
    curvature = crossed / np.outer(variance, variance)
    curvature.flat[:: variance.size + 1] += many - 2.0 * left
    return (squares - many + left) / 2.0, curvature / 2.0


def _without_own(cells: _Cells, judged: NDArray[np.bool_], one: _System) -> FloatArray:
    """Log-odds of every stratum as all but himself show it to each rep who is judged, shape (judged, G).

    A rep's own equations are few beside everybody's, so his solution follows from theirs in a few steps;
    where his are many, e.g. because he alone serves a segment, it is solved for.
    """
    mine = _Own(one.weight[judged], one.own[judged])
    response = one.response[judged]
    without = mine.share * response.sum(axis=1)[:, None] - response
    matrix = one.matrix + _RIDGE * np.eye(cells.family.size)
    everybody = np.linalg.inv(matrix) @ cells.design.T
    by_stratum = cells.design @ everybody
    start = one.right @ everybody + without @ by_stratum
    found, far = start, np.ones(len(start), dtype=bool)
    for _ in range(_REFINED):
        nearer = start + mine.times(found) @ by_stratum
        far = np.abs(nearer - found).max(axis=1) > _SETTLED
        found = nearer
        if not far.any():
            break
    if far.any():
        rest = matrix - cells.design.T @ mine.matrices(far) @ cells.design
        right = one.right + without[far] @ cells.design
        found[far] = np.linalg.solve(rest, right[:, :, None])[:, :, 0] @ cells.design.T
    return np.asarray(found)


@dataclass(frozen=True, eq=False)
class _Own:
    """Each judged rep's part of the equations by stratum, himself eliminated."""

    weight: FloatArray
    own: FloatArray

    @cached_property
    def share(self) -> FloatArray:
        """His weights by what he has of his own, shape (judged, G)."""
        return np.asarray(self.weight / self.own[:, None])

    def times(self, log_odds: FloatArray) -> FloatArray:
        """Each one's matrix times his log-odds of the strata, both of shape (judged, G)."""
        given = self.weight * log_odds
        return np.asarray(given - self.share * given.sum(axis=1)[:, None])

    def matrices(self, some: NDArray[np.bool_]) -> FloatArray:
        """The matrices of some, shape (some, G, G)."""
        found = -self.weight[some][:, :, None] * self.share[some][:, None, :]
        strata = np.arange(self.weight.shape[1])
        found[:, strata, strata] += self.weight[some]
        return np.asarray(found)


def _offsets(known: FloatArray, log_odds: FloatArray) -> FloatArray:
    """Rates of these strata on each judged rep's leads against the same on the leads of all of them."""
    rate = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -_FAR, _FAR)))
    whole, total = known.sum(axis=0), known.sum(axis=1)
    if not total.any():
        return np.zeros(total.size)
    expected = np.divide((rate * known).sum(axis=1), total, out=np.full(total.size, 0.5), where=total > 0)
    standard = rate @ whole / float(whole.sum())
    found = np.log(expected / (1.0 - expected)) - np.log(standard / (1.0 - standard))
    return np.asarray(np.where(total > 0, found, 0.0))
