"""Fit a lead score to what became of the leads so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from quintet.demand.formula.score import points as pts
from quintet.demand.formula.score.ability import cannot_tell
from quintet.demand.formula.score.exploration import work_weights
from quintet.demand.formula.score.features import Feature, Scale, blocks, encoded, fit_fields, scale
from quintet.demand.formula.score.level import with_level
from quintet.demand.formula.score.pairs import CUSTOMERS_FROM, chosen_pairs
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.subset import subset
from quintet.demand.formula.score.target import fit_target
from quintet.demand.formula.score.tuning import Learned, Tuned, chosen_doings, learned, spaced, telling, tuned
from quintet.demand.terms.examples import I8, Examples
from quintet.demand.terms.score import Ground, NotEnough, PointsTable, Target
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import Status
from quintet.stats.logistic import (
    Blocks,
    Codes,
    LogisticFit,
    fit_logistic,
    fit_spreads,
    with_doubt_of_spreads,
)

SILENT_BELOW = 30
SPEAKS_FROM = 100
HEDGED_FEATURES = 10
BASE_FIELD = "source"


@dataclass(frozen=True, eq=False)
class _Chosen:
    """What a score will look at, on the leads it was tuned on.

    Args:
        features: alone; of them the points are made.
        known: outcomes of the tuned leads.
        codes: levels of the features.
        tune: shrinkage of the features alone.
        pairs: of features that say more together.
        together: shrinkage of all.
        problem: why no lead may be told from another; empty when they may.
    """

    features: tuple[Feature, ...]
    known: Learned
    codes: Codes
    tune: Tuned
    pairs: tuple[Feature, ...]
    together: Tuned
    problem: str


@dataclass(frozen=True, eq=False)
class _Final:
    """The fit on all leads, and what they showed."""

    fit: LogisticFit
    counts: pts.Counted


def fit_score(
    examples: Examples,
    *,
    fields: Sequence[str],
    doings: bool = True,
    seed: int = 0,
    top: int = pts.TOP,
    horizon_days: int | None = None,
) -> LeadScore:
    """Learn which leads become customers from what was known when they were handed over.

    Args:
        examples: leads at hand-over, oldest first.
        fields: names of the fields it may use: those that do not leak the outcome.
        doings: may it use what leads did?
        seed: of the parts that leads without dates are cut into for tuning.
        top: points of the most telling level.
        horizon_days: the horizon, where it was settled before; learned from the lags when left out.

    Returns:
        The score. Under 30 customers it is silent: the base rate, by source where that is a field, with
        what is missing. Under 100 it is hedged and looks at ten features at most. Where held-out leads
        were foretold no better than by the base rate it is hedged, says so, and gives every lead that rate.
        Where months differ by more than chance, its level is that of the months to come.

    Raises:
        BadInput: when a field named is not among the examples' fields.

    Source: docs/formulas/demand/score.md
    """
    score, known = fit_at_average(
        examples, fields=fields, doings=doings, seed=seed, top=top, horizon_days=horizon_days
    )
    return score if score.status is Status.SILENT else with_level(score, known)


def fit_at_average(
    examples: Examples,
    *,
    fields: Sequence[str],
    doings: bool = True,
    seed: int = 0,
    top: int = pts.TOP,
    horizon_days: int | None = None,
) -> tuple[LeadScore, Learned]:
    """The score at the level of all the leads it learned from, and these; arguments as of `fit_score`."""
    for name in fields:
        if name not in examples.fields:
            raise BadInput(f"fields must be among {', '.join(sorted(examples.fields))}, got {name!r}")
    target, known = _learned_from(examples, horizon_days)
    customers = target.ground.customers
    if min(customers, target.ground.leads - customers) < SILENT_BELOW:
        return _silent(known, target, [name for name in fields if name == BASE_FIELD], seed), known
    chosen = _chosen(known, fields, customers, doings=doings, seed=seed)
    if chosen.problem:
        return _even(known, target, (chosen.problem, float(chosen.together.losses.mean())), seed), known
    return _speaking(known, target, chosen, (seed, top)), known


def fit_even(examples: Examples, reason: str, *, seed: int = 0, horizon_days: int | None = None) -> LeadScore:
    """The base rate for every lead, at the level of the period: the naive answer.

    Args:
        examples: leads at hand-over, oldest first.
        reason: why no score is used.
        seed: kept with the fit.
        horizon_days: as of `fit_score`.
    """
    target, known = _learned_from(examples, horizon_days)
    customers = target.ground.customers
    if min(customers, target.ground.leads - customers) < SILENT_BELOW:
        return _silent(known, target, [], seed)
    return with_level(_even(known, target, (reason, None), seed), known)


def _learned_from(examples: Examples, horizon_days: int | None) -> tuple[Target, Learned]:
    target = fit_target(examples, horizon_days)
    counted = work_weights(examples, target.taken)
    if counted is not None:
        target = replace(target, warnings=(*target.warnings, counted.sentence))
    weight = None if counted is None else counted.weight
    return target, learned(subset(examples, np.flatnonzero(target.taken)), target, weight)


def _even(known: Learned, target: Target, why: tuple[str, float | None], seed: int) -> LeadScore:
    """The base rate for every lead, as nothing that is known tells one from another."""
    codes, columns = encoded((), known.examples), blocks(())
    return LeadScore(
        status=Status.HEDGED,
        reason=why[0],
        not_enough=None,
        ground=target.ground,
        warnings=target.warnings,
        features=(),
        fit=fit_spreads(codes, columns, known.won, known.known, weight=known.weight),
        points=np.zeros(0, dtype=np.int64),
        table=None,
        strength=1.0,
        held_out_loss=why[1],
        seed=seed,
    )


def _silent(known: Learned, target: Target, fields: Sequence[str], seed: int) -> LeadScore:
    """The base rate, by source pooled as far as sources differ by luck."""
    features = fit_fields(known.examples, fields, Scale(bins=1, least=1))
    codes, columns = encoded(features, known.examples), blocks(features)
    fit = fit_spreads(codes, columns, known.won, known.known, weight=known.weight)
    lacking = _not_enough(target.ground)
    by = " by source" if features else ""
    reason = f"{lacking.have} of {lacking.need} {lacking.unit}: only the base rate{by} can be said"
    return LeadScore(
        status=Status.SILENT,
        reason=reason,
        not_enough=lacking,
        ground=target.ground,
        warnings=target.warnings,
        features=features,
        fit=_centred(fit, columns, pts.counted(codes, features, known.won).leads),
        points=np.zeros(columns.width, dtype=np.int64),
        table=None,
        strength=1.0,
        held_out_loss=None,
        seed=seed,
    )


def _chosen(known: Learned, fields: Sequence[str], customers: int, *, doings: bool, seed: int) -> _Chosen:
    rows = spaced(len(known.won))
    part = replace(known.rows(rows), examples=subset(known.examples, rows))
    cut = scale(len(rows), customers)
    features = fit_fields(part.examples, fields, cut)
    features += chosen_doings(part, features, cut, seed) if doings else ()
    codes = encoded(features, part.examples)
    if customers < SPEAKS_FROM:
        kept = telling(codes, blocks(features), part.won, HEDGED_FEATURES)
        features, codes = tuple(features[k] for k in kept), codes[:, kept]
    alone = tuned(part, codes, blocks(features), seed)
    if customers < CUSTOMERS_FROM:
        return _Chosen(
            features, part, codes, alone, (), alone, cannot_tell(part, codes, blocks(features), alone)
        )
    pairs = chosen_pairs(part, features, codes, cut.least, seed)
    both = (*features, *pairs)
    all_codes = encoded(both, part.examples) if pairs else codes
    together = tuned(part, all_codes, blocks(both), seed) if pairs else alone
    problem = cannot_tell(part, all_codes, blocks(both), together)
    return _Chosen(features, part, codes, alone, pairs, together, problem)


def _speaking(known: Learned, target: Target, chosen: _Chosen, given: tuple[int, int]) -> LeadScore:
    seed, top = given
    alone = _final(known, chosen.features, chosen.tune)
    features = (*chosen.features, *chosen.pairs)
    whole = _final(known, features, chosen.together) if chosen.pairs else alone
    points, table = _points(chosen, alone, top)
    few = target.ground.customers < SPEAKS_FROM
    return LeadScore(
        status=Status.HEDGED if few else Status.SPEAKS,
        reason=f"{target.ground.customers} customers: fewer than {SPEAKS_FROM}" if few else "",
        not_enough=None,
        ground=target.ground,
        warnings=target.warnings,
        features=features,
        fit=whole.fit,
        points=np.concatenate((points, np.zeros(blocks(chosen.pairs).width, dtype=np.int64))),
        table=table,
        strength=chosen.together.strength,
        held_out_loss=float(chosen.together.losses.mean()),
        seed=seed,
    )


def _final(known: Learned, features: tuple[Feature, ...], tune: Tuned) -> _Final:
    """The fit on all leads at the tuned shrinkage."""
    columns, codes = blocks(features), encoded(features, known.examples)
    counts = pts.counted(codes, features, known.won)
    raw = fit_logistic(
        codes,
        columns,
        known.won,
        known.known,
        weight=known.weight,
        start=tune.fit,
        strength=tune.strength,
    )
    raw = with_doubt_of_spreads(raw, columns, tune.strength)
    return _Final(_centred(raw, columns, counts.leads), counts)


def _points(chosen: _Chosen, alone: _Final, top: int) -> tuple[I8, PointsTable]:
    """Points of each feature alone: pairs cannot be said aloud."""
    features, fit, counts = chosen.features, alone.fit, alone.counts
    unit = pts.point_unit(fit, features, counts, top)
    points = pts.whole_points(fit, features, counts, unit)
    worth = (fit.base, 0.0)
    if unit:
        worth = pts.worth_of_points(chosen.known, chosen.codes, features, (chosen.tune, counts, points, unit))
    return points, pts.points_table(fit, features, counts, points, worth)


def _centred(fit: LogisticFit, columns: Blocks, leads: I8) -> LogisticFit:
    """The same fit with the average lead at 0 of each feature; covariance as it will be stored."""
    turn = np.eye(1 + columns.width)
    for start, size in zip(columns.starts, columns.sizes, strict=True):
        at = slice(1 + start, 1 + start + size)
        weight = leads[start : start + size] / max(leads[start : start + size].sum(), 1)
        turn[at, at] -= weight
        turn[0, at] = weight
    moved = turn @ np.concatenate(([fit.base], fit.effects))
    covariance = (turn @ fit.covariance @ turn.T).astype(np.float32).astype(np.float64)
    lower = np.tril(covariance)
    return replace(fit, base=float(moved[0]), effects=moved[1:], covariance=lower + np.tril(lower, -1).T)


def _not_enough(ground: Ground) -> NotEnough:
    lost = ground.leads - ground.customers
    if lost < ground.customers:
        return NotEnough(lost, SILENT_BELOW, None, "leads that did not buy")
    return NotEnough(ground.customers, SILENT_BELOW, _expected(ground))


def _expected(ground: Ground) -> date | None:
    """When customers reach the need at the pace so far; the horizon later they are seen."""
    if ground.first is None or ground.until is None or not ground.customers:
        return None
    days = max((ground.until - ground.first).days - (ground.horizon_days or 0), 1)
    missing = (SILENT_BELOW - ground.customers) * days / ground.customers
    return ground.until + timedelta(days=int(np.ceil(min(missing, 36_500))))
