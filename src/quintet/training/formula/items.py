"""Item analysis: which questions tell those who know from the rest, and whether knowing goes with selling."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quintet.kernel.errors import BadInput, DidNotConverge, NotEnoughData
from quintet.kernel.finding import Status
from quintet.stats.discoveries import fit_discoveries
from quintet.stats.item_response import (
    MIN_TAKERS_2PL,
    MIN_TAKERS_RASCH,
    ItemResponse,
    fit_rasch,
    fit_two_parameters,
)
from quintet.stats.items import MIN_ITEMS, MIN_TAKERS, ItemStatistics, Reliability, fit_items, fit_reliability
from quintet.stats.rank_correlation import RankCorrelation, disattenuated, rank_correlation
from quintet.training.formula.skills import MIN_LEADS, own_log_odds, pooled_rates
from quintet.training.metrics.items import FirstSittings
from quintet.training.metrics.step_leads import StepLeads
from quintet.training.terms.items import Association, ExamAnalysis, QuestionAnalysis

FloatArray = NDArray[np.float64]

#: Takers below which everything is hedged, and below which no discrimination is shown.
PLAIN_TAKERS = 100
DISCRIMINATION_TAKERS = 150
#: Expected share of false alarms among keys called wrong.
FALSE_ALARMS = 0.05
EASY = 0.90
HARD = 0.20
FLAT = 0.15
#: Least reliability of exam and of conversion for an upper reading.
_LEAST_RELIABILITY = 0.10
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Conversion:
    """What reps convert after their exam, luck taken out.

    Args:
        by_rep: rep → rate on equal leads; those with too few leads are left out.
        reliability: share of what reps differ by at this step that is no luck, 0..1.
    """

    by_rep: dict[int, float]
    reliability: float


@dataclass(frozen=True)
class ItemPlace:
    """A question on the scale of what takers know; None where the model does not tell it."""

    place: float | None = None
    place_error: float | None = None
    sharpness: float | None = None
    sharpness_error: float | None = None


def later_conversion(leads: StepLeads) -> Conversion:
    """Rates of reps on the leads that came after their exam.

    Args:
        leads: `metrics.step_leads.read_step` with `since` the exam of each rep.

    Raises:
        NotEnoughData: when fewer than 30 reps have ten leads since.
    """
    enough = np.flatnonzero(leads.n >= MIN_LEADS)
    if enough.size < MIN_TAKERS:
        have = f"{enough.size} reps have {MIN_LEADS} leads at this step since the exam"
        msg = f"{have}: {MIN_TAKERS} are the least"
        raise NotEnoughData(msg, have=int(enough.size), need=MIN_TAKERS, unit="reps")
    mean = pooled_rates(leads).mean
    own, error = (one[enough] for one in own_log_odds(leads))
    total = float(own.var(ddof=1))
    true_share = 1.0 - float((error**2).mean()) / total if total > _NOTHING else 0.0
    return Conversion({leads.rep_ids[at]: float(mean[at]) for at in enough.tolist()}, max(0.0, true_share))


def analyse(
    sittings: FirstSittings, step: str, conversion: Conversion | None, silent_because: str = ""
) -> ExamAnalysis:
    """One exam: reliability, each question, and whether getting it right goes with better conversion.

    Args:
        sittings: everybody's first one.
        step: the step the exam's module should move; empty for none.
        conversion: at that step after the exam; None where it cannot be told.
        silent_because: why it cannot.

    Source: docs/formulas/exams.md
    """
    takers, asked = len(sittings.rep_ids), float((~np.isnan(sittings.answers)).sum(axis=1).mean())
    unknown = Association(Status.SILENT, 0, silent_because)
    bare = ExamAnalysis(
        sittings.exam, step, Status.SILENT, "", takers, asked, (), None, None, None, None, "", unknown
    )
    try:
        items = fit_items(sittings.answers)
    except NotEnoughData as error:
        return replace(bare, reason=str(error))
    model, response = _response(sittings.answers, items)
    field, by_question = _field(sittings, conversion, silent_because)
    reliability = _reliability(sittings.answers)
    told = replace(
        bare,
        status=Status.HEDGED if takers < PLAIN_TAKERS else Status.SPEAKS,
        reason=f"{takers} takers: {PLAIN_TAKERS} tell more" if takers < PLAIN_TAKERS else "",
        questions=_ordered(_questions(sittings, items, response, by_question)),
        model=model,
        field=_with_upper(field, reliability, conversion),
    )
    if reliability is None:
        return told
    return replace(
        told,
        alpha=reliability.alpha,
        alpha_lo=reliability.lo,
        alpha_hi=reliability.hi,
        error=reliability.error,
    )


def _reliability(answers: FloatArray) -> Reliability | None:
    try:
        return fit_reliability(answers)
    except BadInput:  # all answer alike: no reliability can be told
        return None


def _response(answers: FloatArray, items: ItemStatistics) -> tuple[str, dict[int, ItemPlace]]:
    """The model that the number of takers allows, and the place of each question it has one for."""
    usable = np.flatnonzero((items.share > 0.0) & (items.share < 1.0) & (items.n >= MIN_TAKERS))
    takers = answers.shape[0]
    if takers < MIN_TAKERS_RASCH or usable.size < MIN_ITEMS:
        return "", {}
    is_sharp = takers >= MIN_TAKERS_2PL
    try:
        found = (fit_two_parameters if is_sharp else fit_rasch)(answers[:, usable])
    except (DidNotConverge, NotEnoughData):
        return "", {}
    name = "two-parameter logistic" if is_sharp else "Rasch"
    return name, {
        int(place): _place(found, at, is_sharp=is_sharp) for at, place in enumerate(usable.tolist())
    }


def _place(found: ItemResponse, at: int, *, is_sharp: bool) -> ItemPlace:
    where = float(found.difficulty[at]), float(found.difficulty_error[at])
    if not is_sharp:
        return ItemPlace(*where)
    return ItemPlace(*where, float(found.discrimination[at]), float(found.discrimination_error[at]))


def _questions(
    sittings: FirstSittings,
    items: ItemStatistics,
    response: dict[int, ItemPlace],
    field: list[Association],
) -> list[QuestionAnalysis]:
    wrong = _wrong_keys(items)
    return [
        _question(items, at, sittings.questions[at], (wrong[at], response.get(at, ItemPlace()), field[at]))
        for at in range(len(sittings.questions))
    ]


def _question(
    items: ItemStatistics, at: int, key: str, more: tuple[bool, ItemPlace, Association]
) -> QuestionAnalysis:
    is_wrong, place, field = more
    shown = items.n[at] >= DISCRIMINATION_TAKERS
    told = [items.discrimination[at], items.discrimination_lo[at], items.discrimination_hi[at]]
    r, lo, hi = (float(one) if shown else None for one in told)
    flag, is_alarm = _flag(items, at, is_wrong=is_wrong)
    return QuestionAnalysis(
        question=key,
        n=int(items.n[at]),
        share=float(items.share[at]),
        share_lo=float(items.share_lo[at]),
        share_hi=float(items.share_hi[at]),
        discrimination=r,
        discrimination_lo=lo,
        discrimination_hi=hi,
        flag=flag,
        is_alarm=is_alarm,
        place=place.place,
        place_error=place.place_error,
        sharpness=place.sharpness,
        sharpness_error=place.sharpness_error,
        field=field,
    )


def _wrong_keys(items: ItemStatistics) -> list[bool]:
    """Questions that those who know the rest get wrong, beyond chance after so many looks."""
    from scipy.special import erfc

    z = np.arctanh(items.discrimination) * np.sqrt(np.maximum(items.n - 3.0, 0.0))
    found = fit_discoveries(erfc(np.abs(z) / np.sqrt(2.0)), false_share=FALSE_ALARMS)
    return [bool(one) for one in found.is_reported & (items.discrimination < 0)]


def _flag(items: ItemStatistics, at: int, *, is_wrong: bool) -> tuple[str, bool]:
    """What is wrong with a question, and whether that is an alarm."""
    if is_wrong:
        return "Those who know the rest get it wrong: check the key.", True
    if items.share_hi[at] < HARD:
        return "Hardly anybody gets it right: is it taught, and is the key right?", False
    if items.share_lo[at] >= EASY:
        return "Too easy to tell anything.", False
    if items.n[at] >= DISCRIMINATION_TAKERS and items.discrimination_hi[at] < FLAT:
        return "Those who know the rest do hardly better here: reword it.", False
    return "", False


def _ordered(questions: list[QuestionAnalysis]) -> tuple[QuestionAnalysis, ...]:
    """Alarms first, then other flags, then the hardest."""
    return tuple(sorted(questions, key=lambda one: (not one.is_alarm, not one.flag, one.share, one.question)))


def _field(
    sittings: FirstSittings, conversion: Conversion | None, silent_because: str
) -> tuple[Association, list[Association]]:
    """How the result, and each question, go with later conversion."""
    size = len(sittings.questions)
    if conversion is None:
        silent = Association(Status.SILENT, 0, silent_because)
        return silent, [silent] * size
    rate = np.array([conversion.by_rep.get(rep, np.nan) for rep in sittings.rep_ids])
    # a drawn exam may be an easy one: each answer counts by how far it is from the question's mean
    fair = np.nanmean(sittings.answers - np.nanmean(sittings.answers, axis=0), axis=1)
    whole, result = _association(fair, rate)
    pairs = [_association(sittings.answers[:, at], rate) for at in range(size)]
    looks = [1.0 if found is None else found.p_value for _, found in pairs]
    told = fit_discoveries(looks, tested=[found is not None for _, found in pairs])
    return _corrected(whole, result), [
        one
        if found is None
        else replace(one, q_value=float(told.q_value[at]), is_found=bool(told.is_reported[at]))
        for at, (one, found) in enumerate(pairs)
    ]


def _corrected(one: Association, found: RankCorrelation | None) -> Association:
    """The result of the exam is one look."""
    if found is None:
        return one
    return replace(one, q_value=found.p_value, is_found=found.p_value <= FALSE_ALARMS)


def _association(x: FloatArray, rate: FloatArray) -> tuple[Association, RankCorrelation | None]:
    both = ~np.isnan(x) & ~np.isnan(rate)
    n = int(both.sum())
    if n < MIN_TAKERS:
        reason = f"{n} reps with this answer and leads since: {MIN_TAKERS} are the least"
        return Association(Status.SILENT, n, reason), None
    try:
        found = rank_correlation(x[both], rate[both])
    except BadInput:
        return Association(Status.SILENT, n, "all answer alike: it cannot go with anything"), None
    few = n < PLAIN_TAKERS
    status = Status.HEDGED if few else Status.SPEAKS
    reason = f"{n} reps: {PLAIN_TAKERS} tell more" if few else ""
    return Association(status, n, reason, found.r, found.lo, found.hi), found


def _with_upper(one: Association, exam: Reliability | None, conversion: Conversion | None) -> Association:
    if one.r is None or exam is None or conversion is None:
        return one
    if min(exam.alpha, conversion.reliability) < _LEAST_RELIABILITY:
        return one
    return replace(one, upper=disattenuated(one.r, min(exam.alpha, 1.0), conversion.reliability))
