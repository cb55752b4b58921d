"""Whom a candidate resembles among those who succeeded: reps succeed in different ways."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quintet.hiring.formula.answers import Alike, Profiles
from quintet.hiring.formula.given import Score
from quintet.hiring.formula.index import HiringFit

FloatArray = NDArray[np.float64]

#: Successful is the best third of those followed; so many make a comparison.
BEST = 1.0 / 3.0
LEAST_SUCCESSES = 5
LEAST_APPLICANTS = 30
NEAREST = 3
#: People followed from which it is said whether profiles tell anything, and how surely they must.
TELLS_FROM = 30
_SURE = 0.95
_SHUFFLES = 400
_STANDS_OUT = 0.75
_SHOWN = 3
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class _Ways:
    """How applicants differ besides their general level: center, scale and directions (K, m)."""

    center: FloatArray
    scale: FloatArray
    axes: FloatArray

    def shape(self, table: FloatArray) -> FloatArray:
        """Each person's own strengths, the general level taken out, (m, K)."""
        scaled = (table - self.center) / self.scale
        return np.asarray(scaled - scaled.mean(axis=1, keepdims=True))

    def place(self, table: FloatArray) -> FloatArray:
        """Where people lie along the ways, shape (m, ways)."""
        return np.asarray(self.shape(table) @ self.axes)


def nearest_profiles(fit: HiringFit, scores: tuple[Score, ...], *, seed: int = 0) -> Profiles:
    """The successful reps a candidate is most like, in what sets people apart and not in their level.

    Directions in which applicants differ by more than noise would make them are kept; distances are
    measured along these. Where there are none, profiles would be read out of noise, and none is shown.

    Args:
        fit: the formula.
        scores: of the candidate.
        seed: of the shuffles that say whether profiles tell anything.

    Source: docs/formulas/hiring_index.md#profiles; Marchenko & Pastur, Mathematics of the USSR-Sbornik 1
        (1967) 457-483 (what noise alone makes).
    """
    followed = np.array(list(fit.successes.values()))
    if len(fit.applicants) < LEAST_APPLICANTS or followed.size * BEST < LEAST_SUCCESSES:
        told = f"{followed.size} people followed and {len(fit.applicants)} applicants scored"
        need = f"{round(LEAST_SUCCESSES / BEST)} and {LEAST_APPLICANTS}"
        return Profiles((), 0, None, f"not yet: {told}, {need} needed")
    ways = _ways(fit.table)
    if ways.axes.shape[1] == 0:
        return Profiles((), 0, None, "applicants differ in their general level alone: no profiles to compare")
    line, _ = fit.sheet.of_candidate(scores)
    is_best = followed >= np.quantile(followed, 1.0 - BEST)
    people = [who for who, best in zip(fit.successes, is_best.tolist(), strict=True) if best]
    people = [who for who in people if who != scores[0].candidate]
    tells = _tells(ways.place(_rows(fit, list(fit.successes))), is_best, seed)
    reason = {
        None: f"{followed.size} people followed: {TELLS_FROM} show whether profiles tell who succeeds",
        True: "people near successful profiles succeeded more often here",
        False: "whom a person resembles has not told who succeeds here: for illustration",
    }[tells]
    return Profiles(_nearest(fit, ways, line, people), ways.axes.shape[1], tells, reason)


def _ways(table: FloatArray) -> _Ways:
    """Directions of the differences between own strengths that exceed those of pure noise."""
    scale = np.maximum(table.std(axis=0), _NOTHING)
    bare = _Ways(table.mean(axis=0), scale, np.zeros((table.shape[1], 0)))
    shapes = bare.shape(table)
    people, size = shapes.shape
    values, vectors = np.linalg.eigh(shapes.T @ shapes / people)
    free = max(size - 1, 1)
    usual = float(np.median(values[1:])) if size > 1 else 0.0
    edge = usual * (1.0 + np.sqrt(free / people)) ** 2 / _median_of_noise(free / people)
    return _Ways(bare.center, scale, vectors[:, values > max(edge, _NOTHING)][:, ::-1])


def _median_of_noise(ratio: float) -> float:
    """Median of the eigenvalues that noise of variance 1 makes; near 1 - ratio / 3 for many people."""
    return max(1.0 - ratio / 3.0, 0.1)


def _rows(fit: HiringFit, people: list[str]) -> FloatArray:
    place = {who: at for at, who in enumerate(fit.applicants)}
    return np.asarray(fit.table[[place[who] for who in people]])


def _nearest(fit: HiringFit, ways: _Ways, line: FloatArray, people: list[str]) -> tuple[Alike, ...]:
    rows = _rows(fit, people)
    far = np.linalg.norm(ways.place(rows) - ways.place(line[None]), axis=1)
    usual = _usual_distances(ways.place(fit.table))
    mine, theirs = ways.shape(line[None])[0], ways.shape(rows)
    found = []
    for at in np.argsort(far, kind="stable")[:NEAREST].tolist():
        both = np.minimum(mine, theirs[at])
        strong = [int(one) for one in np.argsort(-both, kind="stable")[:_SHOWN] if both[one] > _STANDS_OUT]
        keys = tuple(fit.sheet.criteria[one] for one in strong)
        found.append(Alike(people[at], float(np.mean(usual > far[at])), fit.successes[people[at]], keys))
    return tuple(found)


def _usual_distances(places: FloatArray) -> FloatArray:
    """Distances of applicants to those next to them in order of name: pairs as good as any."""
    steps = [np.linalg.norm(places - np.roll(places, step, axis=0), axis=1) for step in (1, 2, 3)]
    return np.concatenate(steps)


def _tells(places: FloatArray, is_best: NDArray[np.bool_], seed: int) -> bool | None:
    """Do successful people lie nearer to successful people than shuffled labels would?"""
    if is_best.size < TELLS_FROM:
        return None
    far = np.linalg.norm(places[:, None, :] - places[None, :, :], axis=2)
    np.fill_diagonal(far, np.inf)
    order = np.argsort(far, axis=1)[:, :NEAREST]

    def together(labels: NDArray[np.bool_]) -> float:
        return float(labels[order][labels].mean())

    rng = np.random.default_rng(seed)
    shuffled = [together(rng.permutation(is_best)) for _ in range(_SHUFFLES)]
    return bool(np.mean(np.array(shuffled) < together(is_best)) >= _SURE)
