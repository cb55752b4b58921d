"""Peel the onion: the parts a weak rate is made of, and how many customers each of them costs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from quintet.facts.schema import STAGES
from quintet.kernel.finding import Status
from quintet.management.formula.counts import column, places_of
from quintet.management.formula.estimates import OUTLIERS, StepFit
from quintet.management.formula.fair_peers import KINDS, attempt_peers
from quintet.management.formula.funnel import (
    arrivals_a_month,
    refusal_of,
    rep_ids_of,
    side_by_side,
    step_fits,
)
from quintet.management.metrics.inputs import FunnelInputs, OnionInputs
from quintet.management.terms.funnel import Onion, OnionPart, Step
from quintet.stats.decomposition import gap_parts
from quintet.stats.rates import PooledRates, fit_rates, shrink_means

FloatArray = NDArray[np.float64]

#: Below this many leads worked nothing is opened.
MIN_LEADS = 20
_TAIL = 0.05
_FLOOR = 1e-6
_PLAIN = {
    "worked": "leads worked",
    "connected": "connects",
    "qualified": "qualifying calls",
    "demo": "demos",
    "won": "customers",
}
_COUNTED_TO_CONNECT = (
    "Attempts are counted up to the first connect, so a rep who connects less often also makes more of them."
)


@dataclass(frozen=True, eq=False)
class _Factor:
    """One factor of the product: draws of the rep and of peers, and the terms it multiplies."""

    name: str
    label: str
    unit: str
    rep: FloatArray
    peers: FloatArray
    terms: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Team:
    """The fits and totals one rep is judged against, and the leads he brings to the step in a month."""

    fits: tuple[StepFit, ...]
    rep_ids: tuple[int, ...]
    rows: pa.Table
    totals: dict[str, FloatArray]
    place: int
    a_month: float

    def fit(self, earlier: str) -> StepFit:
        """The neighbouring step that starts at a stage."""
        return next(fit for fit in self.fits if fit.step.earlier == earlier)


def peel(inputs: OnionInputs, rep_id: int, step: Step) -> Onion:
    """What a rep's rate is made of, and which part of the gap to peers each piece explains.

    From leads worked on, the parts are attempts per lead, dials against e-mails, connects per dial and
    per e-mail, then every recorded step up to `step.later`; from later stages on, the recorded steps.
    Parts whose interval includes 0 are kept apart: they cannot be told from chance.

    Args:
        inputs: `metrics.inputs.read_onion`.
        rep_id: whose.
        step: any two recorded stages, e.g. Step("worked", "demo").

    Source: docs/formulas/management.md#peel-the-onion
    """
    funnel = inputs.funnel
    bare = Onion(rep_id, funnel.names.get(rep_id, f"rep {rep_id}"), step, Status.SILENT)
    rep_ids = rep_ids_of(funnel)
    silence = refusal_of(funnel) or _unfit(funnel, step, rep_id in rep_ids)
    if silence:
        return _silent(bare, silence)
    team = _Team(
        step_fits(funnel, rep_ids),
        rep_ids,
        inputs.totals,
        _totals(inputs.totals, rep_ids),
        rep_ids.index(rep_id),
        float(arrivals_a_month(funnel, rep_ids, step.earlier)[rep_ids.index(rep_id)]),
    )
    silence = _too_little(team, step)
    factors = () if silence else _factors(team, funnel, step)
    if silence or len(factors) < 2:  # noqa: PLR2004
        return _silent(bare, silence or f"{step.earlier} to {step.later} has no recorded parts to open.")
    return _opened(bare, team, factors)


def _unfit(funnel: FunnelInputs, step: Step, is_here: bool) -> str:  # noqa: FBT001
    if not is_here:
        return "This rep has nothing in the period."
    if "won" not in funnel.stages:
        return "Customers won are not recorded, so a gap cannot be counted in customers."
    if not {step.earlier, step.later} <= set(funnel.stages):
        return f"The data does not record both {step.earlier} and {step.later}."
    return ""


def _too_little(team: _Team, step: Step) -> str:
    for fit in team.fits:
        if (fit.pooled if _is_part(fit, step) else fit.known) is None:
            return f"{fit.step.earlier} to {fit.step.later}: {fit.reason}."
    entered = int(team.fit(step.earlier).counts.n[team.place])
    if entered < MIN_LEADS:
        return f"{entered} of the {MIN_LEADS} {_PLAIN[step.earlier]} it takes to open this rate."
    return ""


def _is_part(fit: StepFit, step: Step) -> bool:
    """Does a neighbouring step lie on the way that is opened? The others only lead to it, or on to won."""
    return STAGES.index(step.earlier) <= STAGES.index(fit.step.earlier) < STAGES.index(step.later)


def _draws(team: _Team) -> int:
    """How many draws every rate has."""
    return next((fit.known.team_draws.size for fit in team.fits if fit.known is not None), 1)


def _factors(team: _Team, funnel: FunnelInputs, step: Step) -> tuple[_Factor, ...]:
    """The pieces of the rate, each with the terms (ways to connect) that it multiplies."""
    way = STAGES[STAGES.index(step.earlier) : STAGES.index(step.later)]
    stages = [stage for stage in way if stage in funnel.stages]
    reach: tuple[_Factor, ...] = ()
    if stages[0] == "worked" and team.fit("worked").step.later == "connected":
        reach = _reach_factors(team)
    terms = tuple(range(1 + max((max(factor.terms) for factor in reach), default=0)))
    rest = stages[1:] if reach else stages
    return (*reach, *(_step_factor(team.fit(stage), team.place, terms) for stage in rest))


def _step_factor(fit: StepFit, place: int, terms: tuple[int, ...]) -> _Factor:
    assert fit.pooled is not None  # noqa: S101 -- _too_little looked
    label = f"{_PLAIN[fit.step.earlier]} → {_PLAIN[fit.step.later]}"
    return _pooled_factor((fit.step.key, label, "share"), fit.pooled, place, terms)


def _pooled_factor(
    words: tuple[str, str, str], pooled: PooledRates, place: int, terms: tuple[int, ...]
) -> _Factor:
    """A rate of the rep and the peers', both on the leads the rep got."""
    rep = pooled.on_own_leads(pooled.draws_of(place), place)
    return _Factor(*words, rep, pooled.on_own_leads(pooled.team_draws, place), terms)


def _reach_factors(team: _Team) -> tuple[_Factor, ...]:
    """Attempts per lead, their mix, and connects by channel; none where connects have no channel."""
    totals = team.totals
    by_channel = [(name, totals[tried], totals[connects]) for name, (tried, connects) in _CHANNELS.items()]
    used = [one for one in by_channel if one[1].sum() > 0 and one[2].sum() > 0]
    if not used:
        return ()
    terms = tuple(range(len(used)))
    wanted: list[Callable[[], _Factor]] = [partial(_attempts_factor, team, terms)]
    is_mixed = totals["dials"].sum() < totals["attempts"].sum()
    are_two = len(used) == 2 and np.array_equal(used[0][1] + used[1][1], totals["attempts"])  # noqa: PLR2004
    if is_mixed:
        tried = used[:1] if are_two else used
        wanted += [partial(_mix_factor, team, place, one) for place, one in enumerate(tried)]
    wanted += [partial(_connect_factor, team, place, one) for place, one in enumerate(used)]
    others = totals["connected"] - sum(one[2] for one in used)
    if others.sum() > 0:
        wanted.append(partial(_other_factor, team, others, len(used)))
    with side_by_side(team.rep_ids) as pool:
        found = tuple(pool.map(lambda factor: factor(), wanted))
    if not (is_mixed and are_two):
        return found
    share = next(one for one in found if one.name == f"{used[0][0]}_share")
    return (*found, _other_share(share, used[1]))


def _attempts_factor(team: _Team, terms: tuple[int, ...]) -> _Factor:
    worked = np.maximum(team.totals["worked"], 1.0)
    mean = team.totals["attempts"] / worked
    variance = np.maximum(team.totals["attempts_squared"] / worked - mean**2, 0.25)
    pulled, error, _ = shrink_means(mean, np.sqrt(variance / worked))
    rng = np.random.default_rng(len(STAGES) * 3)
    size = _draws(team)
    rep = pulled[team.place] + error[team.place] * rng.standard_normal(size)
    weight = worked / np.sqrt(variance / worked)
    centre = float((mean * weight).sum() / weight.sum())
    spread = float(np.sqrt(np.var(pulled) / pulled.size))
    peers = centre + spread * rng.standard_normal(size)
    label = "attempts per lead"
    return _Factor(
        "attempts_per_lead", label, label, np.maximum(rep, _FLOOR), np.maximum(peers, _FLOOR), terms
    )


def _mix_factor(team: _Team, term: int, one: tuple[str, FloatArray, FloatArray]) -> _Factor:
    """Dials against e-mails: one factor, whose value differs by term."""
    name, tried, _ = one
    words = f"{name}_share", "dials against e-mails", f"share of {_ATTEMPTS[name]}"
    return _rate_factor(team, words, (tried, team.totals["attempts"] - tried), (term,))


def _other_share(share: _Factor, other: tuple[str, FloatArray, FloatArray]) -> _Factor:
    """What the share of one of two channels leaves to the other, on each draw."""
    unit = f"share of {_ATTEMPTS[other[0]]}"
    return _Factor(f"{other[0]}_share", share.label, unit, 1.0 - share.rep, 1.0 - share.peers, (1,))


def _connect_factor(team: _Team, term: int, one: tuple[str, FloatArray, FloatArray]) -> _Factor:
    name, tried, connects = one
    label = f"connects per {_ATTEMPT[name]}"
    rest = np.maximum(tried - connects, 0.0)
    offset = attempt_peers(team.rows, *_CHANNELS[name], team.rep_ids).offset
    return _rate_factor(team, (f"{name}_connect_rate", label, label), (connects, rest), (term,), offset)


def _other_factor(team: _Team, others: FloatArray, term: int) -> _Factor:
    label = "connects without an attempt"
    rest = np.maximum(team.totals["worked"] - others, 0.0)
    return _rate_factor(
        team, ("other_connects", label, "per lead worked"), (np.maximum(others, 0.0), rest), (term,)
    )


_CHANNELS = {"call": ("dials", "call_connects"), "email": ("emails", "email_connects")}
_ATTEMPT = {"call": "dial", "email": "e-mail"}
_ATTEMPTS = {"call": "dials", "email": "e-mails"}


def _rate_factor(
    team: _Team,
    words: tuple[str, str, str],
    counts: tuple[FloatArray, FloatArray],
    terms: tuple[int, ...],
    offset: FloatArray | None = None,
) -> _Factor:
    seed = sum(words[0].encode())  # one stream per name: draws of different parts are independent
    pooled = fit_rates(*counts, outliers=OUTLIERS, seed=seed, offset=offset)
    return _pooled_factor(words, pooled, team.place, terms)


def _opened(bare: Onion, team: _Team, factors: tuple[_Factor, ...]) -> Onion:
    value, reference = (_product(factors, whose) for whose in ("rep", "peers"))
    effects = gap_parts(value, reference) * team.a_month * _rest(team, bare.step)
    gap = effects.sum(axis=0)
    lo, hi = np.quantile(gap, (_TAIL, 1 - _TAIL))
    is_real = bool(lo > 0 or hi < 0)
    parts = _parts(factors, effects, float(gap.mean()) if is_real else None)
    return Onion(
        rep_id=bare.rep_id,
        name=bare.name,
        step=bare.step,
        status=Status.SPEAKS if is_real else Status.HEDGED,
        rep_rate=float(value.prod(axis=0).sum(axis=0).mean()),
        peer_rate=float(reference.prod(axis=0).sum(axis=0).mean()),
        gap_per_month=float(gap.mean()),
        lo=float(lo),
        hi=float(hi),
        parts=parts,
        noise_per_month=sum(part.customers_per_month for part in parts if part.is_noise),
        reading=_reading(bare.step, float(gap.mean()), parts, is_real=is_real),
        reason=_COUNTED_TO_CONNECT if factors[0].name == "attempts_per_lead" else "",
    )


def _product(factors: tuple[_Factor, ...], whose: str) -> FloatArray:
    """Factors × terms × draws; a factor is 1 in the terms that it does not multiply."""
    terms = 1 + max(max(factor.terms) for factor in factors)
    table = np.ones((len(factors), terms, factors[0].rep.size))
    for row, factor in enumerate(factors):
        table[row, list(factor.terms)] = np.maximum(getattr(factor, whose), _FLOOR)
    return table


def _rest(team: _Team, step: Step) -> FloatArray:
    """The rep's rate from the end of the step to won."""
    rest = np.ones(_draws(team))
    for fit in team.fits:
        if STAGES.index(fit.step.earlier) >= STAGES.index(step.later) and fit.known is not None:
            rest = rest * fit.known.on_own_leads(fit.known.draws_of(team.place), team.place)
    return rest


def _parts(factors: tuple[_Factor, ...], effects: FloatArray, gap: float | None) -> tuple[OnionPart, ...]:
    """One part per factor, the mix's factors added up; real parts first, largest first."""
    rows: dict[str, list[int]] = {}
    for row, factor in enumerate(factors):
        rows.setdefault("channel_mix" if factor.name.endswith("_share") else factor.name, []).append(row)
    found = [_part(name, factors[at[0]], effects[at].sum(axis=0), gap) for name, at in rows.items()]
    return tuple(sorted(found, key=lambda part: (part.is_noise, -abs(part.customers_per_month))))


def _part(name: str, factor: _Factor, effect: FloatArray, gap: float | None) -> OnionPart:
    lo, hi = np.quantile(effect, (_TAIL, 1 - _TAIL))
    mean = float(effect.mean())
    return OnionPart(
        name=name,
        label=factor.label,
        rep_value=float(factor.rep.mean()),
        peer_value=float(factor.peers.mean()),
        unit=factor.unit,
        customers_per_month=mean,
        lo=float(lo),
        hi=float(hi),
        share_of_gap=None if not gap else mean / gap,
        probability=float(np.mean(effect < 0) if mean < 0 else np.mean(effect > 0)),
        is_noise=bool(lo <= 0 <= hi),
    )


def _totals(totals: pa.Table, rep_ids: tuple[int, ...]) -> dict[str, FloatArray]:
    rows, kept = places_of(column(totals, "rep_id"), rep_ids)
    names = [name for name in totals.column_names if name not in {"rep_id", *KINDS}]
    return {
        name: np.bincount(rows[kept], column(totals, name)[kept], len(rep_ids)).astype(np.float64)
        for name in names
    }


def _silent(bare: Onion, reason: str) -> Onion:
    return Onion(bare.rep_id, bare.name, bare.step, Status.SILENT, reading=reason, reason=reason)


def _reading(step: Step, gap: float, parts: tuple[OnionPart, ...], *, is_real: bool) -> str:
    between = f"between {_PLAIN[step.earlier]} and {_PLAIN[step.later]}"
    real = [part for part in parts if not part.is_noise]
    if not is_real:
        return _within_chance(step, real)
    with_gap = [part for part in real if part.customers_per_month * gap > 0]
    against = [part for part in real if part.customers_per_month * gap < 0]
    verb = "loses" if gap < 0 else "gains"
    text = f"Of the {abs(gap):.1f} customers a month this rep {verb} {between}, "
    text += _list(with_gap) if with_gap else "no part can be told from chance"
    if against:
        text += f"; against that, {_list(against)}"
    return f"{text}; the rest cannot be told from chance." if len(real) < len(parts) else f"{text}."


def _within_chance(step: Step, real: list[OnionPart]) -> str:
    text = f"The gap to peers between {_PLAIN[step.earlier]} and {_PLAIN[step.later]} is within chance"
    if not real:
        return f"{text}: there is nothing to open."
    count = "one part is" if len(real) == 1 else f"{len(real)} parts are"
    told = "; ".join(f"{part.label}, {_values(part)}, {_effect(part)}" for part in real)
    return f"{text}; {count} not: {told}."


def _effect(part: OnionPart) -> str:
    verb = "costs" if part.customers_per_month < 0 else "adds"
    return f"{verb} {abs(part.customers_per_month):.1f} customers a month"


def _list(parts: list[OnionPart]) -> str:
    return " and ".join(_told(part) for part in parts[:2])


def _told(part: OnionPart) -> str:
    verb = "is" if round(abs(part.customers_per_month), 1) == 1 else "are"
    return f"{abs(part.customers_per_month):.1f} {verb} {part.label} ({_values(part)})"


def _values(part: OnionPart) -> str:
    if part.unit == "attempts per lead":
        return f"{part.rep_value:.1f} against {part.peer_value:.1f}"
    return f"{part.rep_value:.0%} against {part.peer_value:.0%}"
