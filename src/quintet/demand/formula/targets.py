"""Marketing's target, derived backwards: quota → customers → sales-ready leads → points, step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from quintet.kernel.finding import Status

#: Starting lines until the company's own rates are known: a third of the qualified leads come to a demo,
#: a quarter of the demos end in a sale.
DEMO_LINE, CUSTOMER_LINE = 1 / 3, 1 / 4
FEWEST_CUSTOMERS = 30
ENOUGH_CUSTOMERS = 100
_DRAWS = 20_000
_TAILS = (0.05, 0.95)


@dataclass(frozen=True)
class Sample:
    """A mean of the company's own, with what it rests on.

    Args:
        mean: of the unit.
        error: its standard error.
        n: of how many.
    """

    mean: float
    error: float
    n: int


@dataclass(frozen=True)
class PointsBand:
    """Leads of some points, and what became of those old enough to tell."""

    lowest: float
    highest: float
    leads: int
    customers: int


@dataclass(frozen=True)
class TargetInputs:
    """What the target is derived from: counts and means of the facts, none of them typed.

    Args:
        quota: of all reps in the newest month that has one; None when none was set.
        quota_month: that month, e.g. "2026-09".
        quota_reps: reps with a quota then.
        unit: what quota and value are in: MRR or value, with the currency.
        value: of a customer, in that unit.
        leads: sales-ready leads old enough to tell.
        customers: of these, customers within the horizon.
        demos: of these, leads that came to a demo.
        horizon_days: how long a lead is given; 95 % of the sales came sooner.
        points: of a sales-ready lead.
        bands: the same leads by points, fewest first.
        full_month: leads a ramped rep works in a full month: the upper quartile of rep-months.
        rep_months: of how many.
        ramped: reps at work now who joined four months ago or earlier.
    """

    quota: float | None
    quota_month: str
    quota_reps: int
    unit: str
    value: Sample | None
    leads: int
    customers: int
    demos: int
    horizon_days: int
    points: Sample | None
    bands: tuple[PointsBand, ...]
    full_month: float | None
    rep_months: int
    ramped: int

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "TargetInputs":
        """From what `as_json` wrote."""
        given = dict(told)
        given["value"] = Sample(**given["value"]) if given["value"] else None
        given["points"] = Sample(**given["points"]) if given["points"] else None
        given["bands"] = tuple(PointsBand(**one) for one in given["bands"])
        return cls(**given)


@dataclass(frozen=True)
class Step:
    """One line of the derivation.

    Args:
        what: in words.
        value: the number.
        unit: of it.
        lo: lower end of its 90 % interval; None where it is taken as known.
        hi: upper end.
        how: how it comes about, to be recomputed by hand.
        n: of how many; None where it follows from the lines above.
        is_starting_line: not the company's own yet.
    """

    what: str
    value: float
    unit: str
    lo: float | None
    hi: float | None
    how: str
    n: int | None = None
    is_starting_line: bool = False


@dataclass(frozen=True)
class Target:
    """What marketing would owe to make the quota.

    Args:
        points: a month, rounded up; None when a fact is missing.
        lo: lower end of its 90 % interval.
        hi: upper end.
        steps: the derivation.
        status: silent when a fact is missing, hedged on a starting line or few customers.
        reason: why it is silent or hedged, or that the team cannot work so many leads.
        capacity_points: points the team can work in a month; None when unknown.
        bands: rate by points.
    """

    points: float | None
    lo: float | None
    hi: float | None
    steps: tuple[Step, ...]
    status: Status
    reason: str
    capacity_points: float | None
    bands: tuple[PointsBand, ...]


def derive_target(inputs: TargetInputs, quota: float | None = None) -> Target:
    """What marketing would owe to make the quota, each line from the ones above it.

    Args:
        inputs: the company's facts.
        quota: another quota to try; the recorded one when left out.
    """
    wanted = quota if quota is not None else inputs.quota
    if missing := _missing(inputs, wanted):
        return Target(None, None, None, (), Status.SILENT, missing, None, inputs.bands)
    assert wanted is not None and inputs.value is not None and inputs.points is not None  # noqa: S101, PT018
    rng = np.random.default_rng(20)
    value = _normal(rng, inputs.value)
    points = _normal(rng, inputs.points)
    is_own = inputs.customers >= FEWEST_CUSTOMERS
    rate = inputs.customers / inputs.leads if is_own else DEMO_LINE * CUSTOMER_LINE
    rates = (
        rng.beta(inputs.customers + 0.5, inputs.leads - inputs.customers + 0.5, _DRAWS)
        if is_own
        else np.full(_DRAWS, rate)
    )
    customers = wanted / inputs.value.mean
    leads = customers / rate
    steps = (
        _quota_step(inputs, wanted, is_typed=quota is not None),
        _step(
            "Worth of a customer",
            inputs.value.mean,
            inputs.unit,
            value,
            "mean of the newest year's sales",
            inputs.value.n,
        ),
        _step("Customers needed", customers, "customers", wanted / value, "quota / worth of a customer"),
        _rate_step(inputs, rate, rates, is_own=is_own),
        _step("Sales-ready leads needed", leads, "leads", wanted / value / rates, "customers needed / rate"),
        _step(
            "Points of a sales-ready lead",
            inputs.points.mean,
            "points",
            points,
            "mean of the same leads",
            inputs.points.n,
        ),
        _step(
            "Points needed a month",
            leads * inputs.points.mean,
            "points",
            wanted / value / rates * points,
            "leads needed x points of a lead",
        ),
    )
    last = steps[-1]
    capacity, more = _capacity(inputs, leads)
    status = Status.SPEAKS if inputs.customers >= ENOUGH_CUSTOMERS else Status.HEDGED
    return Target(
        float(np.ceil(last.value)), last.lo, last.hi, (*steps, *more), status,
        _reason(inputs, leads, capacity, is_own=is_own),
        None if capacity is None else capacity * inputs.points.mean, inputs.bands,
    )  # fmt: skip


def _missing(inputs: TargetInputs, quota: float | None) -> str:
    if quota is None or quota <= 0:
        return "no quota is recorded: load quotas, or try one below"
    if inputs.value is None or inputs.value.mean <= 0:
        return "no sale has a value, so it cannot be said how many customers the quota takes"
    if inputs.points is None or inputs.points.mean <= 0:
        return "no lead met the rule yet, so a lead's points are not known"
    return ""


def _quota_step(inputs: TargetInputs, quota: float, *, is_typed: bool) -> Step:
    how = "as tried" if is_typed else f"sum of the quotas of {inputs.quota_month}"
    return Step("Quota a month", quota, inputs.unit, None, None, how, None if is_typed else inputs.quota_reps)


def _rate_step(inputs: TargetInputs, rate: float, rates: np.ndarray, *, is_own: bool) -> Step:
    if not is_own:
        how = "starting line: 1/3 of ready leads to a demo x 25% of demos to a customer"
        return Step(
            "Sales-ready lead to customer", rate, "rate", None, None, how, inputs.leads, is_starting_line=True
        )
    old = f"handed over {inputs.horizon_days} days ago or earlier"
    how = f"{inputs.customers:,} customers of {inputs.leads:,} leads {old}"
    return _step("Sales-ready lead to customer", rate, "rate", rates, how, inputs.leads)


def _step(what: str, value: float, unit: str, draws: np.ndarray, how: str, n: int | None = None) -> Step:
    lo, hi = np.quantile(draws, _TAILS)
    return Step(what, value, unit, float(lo), float(hi), how, n)


def _normal(rng: np.random.Generator, sample: Sample) -> np.ndarray:
    return np.maximum(rng.normal(sample.mean, sample.error, _DRAWS), sample.mean / 100)


def _capacity(inputs: TargetInputs, leads: float) -> tuple[float | None, Sequence[Step]]:
    if inputs.full_month is None or not inputs.ramped:
        return None, ()
    able = inputs.full_month * inputs.ramped
    rep = "upper quartile of what ramped reps worked in a month"
    return able, (
        Step(
            "Leads a ramped rep can work a month",
            inputs.full_month,
            "leads",
            None,
            None,
            rep,
            inputs.rep_months,
        ),
        Step(
            "Ramped reps", inputs.ramped, "reps", None, None, "at work now, joined four months ago or earlier"
        ),
        Step("Leads the team can work a month", able, "leads", None, None, "leads a rep x ramped reps"),
        Step(
            "Share of it that the target takes",
            leads / able,
            "rate",
            None,
            None,
            "leads needed / leads the team can work",
        ),
    )


def _reason(inputs: TargetInputs, leads: float, capacity: float | None, *, is_own: bool) -> str:
    said = []
    if not is_own:
        said.append(
            f"{inputs.customers} customers are too few for a rate of your own, {FEWEST_CUSTOMERS} are needed:"
            " the starting line stands in for it"
        )
    elif inputs.customers < ENOUGH_CUSTOMERS:
        said.append(f"the rate rests on {inputs.customers} customers")
    if capacity is not None and leads > capacity:
        said.append(
            f"the team can work {capacity:,.0f} leads a month and the target takes {leads:,.0f}:"
            " ask for better leads, or more reps"
        )
    return "; ".join(said)
