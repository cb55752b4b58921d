"""Who takes which module first: how many hires it takes, who is drawn into which order, what it showed."""

import hashlib
import math
from collections.abc import Sequence
from datetime import date
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from quintet.facts.careers import Ending
from quintet.kernel.errors import BadInput
from quintet.stats.person_months import EFFECT_SD, PersonMonths, fit_hazard
from quintet.training.formula.person_months import CLASS_SD, quarter
from quintet.training.formula.ramp_chances import plain
from quintet.training.terms.modules import HORIZON, PlainCurve, Span
from quintet.training.terms.orders import (
    FEWEST_MODULES,
    LONGEST_GAP,
    MOST_MODULES,
    ArmResult,
    DrawnRep,
    ModuleContrast,
    OrderDesign,
    OrderPlan,
    OrderResult,
)

F8 = npt.NDArray[np.float64]

_Z90 = 1.6448536
#: Fewer events than this are not fitted, even when it was ended.
_FEWEST = 8
_MOST_RATIO = 10.0


def checked(design: OrderDesign) -> OrderDesign:
    """The design, if it can be judged.

    Raises:
        BadInput: naming what cannot be judged, and what can.
    """
    few = FEWEST_MODULES <= len(design.modules) <= MOST_MODULES
    if not few or len(set(design.modules)) != len(design.modules):
        raise BadInput(
            f"draw between {FEWEST_MODULES} to {MOST_MODULES} different modules, got {len(design.modules)}"
        )
    if not 1 <= design.gap <= LONGEST_GAP:
        raise BadInput(f"the gap must be 1 to {LONGEST_GAP} months, got {design.gap}")
    if not 1.0 < design.ratio <= _MOST_RATIO:
        raise BadInput(f"the ratio worth finding must be above 1, as 1.8, got {design.ratio:g}")
    return design


def forecast(design: OrderDesign, curve: PlainCurve, hires_a_month: float) -> OrderPlan:
    """What it will take, before it starts.

    Args:
        design: what is drawn.
        curve: how reps ramp so far.
        hires_a_month: that came in the last year.

    Raises:
        BadInput: when it cannot be judged, or nobody makes quota while the orders differ.

    Source: Schoenfeld, Biometrics 39 (1983) 499-503.
    """
    checked(design)
    chances = plain(curve)
    share = float(chances[1 : min(design.last_month, HORIZON)].sum())
    if share <= 0.0:
        raise BadInput("nobody made quota so early so far: let more months lie between the modules")
    k = len(design.modules)
    told = float(np.mean([held / k * (1.0 - held / k) for held in range(1, k)]))
    z = NormalDist().inv_cdf(1.0 - design.alpha / 2.0) + NormalDist().inv_cdf(design.power)
    events = math.ceil(z**2 / (told * math.log(design.ratio) ** 2))
    reps = math.ceil(events / share)
    months = None if hires_a_month <= 0.0 else reps / hires_a_month + design.last_month
    return OrderPlan(events, share, reps, hires_a_month, months)


def drawn_orders(design: OrderDesign, seed: str, first: int, hires: int) -> list[int]:
    """The order of each of the next hires of a class, in permuted blocks: nearly as many of each at any time.

    Args:
        design: with its orders.
        seed: the draw follows from it and from the hire's number in the class alone.
        first: hires of the class drawn before.
        hires: how many now.

    Source: Matts & Lachin, Controlled Clinical Trials 9 (1988) 327-344.
    """
    size = len(design.modules)
    return [
        _shuffled(size, f"{seed}:{number // size}")[number % size] for number in range(first, first + hires)
    ]


def judged(
    design: OrderDesign, reps: Sequence[DrawnRep], needed: int, as_of: date, *, is_over: bool
) -> OrderResult:
    """What it has shown by now: hires as they were drawn, whatever they took.

    Looking again and again would find something by luck, so nothing is compared before as many made quota as
    were planned, unless it was ended.

    Args:
        design: what was drawn.
        reps: the hires.
        needed: first months at quota while the orders differ, as planned.
        as_of: the newest day known.
        is_over: it was ended.
    """
    arms = tuple(
        _arm(design, at, [one for one in reps if one.order == at]) for at in range(len(design.orders))
    )
    events = sum(one.early for one in arms)
    may = events >= needed or (is_over and events >= _FEWEST)
    contrasts = _contrasts(design, reps) if may else ()
    return OrderResult(as_of, arms, events, needed, contrasts, _reading(design, events, needed, contrasts))


def _arm(design: OrderDesign, at: int, reps: Sequence[DrawnRep]) -> ArmResult:
    made = [one for one in reps if one.ending is Ending.REACHED]
    early = sum(2 <= one.months <= design.last_month for one in made)  # noqa: PLR2004 -- after the first month
    return ArmResult(design.orders[at], len(reps), early, len(made))


def _contrasts(design: OrderDesign, reps: Sequence[DrawnRep]) -> tuple[ModuleContrast, ...]:
    rows, sd = _rows(design, reps)
    fit = fit_hazard(rows, prior_sd=sd, longest=HORIZON)
    k = len(design.modules)
    beside = (np.eye(k) - np.full((k, k), 1.0 / k)) * k / (k - 1.0)
    values = beside @ fit.effects[:k]
    errors = np.sqrt(np.diagonal(beside @ fit.effects_covariance[:k, :k] @ beside.T))
    shown = np.abs(values) > NormalDist().inv_cdf(1.0 - design.alpha / 2.0) * errors
    return tuple(
        ModuleContrast(
            name,
            Span(math.exp(value), math.exp(value - _Z90 * error), math.exp(value + _Z90 * error)),
            bool(is_shown),
        )
        for name, value, error, is_shown in zip(
            design.modules, values.tolist(), errors.tolist(), shown.tolist(), strict=True
        )
    )


def _rows(design: OrderDesign, reps: Sequence[DrawnRep]) -> tuple[PersonMonths, F8]:
    """Months of each hire: the modules due before, as drawn, and the class."""
    months = np.array([one.months for one in reps])
    person = np.repeat(np.arange(len(reps)), months)
    month = np.concatenate([np.arange(one.months) for one in reps])
    due = np.array([[design.due(one.order, name) for name in design.modules] for one in reps])
    flags = (month[:, None] + 1 > due[person]).astype(np.float64)
    quarters = sorted({quarter(one.joined) for one in reps})
    group = np.array([quarters.index(quarter(one.joined)) for one in reps])
    x = np.column_stack([flags, np.eye(len(quarters))[group[person]]])
    reached = np.array([one.ending is Ending.REACHED for one in reps])
    happened = reached[person] & (month == months[person] - 1)
    sd = np.concatenate([np.full(len(design.modules), EFFECT_SD), np.full(len(quarters), CLASS_SD)])
    return PersonMonths(person, month, happened, x), sd


def _reading(design: OrderDesign, events: int, needed: int, contrasts: tuple[ModuleContrast, ...]) -> str:
    if not contrasts:
        return (
            f"{events} of {needed} first months at quota are in; it is compared when all are, and not before."
        )
    shown = [one for one in contrasts if one.is_shown and one.ratio.value > 1.0]
    if not shown:
        return f"No order was shown to be better; a ratio of {design.ratio:g} would mostly have been found."
    best = max(shown, key=lambda one: one.ratio.value)
    return (
        f"{best.module} first makes for a shorter ramp: it multiplies the chance by {best.ratio.value:.2f}."
    )


def _shuffled(size: int, seed: str) -> list[int]:
    digest = hashlib.sha256(seed.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big")).permutation(size).tolist()
