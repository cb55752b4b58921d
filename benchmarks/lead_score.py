"""The lead score beside its peers: Odoo's manner on the same later leads, and the time of a million leads.

    python benchmarks/lead_score.py peers
    python benchmarks/lead_score.py million          # ours
    uv run --with scikit-learn python benchmarks/lead_score.py million   # and scikit-learn on the same matrix

Leads come from the simulated market; the chance of each is known.
"""

import resource
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from odoo_scoring import odoo_scores

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "studies"))

from lead_examples import FIELDS, bought_within, known_examples
from quintet.demand.formula.score.features import blocks, encoded, fit_doings, fit_fields, scale
from quintet.demand.formula.score.fit import fit_score
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.skill import comparison
from quintet.demand.formula.score.subset import subset
from quintet.demand.formula.score.target import fit_target
from quintet.demand.terms.examples import Examples
from quintet.demand.terms.score import Comparison, Skill
from quintet.simulate.lead_worths import lead_worths
from quintet.simulate.spec import CompanySpec
from quintet.stats.logistic import Codes

DAYS = 540.0
LATER = 20_000
SIZES = (300, 1_000, 10_000, 100_000)
MILLION = 1_000_000


@dataclass(frozen=True)
class Beside:
    """Ours against the peer on the same later leads, and what the truth would have scored."""

    compared: Comparison
    truth: float


def beside_odoo(leads: int, seed: int) -> Beside:
    """Fit both on the same leads, try both on the same 20,000 later ones.

    Both learn from the same leads, worked and old enough; Odoo's manner gets each field and each deed done.
    """
    spec = CompanySpec(seed=seed)
    learned = known_examples(lead_worths(spec, leads, DAYS), DAYS)
    later = lead_worths(spec, LATER, 90.0, batch=7)
    score = fit_score(learned, fields=FIELDS)
    horizon = score.ground.horizon_days or 365
    asked, won = known_examples(later, 10_000.0), bought_within(later, horizon)
    said = score.predict(asked).p, _odoo(learned, asked)
    worked = later.is_worked
    compared = comparison(
        ("Quintet", "Odoo's manner"), (said[0][worked], said[1][worked]), won[worked], score.ground.base_rate
    )
    chance = later.chance_within(horizon)[worked]
    happened = won[worked]
    return Beside(compared, float(-np.mean(np.log(np.where(happened, chance, 1.0 - chance)))))


def _odoo(learned: Examples, asked: Examples) -> npt.NDArray[np.float64]:
    target = fit_target(learned)
    rows = np.flatnonzero(target.taken)
    known = subset(learned, rows)
    cut = scale(len(rows), target.ground.customers)
    deeds = [one for one in fit_doings(known.doings, len(known), None, cut) if len(one.members) == 1]
    return odoo_scores([*fit_fields(known, FIELDS, cut), *deeds], known, target.won[rows], asked)


def peers(seeds: int = 3) -> None:
    """Print the table: means over several companies."""
    print(f"mean of {seeds} companies, {LATER:,} later leads each; gain: Odoo's log loss minus ours\n")
    print("| leads | log loss: truth | ours | Odoo's | base rate | gain, 90 % (worst company) | "
          "decile error: ours | Odoo's | slope: ours | Odoo's |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|")
    for leads in SIZES:
        found = [beside_odoo(leads, seed) for seed in range(1, seeds + 1)]
        print(_row(leads, found), flush=True)


def _row(leads: int, found: list[Beside]) -> str:
    ours, theirs = ([one.compared.skills[k] for one in found] for k in (0, 1))
    worst = min((one.compared.log_loss_gain for one in found), key=lambda gain: gain.lo)

    def mean(skills: list[Skill], name: str) -> float:
        return float(np.mean([getattr(one, name) for one in skills]))

    return (
        f"| {leads:,} | {np.mean([one.truth for one in found]):.4f} | {mean(ours, 'log_loss'):.4f} "
        f"| {mean(theirs, 'log_loss'):.4f} | {mean(ours, 'log_loss_base'):.4f} "
        f"| {worst.estimate:.4f} ({worst.lo:.4f} to {worst.hi:.4f}) "
        f"| {100 * mean(ours, 'decile_error'):.1f} | {100 * mean(theirs, 'decile_error'):.1f} "
        f"| {mean(ours, 'slope'):.2f} | {mean(theirs, 'slope'):.2f} |"
    )


def million(leads: int = MILLION) -> None:
    """Print the times and memory of fitting and scoring, and of the bare regression on the same matrix."""
    examples = known_examples(lead_worths(CompanySpec(seed=1), leads, DAYS), DAYS)
    print(f"{leads:,} leads, {len(examples.doings.lead):,} deeds; memory {_peak():,.0f} MB before the fit\n")
    print("| what | CPU s | wall s | peak MB |")
    print("|---|---|---|---|")
    clock = _Clock()
    score = fit_score(examples, fields=FIELDS)
    fit_seconds = clock.line("fit: features, tuning, points, all")
    score.predict(examples)
    clock.line("score with intervals")
    if find_spec("sklearn") is None:
        print("\nscikit-learn is not installed: no ratio")
        return
    bare = _bare(score, examples, clock)
    print(f"\nwhole fit / bare regression: {fit_seconds / bare:.2f} (CPU)")


def _bare(score: LeadScore, examples: Examples, clock: "_Clock") -> float:
    """Seconds of scikit-learn's logistic regression on the one-hot matrix of the same features."""
    from sklearn.linear_model import LogisticRegression

    target = fit_target(examples)
    rows = np.flatnonzero(target.taken)
    matrix = one_hot(encoded(score.features, subset(examples, rows)), blocks(score.features).starts)
    clock.line("one-hot matrix")
    LogisticRegression(max_iter=1000).fit(matrix, target.won[rows])
    return clock.line(f"scikit-learn, {matrix.shape[0]:,} × {matrix.shape[1]}, same matrix")


def one_hot(codes: Codes, starts: npt.NDArray[np.int64]) -> object:
    """The same design as a sparse matrix."""
    from scipy.sparse import csr_matrix

    features = codes.shape[1]
    places = (codes + starts).astype(np.int32).ravel()
    return csr_matrix((np.ones(places.size), places, np.arange(0, places.size + 1, features)))


class _Clock:
    """CPU and wall seconds between lines."""

    def __init__(self) -> None:
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def line(self, what: str) -> float:
        cpu, wall = time.process_time() - self.cpu, time.perf_counter() - self.wall
        print(f"| {what} | {cpu:.1f} | {wall:.1f} | {_peak():,.0f} |", flush=True)
        self.cpu, self.wall = time.process_time(), time.perf_counter()
        return cpu


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table asked for."""
    asked = sys.argv[1] if len(sys.argv) > 1 else "peers"
    {"peers": peers, "million": million}[asked]()


if __name__ == "__main__":
    main()
