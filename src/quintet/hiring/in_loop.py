"""The hiring index in the loop: scored on the success of hires it was asked about before, and refitted."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_after
from quintet.facts.published import Facts
from quintet.hiring.actions.index import FORMULA, fitted
from quintet.hiring.formula.answers import FittedIndex
from quintet.hiring.formula.candidates import foretold
from quintet.hiring.formula.given import HiringData, Score
from quintet.hiring.formula.index import HiringFit
from quintet.hiring.formula.recipes import LEARNED, RECIPES, scores_of
from quintet.hiring.formula.stored import from_json, to_json
from quintet.hiring.metrics.given import read_given
from quintet.hiring.metrics.scores import KnownCandidate, read_candidates
from quintet.hiring.metrics.success import read_success
from quintet.hiring.terms.success import ATTAINMENT, FIRST_MONTH, Success
from quintet.kernel.errors import NotEnoughData
from quintet.stats.scores import crps_sample
from quintet.stats.trials import Recipe, Setting, Term, Trial

F8 = npt.NDArray[np.float64]

#: A hire is judged once so many months after the ramp are over: at the end of the ninth month.
JUDGED_MONTHS = 6
#: Reps with an outcome, hired here or before, that say how far reps differ.
FEWEST_REPS = 8
_QUANTILES = (np.arange(99) + 0.5) / 99


@dataclass(frozen=True, eq=False)
class Hires:
    """Hires of a trial: what interviewers had said, and what became of them.

    Args:
        scores: recipe's food → one tuple of scores a hire: on the criteria under "", verdicts under OVERALL.
        attained: [n] attainment at equal leads.
        scale: what losses are divided by.
    """

    scores: dict[str, tuple[tuple[Score, ...], ...]]
    attained: F8
    scale: float


@dataclass(frozen=True, eq=False)
class IndexVersion:
    """One fitted index: how scores become a table, and the weights; no candidate is kept in it.

    Args:
        recipe: how it was fitted.
        fit: the formula.
        usual: outcomes of everybody then, for a hire nobody scored.
    """

    recipe: str
    fit: HiringFit
    usual: tuple[float, ...]

    @property
    def text(self) -> str:
        """As JSON."""
        told = {"recipe": self.recipe, "fit": json.loads(to_json(self.fit)), "usual": self.usual}
        return json.dumps(told, sort_keys=True)

    def losses(self, trial: Trial) -> F8:
        """CRPS of each hire's attainment."""
        hires: Hires = trial.payload
        return _losses(hires, [self._drawn(one) for one in hires.scores[scores_of(self.recipe)]])

    def terms(self) -> tuple[Term, ...]:
        """Each criterion's weight."""
        leading = self.fit.leading
        return tuple(
            Term(
                one.key,
                one.weight,
                one.weight if one.weight_lo is None else one.weight_lo,
                one.weight if one.weight_hi is None else one.weight_hi,
                f"{leading.unit} a point",
                one.n,
            )
            for one in leading.lines
        )

    def _drawn(self, scores: tuple[Score, ...]) -> F8:
        known = tuple(one for one in scores if one.criterion in set(self.fit.sheet.criteria))
        return foretold(self.fit, known, _QUANTILES) if known else np.asarray(self.usual)


@dataclass(frozen=True)
class LikeAnybody:
    """The naive answer: a hire is like any rep here so far."""

    usual: tuple[float, ...]

    @property
    def text(self) -> str:
        """As JSON."""
        return json.dumps({"usual": self.usual}, sort_keys=True)

    def losses(self, trial: Trial) -> F8:
        """CRPS of each hire's attainment."""
        hires: Hires = trial.payload
        return _losses(hires, [np.asarray(self.usual)] * len(hires.attained))

    def terms(self) -> tuple[Term, ...]:
        """One line."""
        middle, lo, hi = (float(one) for one in np.quantile(self.usual, (0.5, 0.05, 0.95)))
        return (Term("every hire", middle, lo, hi, "% of quota", len(self.usual)),)


@dataclass(frozen=True)
class IndexInLoop:
    """What each hire will attain, by what interviewers said before; refitted each period."""

    name: str = FORMULA
    title: str = "Hiring index"
    unit: str = "CRPS of a hire's attainment, in usual ones"
    recipes: tuple[Recipe, ...] = tuple(Recipe(name, sentence) for name, sentence in RECIPES.items())

    def setting(self, facts: Facts, until: datetime) -> Setting:  # noqa: ARG002 -- facts end there
        """How far reps differ in attainment; settled at the first turn with enough hires.

        Raises:
            NotEnoughData: as `fit`.
        """
        success = read_success(facts)
        _fit(facts, success, LEARNED)
        return {"scale": max(float(np.std(_usual(success))), 1.0)}

    def fit(self, facts: Facts, until: datetime, recipe: str, setting: Setting) -> IndexVersion:  # noqa: ARG002 -- the loop asks so
        """The index of what was known then.

        Raises:
            NotEnoughData: below the hires an index needs, with the day it may have them.
        """
        success = read_success(facts)
        return IndexVersion(recipe, _bare(_fit(facts, success, recipe)), _usual(success))

    def baseline(self, facts: Facts, until: datetime, setting: Setting) -> LikeAnybody:  # noqa: ARG002
        """Every rep's attainment so far, each as likely as the other."""
        return LikeAnybody(_usual(read_success(facts)))

    def read(self, text: str) -> IndexVersion | LikeAnybody:
        """A version from its JSON."""
        told = json.loads(text)
        if "fit" not in told:
            return LikeAnybody(tuple(told["usual"]))
        return IndexVersion(told["recipe"], from_json(json.dumps(told["fit"])), tuple(told["usual"]))

    def trial(self, facts: Facts, since: datetime, until: datetime, setting: Setting) -> Trial:
        """Hires whose ninth month ended in the period, with what interviewers had said of them."""
        success = read_success(facts)
        judged = _judged(facts, success, since.astimezone(UTC).date(), until.astimezone(UTC).date())
        by_rep = success.outcomes(ATTAINMENT)
        judged = [one for one in judged if one.rep_id in by_rep]
        food = {scores_of(recipe): read_given(facts, success, scores_of(recipe)) for recipe in RECIPES}
        decided = np.asarray([one.decided_at for one in judged], dtype="datetime64[us]")
        clusters = np.asarray([f"{one.rep_id}" for one in judged], dtype=np.str_)
        scores = {only: _scores(data, judged) for only, data in food.items()}
        attained = np.asarray([by_rep[one.rep_id or 0] for one in judged], dtype=np.float64)
        return Trial(decided, clusters, Hires(scores, attained, float(setting["scale"])))


FORMULAS = (IndexInLoop(),)


def _fit(facts: Facts, success: Success, recipe: str) -> HiringFit:
    data, fit = fitted(facts, success, recipe)
    leading: FittedIndex = fit.leading
    if leading.spread is None:
        raise NotEnoughData(
            f"{leading.n} hires with scores and an outcome: an index needs {leading.n_required}",
            have=leading.n,
            need=leading.n_required,
            unit="hires",
            expected_on=data.expected_on(data.outcomes[0], leading.n_required),
        )
    return fit


def _bare(fit: HiringFit) -> HiringFit:
    """The formula without the people it was fitted on."""
    size = len(fit.sheet.criteria)
    return HiringFit(fit.as_of, fit.sheet, fit.indexes[:1], (), np.zeros((0, size)), {}, fit.warnings)


def _usual(success: Success) -> tuple[float, ...]:
    values = sorted(success.outcomes(ATTAINMENT).values())
    if len(values) < FEWEST_REPS:
        msg = f"{len(values)} reps with an outcome: {FEWEST_REPS} say how far reps differ"
        raise NotEnoughData(msg, have=len(values), need=FEWEST_REPS, unit="reps")
    return tuple(round(one, 3) for one in values)


def _judged(facts: Facts, success: Success, since: date, until: date) -> list[KnownCandidate]:
    """Hires of whom enough months were over at the end of the period, and not yet at its start."""
    found = []
    for one in read_candidates(facts):
        rep = success.by_rep.get(one.rep_id or 0)
        if one.outcome != "hired" or rep is None or one.decided_at is None:
            continue
        ended = month_after(rep.joined_on, FIRST_MONTH - 1 + JUDGED_MONTHS)
        if since < ended <= until and rep.months >= JUDGED_MONTHS:
            found.append(one)
    return found


def _scores(data: HiringData, judged: list[KnownCandidate]) -> tuple[tuple[Score, ...], ...]:
    by_candidate: dict[str, list[Score]] = {}
    for one in data.scores:
        by_candidate.setdefault(one.candidate, []).append(one)
    return tuple(tuple(by_candidate.get(str(one.candidate_id), ())) for one in judged)


def _losses(hires: Hires, drawn: list[F8]) -> F8:
    told = zip(drawn, hires.attained.tolist(), strict=True)
    return np.asarray([crps_sample(one, happened) / hires.scale for one, happened in told])
