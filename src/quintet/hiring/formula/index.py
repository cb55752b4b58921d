"""The hiring index: what each criterion is worth here, as a formula a recruiter can work by hand."""

import math
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from quintet.hiring.formula.answers import CriterionLine, FittedIndex, Spread, Validity
from quintet.hiring.formula.given import HiringData, Outcome
from quintet.hiring.formula.sheet import Applicants, Sheet, fit_sheet
from quintet.hiring.formula.validity import Followed, validity
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.stats.anchored import AnchoredFit, fit_anchored
from quintet.stats.homogeneity import holm
from quintet.stats.rank_scale import RankScale, rank_scale
from quintet.stats.shrunken_correlations import LEAST_SIZE, ShrunkenCorrelations, shrunken_correlations

FloatArray = NDArray[np.float64]

#: People followed from which the index says what to expect, and speaks without a hedge.
FIRST_INDEX, PLAIN_INDEX = 20, 60
#: The same for which criteria go with success, and from where on "adds beyond the others" may be said.
FIRST_CRITERIA, PLAIN_CRITERIA, ADDS_FROM = 20, 100, 150
#: A criterion leads when it goes with success this surely, and q is at most the second.
SURE, FALSE_SHARE = 0.95, 0.10
#: It adds beyond the others when a point more helps materially with this probability.
ADDS = 0.90
COMPOSITE = "success"
_POINTS = "points"
_PRINTED = 4
_POINT_DECIMALS = 4


@dataclass(frozen=True, eq=False)
class _Found:
    """All that was fitted for one outcome, and how many of those followed were scored on each criterion."""

    fit: AnchoredFit
    scale: RankScale
    shown: ShrunkenCorrelations
    valid: Validity
    scored: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class HiringFit:
    """Everything the formula says, frozen; `stored.to_json` keeps it.

    Args:
        as_of: the day it was fitted.
        sheet: how scores become a table.
        indexes: one for each outcome, the leading one first, then their composite where there are several.
        applicants: whose scores it saw, and the `table` of them, (N, K).
        table: see `applicants`.
        successes: those followed, with their leading outcome.
        warnings: what to keep in mind.
    """

    as_of: date
    sheet: Sheet
    indexes: tuple[FittedIndex, ...]
    applicants: tuple[str, ...]
    table: FloatArray
    successes: dict[str, float]
    warnings: tuple[str, ...]

    @property
    def leading(self) -> FittedIndex:
        """The index of the first outcome."""
        return self.indexes[0]

    def index(self, outcome: str) -> FittedIndex:
        """The index of one outcome.

        Raises:
            BadInput: when there is none of that name.
        """
        for one in self.indexes:
            if one.outcome == outcome:
                return one
        told = ", ".join(one.outcome for one in self.indexes)
        raise BadInput(f"no index for {outcome!r}: there are {told}")


def fit_index(data: HiringData, *, learns: bool = True) -> HiringFit:
    """What each criterion is worth here, for each outcome and for their composite.

    Below 20 people followed the index is the weights written down before, and says so; it always says
    when the next step is due. The same data give the same fit, to the last digit.

    Args:
        data: criteria, scores and outcomes.
        learns: False leaves the weights as they were written down; outcomes only say how far the index is
            to be trusted.

    Raises:
        BadInput: when no outcome is named.

    Source: docs/formulas/hiring_index.md
    """
    if not data.outcomes:
        raise BadInput("an index foretells an outcome: name one, e.g. attainment, even without values yet")
    sheet, _, everybody = fit_sheet(data)
    several = (*data.outcomes, composite(data.outcomes)) if len(data.outcomes) > 1 else data.outcomes
    fitted = [_fit_outcome(data, one, sheet, everybody, learns=learns) for one in several]
    leading = data.outcomes[0]
    return HiringFit(
        data.as_of,
        sheet,
        _corrected(fitted, len(data.outcomes)),
        data.candidates,
        everybody.table,
        {who: float(leading.values[who]) for who in data.followed(leading)},
        sheet.warnings,
    )


def composite(outcomes: tuple[Outcome, ...]) -> Outcome:
    """All outcomes as one: normal scores of their ranks, weighted by how reliable each is.

    Args:
        outcomes: at least one; who lacks one is judged by the others.
    """
    total: dict[str, float] = {}
    weight: dict[str, float] = {}
    for one in outcomes:
        people = sorted(one.values)
        if len({one.values[who] for who in people}) < 2:  # noqa: PLR2004 -- nothing to rank
            continue
        normal = rank_scale([one.values[who] for who in people]).normal
        for who, score in zip(people, normal.tolist(), strict=True):
            total[who] = total.get(who, 0.0) + one.reliability * score
            weight[who] = weight.get(who, 0.0) + one.reliability
    values = {who: total[who] / weight[who] for who in sorted(total)}
    return Outcome(COMPOSITE, "deviations", values, max(one.reliability for one in outcomes))


def _fit_outcome(
    data: HiringData, outcome: Outcome, sheet: Sheet, everybody: Applicants, *, learns: bool
) -> FittedIndex:
    people = data.followed(outcome)
    values = np.array([outcome.values[who] for who in people], dtype=np.float64)
    if len(people) < FIRST_INDEX or np.unique(values).size < 2:  # noqa: PLR2004 -- nothing to rank
        return _prior_only(data, outcome, sheet, values)
    place = {who: at for at, who in enumerate(data.candidates)}
    rows, table = [place[who] for who in people], everybody.table
    scores, scale = table[rows], rank_scale(values)
    seen = (scores, scale.normal) if learns else (scores[:0], scale.normal[:0])
    fit = fit_anchored(*seen, table, written=data.written, level=data.level)
    fit = fit if learns else replace(fit, people=len(people), center=scores.mean(axis=0))
    was_scored = everybody.raters[rows] > 0
    shown = _shown(scores, was_scored, scale.normal, data)
    followed = Followed(scores, values, tuple(data.hired_on[who] for who in people))
    valid = validity(followed, table, data.written, fit.weights.weight, level=data.level)
    return _spoken(data, outcome, sheet, _Found(fit, scale, shown, valid, was_scored.sum(axis=0)))


def _shown(
    scores: FloatArray, was_scored: NDArray[np.bool_], y: FloatArray, data: HiringData
) -> ShrunkenCorrelations:
    """Correlation of each criterion with the outcome by rank, pulled, over those who were scored on it.

    A score all share, or that of too few, shows nothing: it is what was believed before.
    """
    count = np.maximum(was_scored.sum(axis=0), 1)
    off = np.where(was_scored, scores - (scores * was_scored).sum(axis=0) / count, 0.0)
    beside = np.where(was_scored, y[:, None] - (was_scored.T @ y) / count, 0.0)
    size = np.sqrt((off**2).sum(axis=0) * (beside**2).sum(axis=0))
    told = (size > 0) & (count >= LEAST_SIZE)
    raw = np.divide((off * beside).sum(axis=0), size, out=np.zeros(size.size), where=told)
    spread = off.std(axis=0)
    alike = np.divide(off, spread, out=np.zeros(off.shape), where=spread > 0)
    seen = max(int((spread > 0).sum()), 1)
    both = float((alike.sum(axis=1) ** 2).mean()) - seen
    halo = both / (seen * (seen - 1)) if seen > 1 else 0.0
    weights = data.written / np.abs(data.written).mean()
    sizes = np.where(told, count, LEAST_SIZE)
    return shrunken_correlations(raw, sizes, halo=halo, weights=weights, level=data.level)


def _prior_only(data: HiringData, outcome: Outcome, sheet: Sheet, values: FloatArray) -> FittedIndex:
    """The written weights as a mean score; nothing is promised."""
    need = FIRST_INDEX
    expected = data.expected_on(outcome, need)
    total = float(np.abs(data.written).sum())
    when = (
        f", expected on {expected:%-d %b %Y} at the present flow" if expected and values.size < need else ""
    )
    reason = f"not yet: {values.size} of {need} people hired have an outcome{when}; the index is prior only"
    if values.size >= need:
        reason = (
            f"all {values.size} outcomes are the same: there is nothing to foretell; the index is prior only"
        )
    lines = tuple(
        _bare_line(one.key, one.weight, values.size, float(sheet.agreement[at]))
        for at, one in enumerate(data.criteria)
    )
    lines = tuple(replace(one, weight=round(one.written / total, _POINT_DECIMALS)) for one in lines)
    return FittedIndex(outcome.name, _POINTS, None, Status.SILENT, reason, values.size, need, expected,
                       _POINT_DECIMALS, 0.0, lines, 1.0, None, None)  # fmt: skip


def _bare_line(key: str, written: float, n: int, agreement: float) -> CriterionLine:
    """A criterion of which nothing is known but what was written down."""
    return CriterionLine(
        key=key,
        written=written,
        n=n,
        status=Status.SILENT,
        agreement=agreement or None,
        raw=None,
        correlation=None,
        lo=None,
        hi=None,
        p_positive=None,
        q_value=None,
        leads=False,
        weight=0.0,
        weight_lo=None,
        weight_hi=None,
        p_helps=None,
        adds_status=Status.SILENT,
        adds=False,
    )


def _spoken(data: HiringData, outcome: Outcome, sheet: Sheet, found: _Found) -> FittedIndex:
    fit, scale = found.fit, found.scale
    n, is_plain = fit.people, fit.people >= PLAIN_INDEX
    decimals = max(0, _PRINTED - math.ceil(math.log10(max(scale.slope, 1e-12))))
    lines = _lines(data, sheet, found, decimals)
    weights = np.array([one.weight for one in lines])
    middle = scale.middle + scale.slope * fit.level_at_center
    intercept = round(float(middle - fit.center @ weights), decimals)
    spread = Spread(fit.center, fit.covariance, fit.noise, fit.weights.weight, fit.level_at_center, n, scale)
    need = PLAIN_INDEX if not is_plain else ADDS_FROM
    expected = data.expected_on(outcome, need) if n < need else None
    reason = "" if is_plain else f"{n} people followed: {PLAIN_INDEX} make the index plain"
    return FittedIndex(
        outcome.name, outcome.unit, outcome.target, Status.SPEAKS if is_plain else Status.HEDGED, reason, n,
        need, expected, decimals, intercept, lines, fit.added_up, spread, found.valid,
    )  # fmt: skip


def _lines(data: HiringData, sheet: Sheet, found: _Found, decimals: int) -> tuple[CriterionLine, ...]:
    fit, slope = found.fit, found.scale.slope
    weight, lo, hi = (
        np.round(slope * one, decimals) for one in (fit.weights.weight, fit.weights.lo, fit.weights.hi)
    )
    lines = []
    for at, one in enumerate(data.criteria):
        n = int(found.scored[at])
        may_add = n >= ADDS_FROM
        line = replace(
            _bare_line(one.key, one.weight, n, float(sheet.agreement[at])),
            weight=float(weight[at]),
            weight_lo=float(lo[at]),
            weight_hi=float(hi[at]),
            p_helps=float(fit.weights.p_positive[at]),
            adds_status=Status.SPEAKS if may_add else Status.SILENT,
            adds=bool(may_add and fit.weights.p_material[at] >= ADDS),
        )
        lines.append(_with_correlation(line, found.shown, at) if n >= FIRST_CRITERIA else line)
    return tuple(lines)


def _with_correlation(line: CriterionLine, shown: ShrunkenCorrelations, at: int) -> CriterionLine:
    return replace(
        line,
        status=Status.SPEAKS if line.n >= PLAIN_CRITERIA else Status.HEDGED,
        raw=float(shown.raw[at]),
        correlation=float(shown.correlation[at]),
        lo=float(shown.lo[at]),
        hi=float(shown.hi[at]),
        p_positive=float(shown.p_positive[at]),
        q_value=float(shown.q_value[at]),
        leads=bool(shown.p_positive[at] >= SURE and shown.q_value[at] <= FALSE_SHARE),
    )


def _corrected(fitted: list[FittedIndex], separate: int) -> tuple[FittedIndex, ...]:
    """Holm over the outcomes that are analysed separately; the composite is no further look."""
    looked = [at for at, one in enumerate(fitted[:separate]) if one.validity]
    adjusted = holm([one.validity.p_value for one in fitted[:separate] if one.validity])
    told = list(fitted)
    for at, p_value in zip(looked, adjusted.tolist(), strict=True):
        found = told[at].validity
        if found:
            told[at] = replace(told[at], validity=replace(found, p_value=p_value))
    return tuple(told)
