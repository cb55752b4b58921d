"""Does the chain tell reps from leads, and find the links that are planted and no others?

    python studies/chain.py [companies] [apart|links]

Two tables, a hundred companies a row, drawn directly: every lead has a kind (segment, source), a rep and a
month; reps differ by planted skill, kinds by planted quality.

Apart: leads are handed out at random, the good ones to the good reps, the good ones to the weak reps, or by
favour that has nothing to do with skill. "Raw" counts what was won; "fair peers" is the offset by which the
funnel page compares reps; "told apart" is the chain's fit.

Links: eight criteria scored by two interviewers, four modules finished in months of their own, four steps
and the lifetime of customers. Planted: the first criterion goes with qualifying, the second with customers
who stay, the first module with demos. Two traps: hires who score well in the third criterion get the better
leads, and so does whoever finished the second module; neither moves what a rep does with a lead.
"""

import os
import sys
from dataclasses import dataclass
from datetime import date, timedelta

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt

from quintet.hiring.formula.given import Criterion, HiringData, Outcome, Score
from quintet.hiring.formula.links import criterion_links
from quintet.hiring.formula.sheet import fit_sheet
from quintet.hiring.terms.links import Measured
from quintet.loop.chain.fitting import Told, tell_apart
from quintet.loop.chain.leads import FAMILIES, Worked
from quintet.loop.chain.lifetimes import lifetimes
from quintet.loop.chain.linking import joined, of_criteria, of_modules
from quintet.loop.chain.terms import LIFETIME, STEPS, Link
from quintet.stats.case_mix import fit_case_mix
from quintet.stats.crossed_rates import CrossedRows, fit_crossed

F8 = npt.NDArray[np.float64]

SEGMENTS, SOURCES, MONTHS = 3, 6, 24
CRITERIA, MODULES = 8, 4
HANDED = ("at random", "good leads to good reps", "good leads to weak reps", "by favour")
#: What one standard deviation of a trait adds, and what a module adds, in log-odds; of churn it takes away.
PLANTED = {("criterion", "0", "qualified"): 0.25, ("criterion", "1", LIFETIME): 0.30,
           ("module", "0", "demo"): 0.35}  # fmt: skip
BASES = {"connected": 0.0, "qualified": 0.2, "demo": 0.0, "won": -0.7}
#: Points that a trait adds to a score, and what an interviewer's mood adds; what the mean of two varies by.
_SLOPE, _NOISE = 1.6, 1.0
_SHOWN = float(np.sqrt(_SLOPE**2 + _NOISE**2 / 2.0 + 1.0 / 24.0))


# ---------------------------------------------------------------- reps and leads


def handed_out(rng: np.random.Generator, reps: int, leads: int, way: str) -> tuple[F8, F8, F8, F8]:
    """Skill of reps, quality of kinds, leads and customers by rep and kind."""
    skill = rng.normal(0, 0.3, reps)
    quality = (rng.normal(0, 0.5, SEGMENTS)[:, None] + rng.normal(0, 0.5, SOURCES)).ravel()
    quality += rng.normal(0, 0.1, quality.size)
    shares = np.outer(rng.dirichlet(np.full(SEGMENTS, 5.0)), rng.dirichlet(np.full(SOURCES, 5.0))).ravel()
    favour = {
        HANDED[0]: np.zeros(reps),
        HANDED[1]: skill / 0.3,
        HANDED[2]: -skill / 0.3,
        HANDED[3]: rng.normal(0, 1.5, reps),
    }[way]
    weight = shares * np.exp(favour[:, None] * (quality - quality.mean()) / quality.std())
    weight /= weight.sum(axis=1, keepdims=True)
    tried = np.array([rng.multinomial(leads, one) for one in weight]).astype(np.float64)
    won = rng.binomial(tried.astype(int), _sigmoid(-2.2 + skill[:, None] + quality)).astype(np.float64)
    return skill, quality, tried, won


def apart(reps: int, leads: int, way: str, companies: int) -> F8:
    """Means over companies: see `APART_COLUMNS`."""
    return np.asarray(
        np.mean([_one_apart(seed, reps, leads, HANDED.index(way)) for seed in range(companies)], axis=0)
    )


APART_COLUMNS = ("reps by rank: raw", "fair peers", "told apart", "rate off: raw", "told apart", "inside",
                 "kinds by rank: raw", "told apart", "rate off: raw", "told apart", "inside")  # fmt: skip


def _one_apart(seed: int, reps: int, leads: int, way: int) -> list[float]:
    rng = np.random.default_rng([seed, reps, leads, way])
    skill, quality, tried, won = handed_out(rng, reps, leads, HANDED[way])
    rep, kind = np.nonzero(tried)
    pair = np.arange(quality.size)
    levels = np.stack([pair // SOURCES, pair % SOURCES, pair])
    fit = fit_crossed(
        CrossedRows(rep, tuple(one[kind] for one in levels), (), tried[rep, kind], won[rep, kind])
    )
    mine, all_leads, raw = fit.of_reps(), tried.sum(axis=0), won.sum(axis=1) / leads
    true = _sigmoid(-2.2 + skill[:, None] + quality) @ (all_leads / all_leads.sum())
    peers = np.log((won.sum(axis=1) + 0.5) / (leads - won.sum(axis=1) + 0.5))
    peers -= fit_case_mix(won, tried, levels, np.ones(reps, dtype=bool)).offset
    big = all_leads >= 50
    kinds, raw_kinds = fit.of_kinds(kind), won.sum(axis=0) / np.maximum(all_leads, 1.0)
    true_kinds = _sigmoid(-2.2 + skill.mean() + quality)
    return [
        _rank(raw, skill), _rank(peers, skill), _rank(fit.reps, skill),
        _off(raw, true), _off(mine.rate, true), float(np.mean((mine.lo <= true) & (true <= mine.hi))),
        _rank(raw_kinds[big], quality[big]), _rank(kinds.rate[big], quality[big]),
        _off(raw_kinds[big], true_kinds[big]), _off(kinds.rate[big], true_kinds[big]),
        float(np.mean(((kinds.lo <= true_kinds) & (true_kinds <= kinds.hi))[big])),
    ]  # fmt: skip


def _rank(one: F8, two: F8) -> float:
    ranks = [np.argsort(np.argsort(each)) for each in (one, two)]
    return float(np.corrcoef(*ranks)[0, 1])


def _off(one: F8, true: F8) -> float:
    return float(np.sqrt(np.mean((one - true) ** 2)))


def _sigmoid(log_odds: F8) -> F8:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)))


# ---------------------------------------------------------------- links


@dataclass(frozen=True, eq=False)
class Company:
    """Hires with traits and skills, and when they finished which module."""

    traits: F8
    skill: dict[str, F8]
    finished: npt.NDArray[np.int64]
    quality: F8


def company(rng: np.random.Generator, hires: int, *, is_planted: bool) -> Company:
    """Hires who joined in the first year."""
    traits = rng.normal(size=(hires, CRITERIA))
    skill = {step: rng.normal(0, 0.25, hires) for step in (*STEPS, LIFETIME)}
    if is_planted:
        skill["qualified"] = skill["qualified"] + PLANTED["criterion", "0", "qualified"] * traits[:, 0]
        skill[LIFETIME] = skill[LIFETIME] - PLANTED["criterion", "1", LIFETIME] * traits[:, 1]
    finished = rng.integers(3, MONTHS, (hires, MODULES))
    finished[rng.random((hires, MODULES)) < 0.25] = 10 * MONTHS  # never
    quality = np.add.outer(rng.normal(0, 0.4, SEGMENTS), rng.normal(0, 0.4, SOURCES)).ravel()
    return Company(traits, skill, finished, quality)


@dataclass(frozen=True)
class Answer:
    """All links of one company, and by how much more its hires differ in each score than usual."""

    links: tuple[Link, ...]
    spread: dict[str, float]


def answer(seed: int, hires: int, *, is_planted: bool, is_told_apart: bool = True) -> Answer:
    """One company through the chain's own functions."""
    rng = np.random.default_rng([seed, hires, int(is_planted)])
    made = company(rng, hires, is_planted=is_planted)
    told = {step: tell_apart(one) for step, one in _steps(rng, made, is_planted=is_planted).items()}
    measures = {step: told[step].measured() for step in STEPS if told[step].fit is not None}
    if not is_told_apart:
        measures = {step: _raw(told[step]) for step in STEPS}
    measures |= lifetimes(told[LIFETIME])
    data, rep_of = _scored(rng, made)
    bases = {step: told[step].rate for step in STEPS}
    found = of_criteria(criterion_links(data, rep_of, measures), bases, {})
    done = {
        f"{at}": {rep: int(one) for rep, one in enumerate(made.finished[:, at]) if one < MONTHS}
        for at in range(MODULES)
    }
    scores = fit_sheet(data)[2].table.std(axis=0, ddof=1) / _SHOWN
    spread = {one.key: float(scores[at]) for at, one in enumerate(data.criteria)}
    return Answer(joined([*found, *of_modules(told, done, {})]), spread)


def _raw(told: Told) -> dict[int, Measured]:
    """Log-odds as counted: the negative control."""
    rep, worked = told.worked.rep_id, told.worked
    won, tried = np.bincount(rep, worked.won) + 0.5, np.bincount(rep, worked.tried) + 1.0
    error = np.sqrt(1.0 / won + 1.0 / (tried - won))
    return {at: Measured(float(np.log(won[at] / (tried[at] - won[at]))), float(error[at]))
            for at in range(len(won))}  # fmt: skip


def _steps(rng: np.random.Generator, made: Company, *, is_planted: bool) -> dict[str, Worked]:
    """Leads month by month through the four steps, then customers by the months they stay."""
    hires, kinds = len(made.traits), made.quality.size
    rep, month = (one.ravel() for one in np.indices((hires, MONTHS)))
    after = (month[:, None] > made.finished[rep]).astype(np.float64)
    favour = 0.5 * made.traits[rep, 2] + 0.8 * after[:, 1] + 0.5 * rng.normal(size=hires)[rep]
    spread = (made.quality - made.quality.mean()) / made.quality.std()
    weight = np.exp(favour[:, None] * spread)
    weight /= weight.sum(axis=1, keepdims=True)
    leads = rng.multinomial(20, weight).astype(np.float64)
    found = {}
    for step in STEPS:
        odds = (
            BASES[step] + made.skill[step][rep, None] + made.quality + rng.normal(0, 0.1, len(rep))[:, None]
        )
        if step == "demo" and is_planted:
            odds = odds + PLANTED["module", "0", "demo"] * after[:, [0]]
        went_on = rng.binomial(leads.astype(int), _sigmoid(odds)).astype(np.float64)
        found[step] = _worked((rep, month), leads, went_on)
        leads = went_on
    stays = np.minimum(MONTHS - month, 12).astype(np.float64)[:, None] * np.ones(kinds)
    churn = _sigmoid(-3.2 + made.skill[LIFETIME][rep, None] + 0.0 * leads)
    # months until each month's customers are lost, or the history ends
    lost = rng.binomial(leads.astype(int), 1.0 - (1.0 - churn) ** stays).astype(np.float64)
    watched = np.rint(lost * np.maximum(stays / 2.0, 1.0) + (leads - lost) * stays)
    found[LIFETIME] = _worked((rep, month), np.maximum(watched, lost), lost)
    return found


def _worked(place: tuple[npt.NDArray[np.int64], ...], tried: F8, won: F8) -> Worked:
    row, kind = np.nonzero(tried)
    rep, month = (one[row] for one in place)
    same = np.full(len(row), "-", dtype=object)
    words = {"segment": np.asarray([f"g{one}" for one in kind // SOURCES], dtype=object),
             "source": np.asarray([f"s{one}" for one in kind % SOURCES], dtype=object)}  # fmt: skip
    kinds = {name: words.get(name, same) for name in FAMILIES}
    return Worked(rep, month, month, kinds, tried[row, kind], won[row, kind])


def _scored(rng: np.random.Generator, made: Company) -> tuple[HiringData, dict[str, int]]:
    """Two of four interviewers, each lenient in a way of his own, score every hire."""
    hires = len(made.traits)
    lenient = rng.normal(0, 0.7, 4)
    scores, day = [], date(2024, 1, 1)
    for who in range(hires):
        for rater in rng.choice(4, 2, replace=False):
            for at in range(CRITERIA):
                shown = 5.5 + _SLOPE * made.traits[who, at] + lenient[rater] + rng.normal(0, _NOISE)
                scores.append(Score(f"{who}", f"r{rater}", f"{at}", float(np.clip(round(shown), 1, 10))))
    names = tuple(Criterion(f"{at}") for at in range(CRITERIA))
    hired_on = {f"{who}": day for who in range(hires)}
    data = HiringData(names, tuple(scores), (Outcome("none", "", {}),), hired_on, day + timedelta(days=730))
    return data, {f"{who}": who for who in range(hires)}


def truth(one: Link, spread: dict[str, float], *, is_planted: bool) -> float:
    """The planted change of a link, on the scale in which it is told: these hires' standard deviation."""
    change = PLANTED.get((one.of, one.key, one.column), 0.0) if is_planted else 0.0
    if one.of == "criterion":
        change *= _SLOPE / _SHOWN * spread[one.key]
    if one.column == LIFETIME:
        return float(np.expm1(change))
    odds = one.base / (1.0 - one.base) * np.exp(change)
    return float(odds / (1.0 + odds) - one.base)


LINK_COLUMNS = ("looked at", "inside", "claimed", "of these inside", "of these false", "any false",
                *(f"{of} {key} → {to} found" for of, key, to in PLANTED), "traps claimed")  # fmt: skip


def linked(hires: int, companies: int, *, is_planted: bool, is_told_apart: bool = True) -> F8:
    """Means over companies: see `LINK_COLUMNS`."""
    worlds = (
        answer(seed, hires, is_planted=is_planted, is_told_apart=is_told_apart) for seed in range(companies)
    )
    rows = [_one_linked(one, is_planted=is_planted) for one in worlds]
    told = np.array(rows, dtype=np.float64)
    claimed = max(told[:, 2].sum(), 1.0)
    means = told.mean(axis=0)
    means[1] = told[:, 1].sum() / told[:, 0].sum()
    means[3] = told[:, 3].sum() / claimed
    return np.asarray(means)


def _one_linked(found: Answer, *, is_planted: bool) -> list[float]:
    told = [one for one in found.links if one.value is not None]
    true = {id(one): truth(one, found.spread, is_planted=is_planted) for one in told}
    held = {id(one) for one in told if (one.lo or 0.0) <= true[id(one)] <= (one.hi or 0.0)}
    claims = [one for one in told if one.is_claimed]
    false = [one for one in claims if abs(true[id(one)]) < 1e-9]
    right = {(one.of, one.key, one.column) for one in claims if (one.value or 0.0) > 0}
    traps = [one for one in false if (one.of, one.key) in {("criterion", "2"), ("module", "1")}]
    return [
        len(told), len(held), len(claims), sum(id(one) in held for one in claims),
        len(false) / max(len(claims), 1), bool(false), *(key in right for key in PLANTED), bool(traps),
    ]  # fmt: skip


# ---------------------------------------------------------------- the tables


def main() -> None:
    """Print both tables, or the one asked for."""
    companies = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    tables = sys.argv[2:] or ["apart", "links"]
    if "apart" in tables:
        print("| reps | leads handed out |", " | ".join(APART_COLUMNS), "|")
        print("|" + "---|" * (2 + len(APART_COLUMNS)))
        for reps in (12, 25, 60):
            for way in HANDED:
                _print(f"{reps} | {way}", apart(reps, 250, way, companies))
    if "links" in tables:
        print("\n| hires | planted |", " | ".join(LINK_COLUMNS), "|")
        print("|" + "---|" * (2 + len(LINK_COLUMNS)))
        for hires, is_told_apart in ((30, True), (60, True), (60, False)):
            for is_planted in (False, True):
                name = f"{hires}{'' if is_told_apart else ', as counted'} | {'yes' if is_planted else 'no'}"
                _print(name, linked(hires, companies, is_planted=is_planted, is_told_apart=is_told_apart))


def _print(name: str, values: F8) -> None:
    print(f"| {name} |", " | ".join(f"{one:.2f}" for one in values), "|", flush=True)


if __name__ == "__main__":
    main()
