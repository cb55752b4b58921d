"""The lead score in the loop: scored each period on leads whose horizon ended in it, and refitted."""

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime

import ibis
import numpy as np

from quintet.demand.formula.leaks.guard import find_leaks, without
from quintet.demand.formula.recipes import RECIPES, window
from quintet.demand.formula.score.fit import SILENT_BELOW, fit_even, fit_score
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.stored import from_json, to_json
from quintet.demand.formula.score.subset import subset
from quintet.demand.formula.score.target import fit_target, later_target
from quintet.demand.formula.threshold_advice import TOPIC, cut_and_capacity, threshold_followed
from quintet.demand.metrics.examples import read_examples, read_timing
from quintet.demand.terms.examples import B1, F8, Examples
from quintet.demand.watched import watched
from quintet.facts.once import OncePerVersion
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Status
from quintet.kernel.shelf import Shelf
from quintet.ledger.recommendations import Advice, Followed
from quintet.stats.trials import Recipe, Setting, Term, Trial, Watched

_SEED = 0
_SURE = 1e-6


@dataclass(frozen=True)
class Settled:
    """Leads of a trial and what became of them.

    Args:
        examples: as they stood at hand-over.
        won: [n] customer within the horizon.
    """

    examples: Examples
    won: B1


@dataclass(frozen=True, eq=False)
class ScoreVersion:
    """One fitted lead score."""

    score: LeadScore

    @property
    def text(self) -> str:
        """As JSON."""
        return to_json(self.score)

    def losses(self, trial: Trial) -> F8:
        """Log loss of each lead."""
        return _log_loss(self.score.predict(trial.payload.examples).p, trial.payload.won)

    def terms(self) -> tuple[Term, ...]:
        """The points table line by line: points, and log-odds beside the average lead."""
        lines = self.score.table.lines if self.score.table else ()
        return tuple(
            Term(
                f"{one.feature}: {one.said}",
                *(one.log_odds, one.lo, one.hi),
                "log-odds",
                one.leads,
                spoken=one.points,
                hits=one.customers,
            )
            for one in lines
        )


@dataclass(frozen=True)
class BaseRate:
    """The naive answer: every lead is like every other."""

    rate: float
    leads: int
    customers: int

    @property
    def text(self) -> str:
        """As JSON."""
        told = {"base_rate": self.rate, "leads": self.leads, "customers": self.customers}
        return json.dumps(told, sort_keys=True)

    def losses(self, trial: Trial) -> F8:
        """Log loss of each lead."""
        return _log_loss(np.full(len(trial), self.rate), trial.payload.won)

    def terms(self) -> tuple[Term, ...]:
        """One line."""
        rate, told = self.rate, "probability"
        return (Term("every lead", rate, rate, rate, told, self.leads, hits=self.customers),)


@dataclass(frozen=True)
class LeadScoreInLoop:
    """P(customer) of each lead at hand-over, refitted each period."""

    name: str = "demand.lead_score"
    title: str = "Lead score"
    unit: str = "log loss a lead"
    recipes: tuple[Recipe, ...] = tuple(Recipe(name, sentence) for name, sentence in RECIPES.items())

    def setting(self, facts: Facts, until: datetime) -> Setting:  # noqa: ARG002 -- facts end there
        """The horizon within which a lead must become a customer, settled at the first turn.

        Raises:
            NotEnoughData: under 30 customers, or where no sale has a date.
        """
        ground = fit_target(_examples(facts)).ground
        if ground.customers < SILENT_BELOW:
            msg = f"{ground.customers} customers so far: the score needs {SILENT_BELOW}"
            raise NotEnoughData(msg, have=ground.customers, need=SILENT_BELOW, unit="customers")
        if ground.horizon_days is None:
            raise NotEnoughData("sales carry no dates: periods cannot be told apart", unit="dated sales")
        return {"horizon_days": ground.horizon_days}

    def fit(self, facts: Facts, until: datetime, recipe: str, setting: Setting) -> ScoreVersion | BaseRate:
        """The score of what was known then, without the columns that know the outcome.

        Where it cannot tell leads apart it is the naive answer: which past a base rate is of is no contest.

        Raises:
            NotEnoughData: when it would be silent.
        """
        whole = _guarded(facts)
        some = window(whole, recipe, _naive(until))
        score = _whole_score(facts, setting["horizon_days"]) if some is whole else _score(some, setting)
        if score.status is Status.SILENT:
            have = score.not_enough.have if score.not_enough else 0
            raise NotEnoughData(score.reason, have=have, need=SILENT_BELOW, unit="customers")
        return ScoreVersion(score) if score.features else self.baseline(facts, until, setting)

    def baseline(self, facts: Facts, until: datetime, setting: Setting) -> BaseRate:  # noqa: ARG002
        """The share of leads that become customers within the horizon."""
        return base_rate(_examples(facts), setting["horizon_days"])

    def read(self, text: str) -> ScoreVersion | BaseRate:
        """A version from its JSON."""
        told = json.loads(text)
        if "base_rate" in told:
            return BaseRate(told["base_rate"], told["leads"], told["customers"])
        return ScoreVersion(from_json(text))

    def trial(self, facts: Facts, since: datetime, until: datetime, setting: Setting) -> Trial:
        """Leads that were worked and whose horizon ended in the period, by rep and month of hand-over."""
        examples = _examples(facts)
        horizon = setting["horizon_days"]
        ended = examples.handed_at + np.timedelta64(horizon, "D")
        inside = (ended > _naive(since)) & (ended <= _naive(until))
        some = subset(examples, np.flatnonzero(inside))
        target = later_target(some, horizon)
        rows = np.flatnonzero(target.taken)
        tried = subset(some, rows)
        return Trial(tried.handed_at, _clusters(facts, tried), Settled(tried, target.won[rows]))

    def followed(self, facts: Facts, advice: Advice, since: datetime, until: datetime) -> Followed | None:  # noqa: ARG002 -- the loop asks so
        """In what share of the weeks after the decision the ready leads stayed within capacity."""
        if advice.topic != TOPIC:
            return None
        told = json.loads(Shelf(facts.home, self.name).read(advice.version))
        examples = _examples(facts)
        points = from_json(json.dumps(told["score"])).predict(examples).points
        cut, capacity = cut_and_capacity(advice.key)
        return threshold_followed(cut, capacity, (examples.handed_at, points), since.astimezone(UTC))

    def watch(
        self,
        facts: Facts,
        version: ScoreVersion | BaseRate,
        span: tuple[datetime, datetime],
        setting: Setting,
    ) -> Watched:
        """Which leads came in since the fit, and how many customers were promised day by day."""
        what = version.score if isinstance(version, ScoreVersion) else (version.rate, version.customers)
        ends = _naive(span[0]), _naive(span[1])
        return watched(facts, _examples(facts), what, ends, setting["horizon_days"])


FORMULAS = (LeadScoreInLoop(),)


def base_rate(examples: Examples, horizon_days: int) -> BaseRate:
    """The share of leads that become customers, young ones and the period counted as the score counts them.

    Were the young counted as lost, or the level of the period left out, every recipe would beat the naive
    answer by that alone, whether it tells one lead from another or not.
    """
    score = fit_even(examples, "the naive answer", seed=_SEED, horizon_days=horizon_days)
    rate = 1.0 / (1.0 + math.exp(-score.fit.base))
    return BaseRate(rate, score.ground.leads, score.ground.customers)


def _log_loss(p: F8, won: B1) -> F8:
    sure = np.clip(p, _SURE, 1 - _SURE)
    return np.asarray(np.where(won, -np.log(sure), -np.log1p(-sure)))


def _naive(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def _clusters(facts: Facts, examples: Examples) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    leads = facts.table("leads")
    rows = facts.arrow(leads.select("lead_id", rep_id=ibis.coalesce(leads.worked_by, leads.rep_id)))
    ids = rows["lead_id"].to_numpy()
    order = np.argsort(ids)
    reps = rows["rep_id"].fill_null(0).to_numpy()[order]
    rep = reps[np.searchsorted(ids[order], examples.lead_ids)]
    months = examples.handed_at.astype("datetime64[M]")
    return np.char.add(np.char.add(rep.astype(np.str_), " "), months.astype(np.str_))


def _score(examples: Examples, setting: Setting) -> LeadScore:
    fields = tuple(sorted(examples.fields))
    return fit_score(examples, fields=fields, seed=_SEED, horizon_days=setting["horizon_days"])


@dataclass(eq=False)
class _Read:
    """The leads of one version of the facts, read once; and what all recipes share."""

    examples: Examples
    guarded: Examples | None = None
    scores: dict[int, LeadScore] = field(default_factory=dict)


_read = OncePerVersion(lambda facts: _Read(read_examples(facts)))


def _examples(facts: Facts) -> Examples:
    """The leads at hand-over; of the newest facts asked about they are read once."""
    return _read(facts).examples


def _guarded(facts: Facts) -> Examples:
    """The same without the columns that know the outcome."""
    read = _read(facts)
    if read.guarded is None:
        read.guarded = without(read.examples, find_leaks(read.examples, read_timing(facts), {}, {}))
    return read.guarded


def _whole_score(facts: Facts, horizon_days: int) -> LeadScore:
    """The fit on every lead: recipes that leave none out share it."""
    scores = _read(facts).scores
    if horizon_days not in scores:
        scores[horizon_days] = _score(_guarded(facts), {"horizon_days": horizon_days})
    return scores[horizon_days]
