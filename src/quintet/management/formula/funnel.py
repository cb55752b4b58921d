"""The first page's formula: every rep's funnel, side by side, with how sure each number is."""

from collections.abc import Callable, Container, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache, partial
from typing import ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from quintet.calendar.periods import month_after
from quintet.facts.schema import STAGES
from quintet.kernel.finding import Status
from quintet.management.formula.counts import (
    closed_counts,
    column,
    places_of,
    step_counts,
    step_delay,
)
from quintet.management.formula.estimates import ALPHA, StepFit, fit_step, rep_estimate, team_rate
from quintet.management.formula.fair_peers import FairPeers, closed_peers, step_peers
from quintet.management.formula.gains import Chain, chain_to_won, gains, not_judged, step_to_coach
from quintet.management.formula.reading import reading
from quintet.management.metrics.inputs import FunnelInputs, RepKnowledge
from quintet.management.terms.funnel import (
    WIN_RATE,
    FunnelQuestion,
    Gain,
    RepFunnel,
    StageCount,
    TeamFunnel,
    TeamRate,
)
from quintet.stats.delay import DelayCurve
from quintet.stats.homogeneity import holm
from quintet.stats.runs import numbered

P = ParamSpec("P")
T = TypeVar("T")

#: Months of the default window.
WINDOW_MONTHS = 6
#: From so many reps on a step is long work for arrays: two of them are fitted side by side.
_MANY_REPS, _SIDE_BY_SIDE = 100, 2
#: Rates per rep do not exist when the rep is known for so much less of the others than of the won.
KNOWN_RATIO = 0.5
_NO_WAY = "not every step on the way to a customer has enough leads to say what it would bring"
_STAGES = {
    "worked": "Leads worked",
    "connected": "Connects",
    "qualified": "Qualifying calls",
    "demo": "Demos",
    "won": "Customers won",
    "closed": "Closed opportunities",
}


def default_question(as_of: date, months: int = WINDOW_MONTHS) -> FunnelQuestion:
    """Everybody's funnel over the last calendar months, the running one included.

    Args:
        as_of: newest day of the data.
        months: how many calendar months.
    """
    return FunnelQuestion(month_after(as_of, 1 - months), as_of + timedelta(days=1))


@dataclass(frozen=True, eq=False)
class FunnelFit:
    """Every rate of a question fitted for all reps; rows of reps are told when somebody asks for them.

    Args:
        inputs: what was fitted.
        rep_ids: the reps in the order of the fits' arrays.
        refusal: why there is no rate per rep; empty when there are rates.
        steps: the fits of the steps, neighbours first; none when refused.
        closed: the fit of the win rate; None where no lost opportunity is recorded.
        adjusted: homogeneity p-values by step, corrected for the number of steps.
        chain: the way to won, where it has one.
        rows: reps told so far, by rep_id.
    """

    inputs: FunnelInputs
    rep_ids: tuple[int, ...]
    refusal: str
    steps: tuple[StepFit, ...]
    closed: StepFit | None
    adjusted: dict[str, float]
    chain: Chain | None
    rows: dict[int, RepFunnel] = field(default_factory=dict, repr=False)

    @cached_property
    def in_order(self) -> tuple[int, ...]:
        """The reps, those weak at a step first, then those strong at one, then the others by name."""
        told = [fit for fit in (*self.steps, *([self.closed] if self.closed else [])) if not _is_overall(fit)]
        found = np.zeros((1, len(self.rep_ids)), dtype=np.int64)
        worst = np.vstack([found, *(fit.standings for fit in told)]).max(axis=0).tolist()
        keys = {rep: (-worst[at], self.name(rep), rep) for at, rep in enumerate(self.rep_ids)}
        return tuple(sorted(self.rep_ids, key=keys.__getitem__))

    def name(self, rep_id: int) -> str:
        """How the rep is called."""
        return self.inputs.names.get(rep_id, f"rep {rep_id}")

    def funnel(self, wanted: Container[int] | None = None) -> TeamFunnel:
        """The team's funnel with the rows of the reps wanted, sorted by name; of all when left out."""
        inputs = self.inputs
        places = [(rep, at) for at, rep in enumerate(self.rep_ids) if wanted is None or rep in wanted]
        new = [(rep, at) for rep, at in places if rep not in self.rows]
        found = gains(self.chain, [at for _, at in new]) if self.chain else [{}] * len(new)
        self.rows.update({rep: _rep(self, rep, at, each) for (rep, at), each in zip(new, found, strict=True)})
        reps = [self.rows[rep] for rep, _ in places]
        return TeamFunnel(
            question=inputs.question,
            as_of=inputs.as_of,
            stages=inputs.stages,
            reps=tuple(sorted(reps, key=lambda rep: (rep.name, rep.rep_id))),
            team_counts=_team_counts(inputs),
            team_rates=self.rates,
            refusal=self.refusal,
            warnings=_warnings(inputs, self.rates, self.refusal),
        )

    @cached_property
    def rates(self) -> tuple[TeamRate, ...]:
        """The team's line of each step shown."""
        shown = (*self.steps, *([self.closed] if self.closed else []))
        return tuple(team_rate(fit, self.adjusted.get(fit.step.key)) for fit in shown)


def _is_overall(fit: StepFit) -> bool:
    return not fit.step.is_next and fit.step != WIN_RATE


def fit_funnel(inputs: FunnelInputs) -> FunnelFit:
    """Which rep is weak where, how sure that is, and what it costs.

    Rates are cohort rates: leads that entered a stage within the period, and what came of them. They
    are pooled to the team, corrected for leads too young to have converted, and silent where too few
    leads or reps leave nothing to say. Where the rep is known for the won leads only there is no rate.

    Args:
        inputs: `metrics.inputs.read_funnel`.

    Returns:
        The fit; its `funnel` has one RepFunnel per rep with anything in the period.

    Source: docs/formulas/management.md
    """
    rep_ids = rep_ids_of(inputs)
    refusal = refusal_of(inputs)
    fits, closed = ((), None) if refusal else _fits(inputs, rep_ids)
    adjusted = _adjusted((*fits, *([closed] if closed else [])))
    chain = _chain(inputs, rep_ids, tuple(fit for fit in fits if fit.step.is_next))
    return FunnelFit(inputs, rep_ids, refusal, fits, closed, adjusted, chain)


def observed_months(inputs: FunnelInputs) -> float:
    """Months of the period that have passed."""
    end = min(inputs.question.end, inputs.as_of.date() + timedelta(days=1))
    return max(replace(inputs.question, end=end).months, 0.1)


def arrivals_a_month(inputs: FunnelInputs, rep_ids: tuple[int, ...], stage: str) -> NDArray[np.float64]:
    """[J] leads each rep brought to a stage within the period, a month: before and after any coaching."""
    rows = column(inputs.counts, "stage") == STAGES.index(stage)
    reps, leads = (column(inputs.counts, name)[rows] for name in ("rep_id", "leads"))
    places, kept = places_of(reps, rep_ids)
    return np.asarray(np.bincount(places[kept], leads[kept], len(rep_ids)) / observed_months(inputs))


def _chain(inputs: FunnelInputs, rep_ids: tuple[int, ...], fits: tuple[StepFit, ...]) -> Chain | None:
    """The way to won."""
    if not fits:
        return None
    at = {rep: place for place, rep in enumerate(rep_ids)}
    coached = {(at[one.rep_id], one.step): one.since for one in inputs.question.coached if one.rep_id in at}
    return chain_to_won(fits, arrivals_a_month(inputs, rep_ids, fits[0].step.earlier), coached)


def step_fits(inputs: FunnelInputs, rep_ids: tuple[int, ...]) -> tuple[StepFit, ...]:
    """The neighbouring steps of some reps, fitted; in order."""
    return tuple(fit for fit in _fits(inputs, rep_ids)[0] if fit.step.is_next)


def side_by_side(rep_ids: Sequence[int]) -> Executor:
    """What fits of some reps are made by: of many, two at a time.

    Arrays of few reps are short, and threads would wait for each other more than they save.
    """
    return ThreadPoolExecutor(_SIDE_BY_SIDE) if len(rep_ids) >= _MANY_REPS else _OneByOne()


class _OneByOne(Executor):
    """Does what it is given at once, in the thread that asks."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """What came of it; raises what it raises."""
        done: Future[T] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@lru_cache(maxsize=16)
def _fits(inputs: FunnelInputs, rep_ids: tuple[int, ...]) -> tuple[tuple[StepFit, ...], StepFit | None]:
    """Every step of some reps, and the win rate; the onion of a page just shown finds them here."""
    every = step_counts(inputs.cohorts, inputs.steps, rep_ids)
    places = range(len(every))

    def fair(place: int) -> tuple[DelayCurve, FairPeers]:
        delay = step_delay(inputs.delays, place)
        return delay, step_peers(inputs.mixes, place, rep_ids, delay, every[place].ages)

    def fitted(place: int, *, must_close: bool = True) -> StepFit:
        delay, peers = known[place]
        return fit_step(every[place], delay, inputs, peers, seed=place, must_close=must_close)

    with side_by_side(rep_ids) as pool:
        known = list(pool.map(fair, places))
        closed = pool.submit(_win_rates, inputs, rep_ids)
        found = list(pool.map(fitted, [place for place in places if inputs.steps[place].is_next]))
        # leads lost on the way to the last step need not be closed: ask overall rates only where it is asked
        must_close = any(fit.unclosed for fit in found)
        overall = [place for place in places if not inputs.steps[place].is_next]
        steps = (*found, *pool.map(partial(fitted, must_close=must_close), overall))
        return steps, closed.result()


def _win_rates(inputs: FunnelInputs, rep_ids: tuple[int, ...]) -> StepFit | None:
    """Won of won and lost; None where no lost opportunity is recorded."""
    if not sum(inputs.closed["lost"].to_pylist()):
        return None
    counts = closed_counts(inputs.closed, WIN_RATE, rep_ids)
    return fit_step(counts, None, inputs, closed_peers(inputs.closed, rep_ids), seed=len(STAGES) * 2)


def rep_ids_of(inputs: FunnelInputs) -> tuple[int, ...]:
    """Every rep with anything in the period, in the order of the fits' arrays."""
    tables = (inputs.counts, inputs.cohorts, inputs.closed)
    found, _ = numbered(np.concatenate([column(table, "rep_id") for table in tables]))
    asked = inputs.question.rep_ids
    return tuple((found if asked is None else found[np.isin(found, asked)]).tolist())


def _adjusted(fits: tuple[StepFit, ...]) -> dict[str, float]:
    """Homogeneity p-values corrected for the number of steps shown."""
    spoken = [fit for fit in fits if fit.homogeneity is not None]
    p_values = holm([fit.homogeneity.p_value for fit in spoken if fit.homogeneity is not None])
    return {fit.step.key: float(p) for fit, p in zip(spoken, p_values, strict=True)}


def _rep(fit: FunnelFit, rep_id: int, place: int, found: dict[str, tuple[Gain, Gain]]) -> RepFunnel:
    told = tuple(
        rep_estimate(one, place, fit.adjusted.get(one.step.key), found.get(one.step.key)) for one in fit.steps
    )
    won = rep_estimate(fit.closed, place, fit.adjusted.get(WIN_RATE.key)) if fit.closed else None
    conversions = tuple(one for one in told if one.step.is_next)
    best, why_none = step_to_coach(fit.chain, place, found, fit.adjusted) if fit.chain else (None, _NO_WAY)
    counts = _rep_counts(fit.inputs, rep_id)
    return RepFunnel(
        rep_id=rep_id,
        name=fit.name(rep_id),
        counts=counts,
        conversions=conversions,
        overall=tuple(one for one in told if not one.step.is_next),
        win_rate=won,
        coach=best,
        reading=reading(conversions, won, counts, fit.refusal),
        no_coach=fit.refusal or why_none,
        not_judged=not_judged(fit.chain, place) if fit.chain else {},
    )


def _rep_counts(inputs: FunnelInputs, rep_id: int) -> tuple[StageCount, ...]:
    return _counts(inputs, column(inputs.counts, "rep_id") == rep_id)


def _team_counts(inputs: FunnelInputs) -> tuple[StageCount, ...]:
    return _counts(inputs, np.ones(inputs.counts.num_rows, dtype=bool))


def _counts(inputs: FunnelInputs, rows: NDArray[np.bool_]) -> tuple[StageCount, ...]:
    stage, leads = column(inputs.counts, "stage")[rows], column(inputs.counts, "leads")[rows]
    return tuple(StageCount(name, int(leads[stage == STAGES.index(name)].sum())) for name in inputs.stages)


def refusal_of(inputs: FunnelInputs) -> str:
    """Why a rate per rep does not exist here; empty when it does."""
    known = inputs.knowledge
    if not inputs.stages:
        return "No stage of the funnel is recorded: map the columns that say when a lead was worked or won."
    if _is_known_for_won_only(known):
        return (
            f"The rep is known for {known.won_with_rep:,} of {known.won:,} won leads but for "
            f"{known.others_with_rep:,} of the {known.others:,} others: a rate per rep does not exist."
        )
    return ""


def _is_known_for_won_only(known: RepKnowledge) -> bool:
    if not known.won or not known.others or not known.won_with_rep:
        return False
    return known.others_with_rep / known.others < KNOWN_RATIO * known.won_with_rep / known.won


def _warnings(inputs: FunnelInputs, rates: tuple[TeamRate, ...], refusal: str) -> tuple[str, ...]:
    found = [_left_out(stage, inputs) for stage in inputs.left_out]
    if not refusal and len(inputs.stages) == 1:
        found.append(
            f"Only {_STAGES[inputs.stages[0]].lower()} are recorded, so there is no conversion to show."
        )
    found += [_unlike(rate) for rate in rates if rate.status is not Status.SILENT and not rate.is_rankable]
    return tuple(found)


def _left_out(stage: str, inputs: FunnelInputs) -> str:
    """E.g. "Connects are not recorded in this data, so …"."""
    recorded, reached = inputs.left_out[stage]
    so = "so the funnel goes on without them"
    later = [other for other in inputs.stages if STAGES.index(other) > STAGES.index(stage)]
    earlier = [other for other in inputs.stages if STAGES.index(other) < STAGES.index(stage)]
    if later and earlier:
        so = f"so the step goes straight from {_STAGES[earlier[-1]].lower()} to {_STAGES[later[0]].lower()}"
    if not recorded:
        return f"{_STAGES[stage]} are not recorded in this data, {so}."
    return (
        f"{_STAGES[stage]} are recorded for only {recorded:,} of the {reached:,} leads that got there, {so}."
    )


def _unlike(rate: TeamRate) -> str:
    step = f"{_STAGES[rate.step.earlier]} to {_STAGES[rate.step.later].lower()}"
    if (rate.adjusted_p or 0.0) < ALPHA:
        return f"{step}: reps differ, but no two of their ranks are kept apart."
    why = "chance alone would spread identical reps as far"
    return f"{step}: these reps are not ranked, {why} (p = {rate.adjusted_p:.2f})."
