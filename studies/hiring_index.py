"""Does the index beat adding up the scores? Simulated companies, 40 criteria, what matters is planted.

    python studies/hiring_index.py [companies [world ...]]

Eight raters of differing leniency, three a candidate, single scores of reliability .40; the best third of
the applicants is hired on a noisy impression; what follows has a reliability of .7. In the dense worlds all
criteria matter, unevenly, and scores go up and down together (halo); in the sparse world five of forty
matter. Validity is the correlation with the outcome among 7,500 new applicants scored by the same raters.

The form of the index's prior was settled on companies drawn with other seeds than these, before this was run.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hiring_worlds import CRITERIA, WORLDS, Company, company
from quintet.stats.anchored import AnchoredFit, fit_anchored
from quintet.stats.range_restriction import unrestricted
from quintet.stats.rank_scale import RankScale, rank_scale
from quintet.stats.shrunken_correlations import ShrunkenCorrelations, shrunken_correlations

FloatArray = NDArray[np.float64]

HIRES = (20, 50, 100, 200)
LEADING = 5
SURE = 0.95
ADDS = 0.90
FALSE_SHARE = 0.10
_Z90 = 1.6448536
_Z80 = 1.2815516


def ridge(x: FloatArray, y: FloatArray) -> FloatArray:
    """Weights of ridge regression, its strength by leaving one out."""
    center, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    left, values, right = np.linalg.svd((x - center) / scale, full_matrices=False)
    target = left.T @ (y - y.mean())
    best, weights = np.inf, np.zeros(x.shape[1])
    for strength in np.logspace(-1, 4, 40):
        part = values**2 / (values**2 + strength)
        hat = (left**2 @ part) + 1.0 / y.size
        error = float(np.mean(((y - y.mean() - left @ (part * target)) / (1.0 - hat)) ** 2))
        if error < best:
            best, weights = error, right.T @ (part * target / values)
    return np.asarray(weights / scale)


def elastic_net(x: FloatArray, y: FloatArray, folds: int = 5, mix: float = 0.5) -> FloatArray:
    """Weights of the elastic net, its strength by cross-validation; all strengths and folds at once."""
    center, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    z, target = (x - center) / scale, y - y.mean()
    fold = np.arange(y.size) % folds
    strongest = np.abs(z.T @ target).max() / y.size / mix
    strengths = strongest * np.logspace(0, -2.5, 15)
    error = np.zeros(strengths.size)
    for one in range(folds):
        seen, unseen = fold != one, fold == one
        middle, level = z[seen].mean(axis=0), target[seen].mean()
        weights = _descend(z[seen] - middle, target[seen] - level, strengths, mix)
        error += ((target[unseen] - level - weights @ (z[unseen] - middle).T) ** 2).sum(axis=1)
    return np.asarray(_descend(z, target, strengths, mix)[int(np.argmin(error))] / scale)


def _descend(z: FloatArray, y: FloatArray, strengths: FloatArray, mix: float, sweeps: int = 60) -> FloatArray:
    """Coordinate descent from nothing, for every strength, (strengths, K)."""
    inner, right = z.T @ z / len(z), z.T @ y / len(z)
    weights = np.zeros((strengths.size, z.shape[1]))
    for _ in range(sweeps):
        before = weights.copy()
        for k in range(z.shape[1]):
            left = right[k] - weights @ inner[k] + weights[:, k] * inner[k, k]
            soft = np.sign(left) * np.maximum(np.abs(left) - strengths * mix, 0.0)
            weights[:, k] = soft / (inner[k, k] + strengths * (1.0 - mix))
        if np.abs(weights - before).max() < 1e-4:
            break
    return weights


def least_squares(x: FloatArray, y: FloatArray) -> FloatArray:
    """Weights of least squares; the smallest of all that fit where there are fewer people than criteria."""
    return np.asarray(np.linalg.lstsq(x - x.mean(axis=0), y - y.mean(), rcond=None)[0])


def best_five(x: FloatArray, y: FloatArray) -> FloatArray:
    """Equal weights on the five criteria that correlate best with success."""
    weights = np.zeros(x.shape[1])
    weights[np.argsort(-_correlations(x, y))[:LEADING]] = 1.0
    return weights


RIVALS: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "ridge": ridge,
    "elastic net": elastic_net,
    "least squares": least_squares,
    "best five": best_five,
}


def _correlations(x: FloatArray, y: FloatArray) -> FloatArray:
    off = x - x.mean(axis=0)
    return np.asarray(off.T @ (y - y.mean()) / y.size / (off.std(axis=0) * y.std()))


@dataclass(frozen=True, eq=False)
class Fits:
    """What is fitted in one company."""

    scale: RankScale
    index: AnchoredFit
    shown: ShrunkenCorrelations


def fits(one: Company) -> Fits:
    """The index and the criteria table of one company."""
    x, scale = one.applicants[one.hired], rank_scale(one.outcome)
    alike = np.corrcoef(x.T)
    halo = float((alike.sum() - CRITERIA) / (CRITERIA * (CRITERIA - 1)))
    raw = _correlations(x, one.outcome)
    shown = shrunken_correlations(raw, np.full(CRITERIA, len(x)), halo=halo)
    return Fits(scale, fit_anchored(x, scale.normal, one.applicants), shown)


def validities(one: Company, found: Fits) -> dict[str, float]:
    """Validity for new applicants of every way to weigh the scores."""
    x = one.applicants[one.hired]
    told = {
        "equal, raw": one.validity(one.plain_new.mean(axis=1)),
        "equal, adjusted": one.validity(one.new.mean(axis=1)),
        "index": one.validity(one.new @ found.index.weights.weight),
    }
    return told | {name: one.validity(one.new @ weigh(x, one.outcome)) for name, weigh in RIVALS.items()}


def honesty(one: Company, found: Fits) -> dict[str, float]:
    """Coverage, the winner's curse and false claims in one company."""
    shown, truth = found.shown, one.correlation
    inside = (shown.lo <= truth) & (truth <= shown.hi)
    lead, raw = np.argsort(-shown.correlation)[:LEADING], np.argsort(-shown.raw)[:LEADING]
    said = (shown.p_positive >= SURE) & (shown.q_value <= FALSE_SHARE)
    weights, slope = found.index.weights, one.slope / found.scale.slope
    adds = weights.p_material >= ADDS
    wrong = said & (truth <= 1e-6) if one.matters.any() else said
    return {
        "correlations inside": float(inside.mean()),
        "leading five inside": float(inside[lead].mean()),
        "leading raw shown": float(shown.raw[raw].mean()),
        "leading raw true": float(truth[raw].mean()),
        "leading shown": float(shown.correlation[lead].mean()),
        "leading true": float(truth[lead].mean()),
        "weights inside": float(((weights.lo <= slope) & (slope <= weights.hi)).mean()),
        "claims": float(said.sum()),
        "false share": float(wrong.sum() / max(said.sum(), 1)),
        "adds beyond": float(adds.sum()),
        "false of these": float((adds & (one.matters == 0)).sum() / max(adds.sum(), 1)),
        **_people_inside(one, found),
        **_restriction(one),
    }


def _people_inside(one: Company, found: Fits) -> dict[str, float]:
    mean, deviation = found.index.predict(one.new)
    lo, hi = (found.scale.back(mean + sign * _Z80 * deviation) for sign in (-1, 1))
    return {"new people inside": float(np.mean((lo <= one.new_outcome) & (one.new_outcome <= hi)))}


def _restriction(one: Company) -> dict[str, float]:
    """The sum of adjusted scores: what it shows among the hired, corrected, and the truth of applicants."""
    total = one.applicants.mean(axis=1)
    seen = total[one.hired]
    r = float(np.corrcoef(seen, one.outcome)[0, 1])
    ends = np.tanh(np.arctanh(r) + np.array([-_Z90, _Z90]) / np.sqrt(seen.size - 3))
    found = unrestricted(r, (float(ends[0]), float(ends[1])), sd_applicants=total.std(), sd_hired=seen.std())
    truth = one.validity(one.new.mean(axis=1))
    return {
        "sum among hired": r,
        "corrected": found.correlation,
        "true": truth,
        "corrected inside": float(found.lo <= truth <= found.hi),
        "uncorrected inside": float(ends[0] <= truth <= ends[1]),
    }


def row(world: str, hires: int, companies: int, seed: int = 2026) -> dict[str, tuple[float, float]]:
    """Mean over companies of everything, with its standard error; `gain` is the index less equal weights."""
    told: list[dict[str, float]] = []
    for number in range(companies):
        one = company(
            np.random.default_rng([seed, sorted(WORLDS).index(world), hires, number]), hires, WORLDS[world]
        )
        found = fits(one)
        each = honesty(one, found)
        if one.matters.any():
            each |= validities(one, found)
            each["gain"] = each["index"] - each["equal, adjusted"]
        told.append(each)
    values = {name: np.array([each[name] for each in told]) for name in told[0]}
    return {name: (float(v.mean()), float(v.std() / np.sqrt(companies))) for name, v in values.items()}


_VALIDITY = ("equal, raw", "equal, adjusted", "index", *RIVALS)
_HONEST = (
    "correlations inside",
    "leading five inside",
    "leading raw shown",
    "leading raw true",
    "leading shown",
    "leading true",
    "claims",
    "false share",
    "weights inside",
    "new people inside",
)
_OTHER = ("adds beyond", "false of these", "sum among hired", "corrected", "true", "corrected inside",
          "uncorrected inside")  # fmt: skip


def _table(names: tuple[str, ...], rows: dict[tuple[str, int], dict[str, tuple[float, float]]]) -> None:
    shown = {key: one for key, one in rows.items() if set(names) <= set(one)}
    gain = "gain" if "index" in names else None
    print("\n| world | hires | " + " | ".join(names) + (" | index less equal (error) |" if gain else " |"))
    print("|---" * (len(names) + 2 + bool(gain)) + "|")
    for (world, hires), one in shown.items():
        told = " | ".join(f"{one[name][0]:.3f}" for name in names)
        more = " | {:+.4f} ({:.4f})".format(*one["gain"]) if gain else ""
        print(f"| {world} | {hires} | {told}{more} |", flush=True)


def main(companies: int = 200, *worlds: str) -> None:
    """Print three tables: validity for new applicants, honesty of what is shown, and the rest."""
    print(f"{companies} companies a row")
    rows = {}
    for world in worlds or tuple(WORLDS):
        for hires in HIRES:
            rows[world, hires] = row(world, hires, companies)
            print(world, hires, rows[world, hires], file=sys.stderr, flush=True)
    for names in (_VALIDITY, _HONEST, _OTHER):
        _table(names, rows)


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:2]), *sys.argv[2:])
