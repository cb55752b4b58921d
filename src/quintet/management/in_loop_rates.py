"""The reps' rates in the loop: what was said of each rep and step, scored on the leads that came after."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from quintet.facts.once import OncePerVersion
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.ledger.recommendations import Advice, Followed
from quintet.management.formula.estimates import VERDICTS, StepFit
from quintet.management.formula.funnel import FunnelFit, fit_funnel
from quintet.management.metrics.inputs import read_company, read_funnel
from quintet.management.metrics.tried import entered
from quintet.management.terms.coaching import FORMULA, TOPIC
from quintet.management.terms.funnel import FunnelQuestion, Verdict
from quintet.management.words import step_label, step_of
from quintet.stats.delay import DelayCurve
from quintet.stats.trials import Recipe, Setting, Term, Trial

FloatArray = NDArray[np.float64]

POOLED, POOLED_YEAR, RAW = "pooled", "pooled, a year", "raw rates"
_MONTHS = {POOLED: 6, POOLED_YEAR: 12, RAW: 6}
#: A lead counts as converted when it did so by the age at which this share of those who do have done it.
_SHARE = 0.9
_MONTH_DAYS = 30.4375
_SURE = 1e-4


@dataclass(frozen=True)
class Settled:
    """Leads that entered a step, one row each.

    Args:
        step: [n] key of the step.
        rep_id: [n] who brought the lead there; 0 where nobody is known.
        converted: [n] within the step's horizon.
    """

    step: NDArray[np.str_]
    rep_id: NDArray[np.int64]
    converted: NDArray[np.bool_]


@dataclass(frozen=True)
class StepRates:
    """What is said of one step.

    Args:
        team: chance to convert within the horizon, of such reps.
        lo: lower end of its 90 % interval.
        hi: upper end.
        n: leads that entered.
        converted: of these, so far.
        reps: rep_id → his chance; reps without leads are said the team's.
        apart: rep_id → (rate, lo, hi, n, verdict) of those weak or strong beyond chance.
    """

    team: float
    lo: float
    hi: float
    n: int
    converted: int
    reps: Mapping[int, float]
    apart: Mapping[int, tuple[float, float, float, int, str]]


@dataclass(frozen=True)
class RatesVersion:
    """The rates of all reps at all steps, as they were said at one moment."""

    steps: Mapping[str, StepRates]

    @property
    def text(self) -> str:
        """As JSON."""
        told = {
            key: vars(one) | {"reps": dict(one.reps), "apart": dict(one.apart)}
            for key, one in self.steps.items()
        }
        return json.dumps(told, sort_keys=True)

    @classmethod
    def of(cls, text: str) -> "RatesVersion":
        """From its JSON."""
        steps = {}
        for key, one in json.loads(text).items():
            reps = {int(rep): rate for rep, rate in one["reps"].items()}
            apart = {int(rep): tuple(told) for rep, told in one["apart"].items()}
            steps[key] = StepRates(**{**one, "reps": reps, "apart": apart})
        return cls(steps)

    def losses(self, trial: Trial) -> FloatArray:
        """Log loss of each lead."""
        settled: Settled = trial.payload
        said = np.full(len(trial), np.nan)
        for key, one in self.steps.items():
            mine = settled.step == key
            said[mine] = [one.reps.get(rep, one.team) for rep in settled.rep_id[mine].tolist()]
        sure = np.clip(said, _SURE, 1.0 - _SURE)
        return np.asarray(np.where(settled.converted, -np.log(sure), -np.log1p(-sure)))

    def terms(self) -> tuple[Term, ...]:
        """Each step's rate, and the reps weak or strong at it."""
        found = []
        for key, one in self.steps.items():
            label = step_label(step_of(key))
            found.append(Term(label, one.team, one.lo, one.hi, "probability", one.n, hits=one.converted))
            found += [
                Term(f"{label}: rep {rep} is {verdict}", rate, lo, hi, "probability", n, rep_id=rep)
                for rep, (rate, lo, hi, n, verdict) in one.apart.items()
            ]
        return tuple(found)


@dataclass(frozen=True)
class RepRatesInLoop:
    """P(convert) of each lead at each step, by who has it; refitted each period."""

    name: str = FORMULA
    title: str = "Rep rates"
    unit: str = "log loss a lead and step"
    recipes: tuple[Recipe, ...] = (
        Recipe(POOLED, "each rep's rate of the last six months, luck taken out"),
        Recipe(POOLED_YEAR, "the same of the last twelve months"),
        Recipe(RAW, "converted over entered of the last six months, luck included, youth corrected"),
    )

    def setting(self, facts: Facts, until: datetime) -> Setting:
        """Days within which a conversion counts, by step; settled at the first turn.

        Raises:
            NotEnoughData: where no step can be fitted.
        """
        fit = _fitted(facts, until, _MONTHS[POOLED])
        return {"horizon_days": {one.step.key: _horizon(one.delay) for one in _spoken(fit)}}

    def fit(self, facts: Facts, until: datetime, recipe: str, setting: Setting) -> RatesVersion:
        """What is said of every rep at every step.

        Raises:
            NotEnoughData: where reps cannot be compared, or a step settled at the first turn is silent now.
        """
        fit = _fitted(facts, until, _MONTHS[recipe])
        steps = _steps(fit, setting)
        return RatesVersion({one.step.key: _said(fit, one, setting, is_raw=recipe == RAW) for one in steps})

    def baseline(self, facts: Facts, until: datetime, setting: Setting) -> RatesVersion:
        """Every rep is like every other: the team's rate at each step."""
        pooled = self.fit(facts, until, POOLED, setting)
        return RatesVersion({key: replace(one, reps={}, apart={}) for key, one in pooled.steps.items()})

    def read(self, text: str) -> RatesVersion:
        """A version from its JSON."""
        return RatesVersion.of(text)

    def trial(self, facts: Facts, since: datetime, until: datetime, setting: Setting) -> Trial:
        """Leads that entered a step so long ago that its horizon ended in the period, by rep and month."""
        parts = [
            entered(facts, step_of(key), since - timedelta(days=days), until - timedelta(days=days), days)
            for key, days in sorted(setting["horizon_days"].items())
        ]
        at, rep, converted = (np.concatenate([part[place] for part in parts]) for place in range(3))
        step = np.repeat(sorted(setting["horizon_days"]), [len(part[0]) for part in parts])
        months = at.astype("datetime64[M]").astype(np.str_)
        clusters = np.char.add(np.char.add(rep.astype(np.str_), " "), months)
        return Trial(at, clusters, Settled(step, rep, converted))

    def followed(self, facts: Facts, advice: Advice, since: datetime, until: datetime) -> Followed | None:  # noqa: ARG002 -- the loop asks so
        """What a coaching plan brought in customers a month, as the worker measured it."""
        from quintet.management.models.coaching import CoachingPlan

        plan = CoachingPlan.objects.filter(pk=advice.key).first() if advice.topic == TOPIC else None
        told = (plan.result or {}) if plan else {}
        if told.get("customers") is None:
            return None
        return Followed(
            told["customers"], told["customers_lo"], told["customers_hi"], told["n"],
            "leads since the plan, beside what was to be expected anyway: the plan's page",
        )  # fmt: skip


FORMULAS = (RepRatesInLoop(),)


def _fitted(facts: Facts, until: datetime, months: int) -> FunnelFit:
    end = until.astimezone(UTC).date()
    return _read(facts).fit(FunnelQuestion(end - timedelta(days=round(months * _MONTH_DAYS)), end))


class _Read:
    """One version of the facts: what every question of it shares, and the funnels asked for so far."""

    def __init__(self, facts: Facts) -> None:
        self._facts, self._company = facts, read_company(facts)
        self._fits: dict[FunnelQuestion, FunnelFit] = {}

    def fit(self, question: FunnelQuestion) -> FunnelFit:
        """The funnel of one question."""
        if question not in self._fits:
            self._fits[question] = fit_funnel(read_funnel(self._facts, question, self._company))
        return self._fits[question]


_read = OncePerVersion(_Read)


def _spoken(fit: FunnelFit) -> list[StepFit]:
    found = [one for one in fit.steps if one.step.is_next and one.pooled is not None]
    if not found:
        why = fit.refusal or next((one.reason for one in fit.steps), "no step is recorded")
        raise NotEnoughData(f"no rate per rep yet: {why}", unit="steps")
    return found


def _steps(fit: FunnelFit, setting: Setting) -> list[StepFit]:
    """The steps settled at the first turn; all of them must speak, so that versions can be compared."""
    spoken = {one.step.key: one for one in _spoken(fit)}
    silent = [key for key in setting["horizon_days"] if key not in spoken]
    if silent:
        raise NotEnoughData(f"{', '.join(silent)}: too few leads to compare reps", unit="steps")
    return [spoken[key] for key in setting["horizon_days"]]


def _horizon(delay: DelayCurve | None) -> int:
    return max(1, delay.days_until(_SHARE)) if delay is not None and delay.is_fitted else 1


def _said(fit: FunnelFit, one: StepFit, setting: Setting, *, is_raw: bool) -> StepRates:
    assert one.pooled is not None  # noqa: S101 -- _spoken has left silent steps out
    pooled, days = one.pooled, setting["horizon_days"][one.step.key]
    by_then = _by_then(one.delay, days)
    own = pooled.on_own_leads(pooled.mean) if not is_raw else _raw(one)
    entered_leads = one.counts.n
    reps = {
        rep: round(float(own[at] * by_then), 6) for at, rep in enumerate(fit.rep_ids) if entered_leads[at] > 0
    }
    apart = {
        rep: _apart(one, at, by_then)
        for at, rep in enumerate(fit.rep_ids)
        if not is_raw and VERDICTS[one.standings[at]] is not Verdict.ORDINARY
    }
    team, lo, hi = (round(value * by_then, 6) for value in (pooled.team_mean, pooled.team_lo, pooled.team_hi))
    return StepRates(team, lo, hi, int(entered_leads.sum()), int(one.counts.converted.sum()), reps, apart)


def _raw(one: StepFit) -> FloatArray:
    """Converted over entered, of leads old enough to have converted."""
    assert one.pooled is not None  # noqa: S101 -- as in _said
    return np.divide(
        one.counts.converted,
        one.pooled.effective_n,
        out=np.zeros(one.counts.n.size),
        where=one.pooled.effective_n > 0,
    )


def _apart(one: StepFit, at: int, by_then: float) -> tuple[float, float, float, int, str]:
    assert one.pooled is not None  # noqa: S101 -- as in _said
    rate, lo, hi = (
        round(float(one.pooled.on_own_leads(value[at], at) * by_then), 6)
        for value in (one.pooled.mean, one.pooled.lo, one.pooled.hi)
    )
    return rate, lo, hi, int(one.counts.n[at]), VERDICTS[one.standings[at]].value


def _by_then(delay: DelayCurve | None, days: int) -> float:
    if delay is None or not delay.is_fitted:
        return 1.0
    return float(delay.known_by(np.array([days]))[0])
