"""The reports on sources, search terms and content, on leads whose truth is planted.

python studies/demand_reports.py

Leads come from the market of `simulate`: sources, landing pages, terms, pages seen and pricing seen shift
the log-odds to qualify, and something no column shows as well. They come over 365 days and take 8 days at the
median, so the newest have not had their chance yet.
"""

import time
from dataclasses import dataclass

import numpy as np

from quintet.demand.formula.reports.clocks import (
    STAND_APART,
    above_others,
    counted,
    days_of,
    fit_clock,
    pooled,
    rates_of,
)
from quintet.demand.formula.reports.content import content_report
from quintet.demand.formula.reports.looks import LookLeads
from quintet.demand.formula.reports.months import source_months
from quintet.demand.formula.reports.terms import term_discoveries
from quintet.demand.metrics.reports import Named, ReportLeads
from quintet.demand.terms.reports import ReportQuestion
from quintet.simulate.lead_worths import shown_quality
from quintet.simulate.market import (
    LANDING_NAMES,
    LANDINGS,
    SEARCH,
    SOURCE_NAMES,
    TERMS,
    MarketTruth,
    Visits,
    drawn_visits,
    market_truth,
)
from quintet.simulate.spec import F8, I8, CompanySpec
from quintet.stats.homogeneity import fit_homogeneity

START = np.datetime64("2025-01-01", "us")
DAY_US = 86_400_000_000
DAYS = 365.0
MEDIAN_DAYS, SPREAD = 8.0, 0.7
BASE = -1.1
WON_DAYS = 45.0


@dataclass(frozen=True, eq=False)
class Drawn:
    """A company's leads, and the truth behind them.

    Args:
        leads: as known at the end of the 365 days.
        later: the same leads when all is known.
        visits: what each showed.
        truth: what is planted.
    """

    leads: ReportLeads
    later: ReportLeads
    visits: Visits
    truth: MarketTruth


def drawn(seed: int, leads: int, *, alike: bool = False, median: float = MEDIAN_DAYS) -> Drawn:
    """One company's leads.

    Args:
        seed: of the company.
        leads: how many.
        alike: every lead has the same chance: nothing that is shown matters.
        median: days half of those who qualify take.
    """
    rng = np.random.default_rng([seed, 77])
    truth = market_truth(CompanySpec(seed=seed))
    visits = drawn_visits(truth, rng, leads)
    odds = np.zeros(leads) if alike else shown_quality(truth, visits) + rng.normal(0, truth.own_spread, leads)
    converts = rng.random(leads) < 1 / (1 + np.exp(-(BASE + odds)))
    day = np.sort(rng.uniform(0, DAYS, leads))
    lag = np.where(converts, median * np.exp(SPREAD * rng.standard_normal(leads)), np.nan)
    now, never = (_known(day, lag, visits, until) for until in (DAYS, np.inf))
    return Drawn(now, never, visits, truth)


def _known(day: F8, lag: F8, visits: Visits, until: float) -> ReportLeads:
    """The leads as they stand at a day."""
    seen = np.where(day + np.nan_to_num(lag, nan=np.inf) <= until, lag, np.nan)
    since = START + (day * DAY_US).astype("timedelta64[us]")
    nothing = Named(np.full(day.size, -1), ())
    named = {
        "source": _named(visits.source, SOURCE_NAMES),
        "landing": _named(visits.landing, LANDING_NAMES),
        "term": _named(visits.term, TERMS),
        "campaign": nothing,
        "segment": nothing,
        "currency": nothing,
    }
    outcomes = dict.fromkeys(("qualified", "won"), seen)
    hits = {name: ~np.isnan(one) for name, one in outcomes.items()}
    worth = np.full(day.size, np.nan)
    last = START + np.timedelta64(int(DAYS * DAY_US), "us")
    return ReportLeads(np.arange(day.size), since, since, named, hits, outcomes, worth, worth, last)


def _named(codes: I8, names: tuple[str, ...]) -> Named:
    """Codes into sorted names; the empty name is none."""
    levels = tuple(sorted(name for name in names if name))
    place = np.array([levels.index(name) if name else -1 for name in names])
    return Named(place[codes], levels)


def chances(company: Drawn, kind: str, size: int = 60_000) -> F8:
    """The true rate of each source or landing page, by its level in the leads' words."""
    rng = np.random.default_rng(5)
    visits = drawn_visits(company.truth, rng, size)
    odds = BASE + shown_quality(company.truth, visits) + rng.normal(0, company.truth.own_spread, size)
    chance = 1 / (1 + np.exp(-odds))
    codes, names = {
        "source": (visits.source, SOURCE_NAMES),
        "landing": (visits.landing, LANDING_NAMES),
    }[kind]
    column = _named(codes, names)
    return np.bincount(column.codes, chance) / np.bincount(column.codes)


@dataclass(frozen=True)
class Rated:
    """One company's sources or landing pages against the truth."""

    covered: int
    groups: int
    right: int
    claimed: int
    rank: float


def rated(company: Drawn, kind: str) -> Rated:
    """Do the intervals hold the true rates, and are the differences that are claimed the right way round?"""
    clock = fit_clock(company.leads, "qualified")
    every = np.ones(len(company.leads), dtype=bool)
    counts = counted(clock, every, group=company.leads.words[kind].codes)
    fit = pooled(counts, outliers=STAND_APART)
    rates, true = rates_of(counts, fit, clock, above_others(counts, fit)), chances(company, kind)
    covered = sum(one.lo <= rate <= one.hi for one, rate in zip(rates, true, strict=True))  # type: ignore[operator]
    more = (fit.draws[:, None, :] > fit.draws[None, :, :]).mean(axis=2)
    claimed = np.argwhere(more >= 0.95)
    right = sum(true[one] > true[other] for one, other in claimed)
    order = np.argsort(np.argsort(fit.mean)), np.argsort(np.argsort(true))
    return Rated(covered, len(rates), int(right), len(claimed), float(np.corrcoef(*order)[0, 1]))


def ranked_by_chance(seed: int, leads: int) -> bool:
    """Is a company whose sources are all alike told that they differ?"""
    company = drawn(seed, leads, alike=True)
    clock = fit_clock(company.leads, "qualified")
    counts = counted(clock, np.ones(leads, dtype=bool), group=company.leads.words["source"].codes)
    return fit_homogeneity(counts.converted, np.maximum(counts.exposure, counts.converted)).p_value < 0.05


@dataclass(frozen=True)
class Reported:
    """Terms of one company: how many are tested, reported, reported the wrong way, and seen uncorrected."""

    tested: int
    reported: int
    wrong: int
    uncorrected: int
    strong: int
    strong_found: int


def reported_terms(seed: int, leads: int, *, terms: int = 0) -> Reported:
    """The terms of one company that stand after the correction.

    Args:
        seed: of the company.
        leads: how many, two in five with a term.
        terms: so many terms of no effect instead of the planted ones.
    """
    company = drawn(seed, leads)
    words, codes = company.leads.words["term"], company.leads.words["term"].codes
    effect = np.zeros(terms)
    if terms:
        rng = np.random.default_rng([seed, 78])
        share = 1.0 / (1.0 + np.arange(terms)) ** 0.9
        drawn_codes = rng.choice(terms, size=leads, p=share / share.sum())
        codes = np.where(np.isin(company.visits.source, SEARCH), drawn_codes, -1)
    else:
        place = {name: number for number, name in enumerate(TERMS)}
        effect = np.array([company.truth.term[place[name]] for name in words.levels])
        effect -= np.average(effect, weights=np.bincount(codes[codes >= 0], minlength=effect.size))
    clock = fit_clock(company.leads, "qualified")
    counts, base, found = term_discoveries(company.leads, clock, codes >= 0, codes)
    up = counts.converted > base * counts.n * counts.known
    size = counts.n.size
    wrong = found.is_reported & (up != (effect[:size] > 0)) if not terms else found.is_reported
    strong = (np.abs(effect[:size]) >= 0.35) & (counts.n >= 100)
    return Reported(
        int(found.is_tested.sum()),
        int(found.is_reported.sum()),
        int(wrong.sum()),
        int(((found.p_value < 0.05) & found.is_tested).sum()),
        int(strong.sum()),
        int((strong & found.is_reported).sum()),
    )


def chance_looks(seed: int, leads: int, looks: int = 60) -> bool:
    """Is any of sixty behaviours that mean nothing reported as going with more or faster?"""
    company = drawn(seed, leads)
    rng = np.random.default_rng([seed, 79])
    share = rng.uniform(0.02, 0.5, looks)
    made = [
        LookLeads("Content", str(at), np.flatnonzero(rng.random(leads) < share[at])) for at in range(looks)
    ]
    clock = fit_clock(company.leads, "qualified")
    days = (START + np.array([0, 366 * DAY_US], dtype="timedelta64[us]")).astype("datetime64[D]").tolist()
    asked = (ReportQuestion(days[0], days[1]), np.ones(leads, dtype=bool))
    report = content_report(company.leads, clock, ([], made), asked)
    return any(one.more.is_reported or one.faster.is_reported for one in report.contents)


def landing_looks(seed: int, leads: int) -> tuple[float, int, int]:
    """Rank correlation of the landing pages' ratios with what is planted; reported ones, and those right."""
    company = drawn(seed, leads)
    column = company.leads.words["landing"]
    made = [
        LookLeads("Landing", name, np.flatnonzero(column.codes == at))
        for at, name in enumerate(column.levels)
    ]
    planted = np.array([LANDINGS[name][1] for name in column.levels])
    planted = planted - np.average(planted, weights=[LANDINGS[name][0] for name in column.levels])
    clock = fit_clock(company.leads, "qualified")
    days = (START + np.array([0, 366 * DAY_US], dtype="timedelta64[us]")).astype("datetime64[D]").tolist()
    report = content_report(
        company.leads, clock, ([], made), (ReportQuestion(days[0], days[1]), np.ones(leads, dtype=bool))
    )
    ratio = np.array([one.more.ratio or 1.0 for one in report.contents])
    order = np.argsort(np.argsort(ratio)), np.argsort(np.argsort(planted))
    stands = [at for at, one in enumerate(report.contents) if one.more.is_reported]
    right = sum(((report.contents[at].more.raw or 1.0) > 1) == (planted[at] > 0) for at in stands)
    return float(np.corrcoef(*order)[0, 1]), len(stands), right


def forecast_months(seed: int, leads: int) -> tuple[int, int, int, int]:
    """Young cohorts: source and month held, of how many; whole months held, of how many."""
    company = drawn(seed, leads, median=WON_DAYS)
    clock = fit_clock(company.leads, "won", 90)
    made = source_months(company.leads, clock, np.ones(leads, dtype=bool))
    if made is None:
        return 0, 0, 0, 0
    _, cells, forecast = made
    lag = company.later.lag_days["won"]
    month = np.unique(company.leads.since.astype("datetime64[M]"), return_inverse=True)[1]
    source = company.leads.words["source"].codes
    order = np.argsort(-np.bincount(source), kind="stable")
    kind = np.argsort(order)[source]
    pair = month * (kind.max() + 1) + kind
    seen, cell = np.unique(pair, return_inverse=True)
    final = np.bincount(cell, (lag >= 0) & (lag <= 90), len(seen))
    young = cells.waiting[:, :91].sum(axis=1) > 0
    held = (final >= forecast.lo) & (final <= forecast.hi) & young
    months = np.unique(cells.month[young])
    sums = [forecast.drawn[cells.month == one].sum(axis=0) for one in months]
    ends = [(np.floor(np.quantile(one, 0.05)), np.ceil(np.quantile(one, 0.95))) for one in sums]
    true = [final[cells.month == one].sum() for one in months]
    whole = sum(lo <= one <= hi for one, (lo, hi) in zip(true, ends, strict=True))
    return int(held.sum()), int(young.sum()), int(whole), len(months)


def half_time_held(seed: int, leads: int) -> bool:
    """Does the interval of days hold the planted median?"""
    company = drawn(seed, leads)
    one = days_of(fit_clock(company.leads, "qualified"), np.arange(leads))
    return bool(one.lo is not None and one.hi is not None and one.lo <= MEDIAN_DAYS <= one.hi)


def _terms(runs: int, companies: int) -> None:
    print("| leads | runs | any term reported | terms below p .05, uncorrected |\n|---|---|---|---|")
    for leads in (5_000, 20_000):
        found = [reported_terms(seed, leads, terms=500) for seed in range(runs)]
        some = np.mean([one.reported > 0 for one in found])
        plain = np.mean([one.uncorrected for one in found])
        print(f"| {leads:,} | {runs} | {some:.3f} | {plain:.1f} |", flush=True)
    print("\n| leads | companies | tested | reported | wrong way | strong terms found |")
    print("|---|---|---|---|---|---|")
    for leads in (5_000, 20_000, 80_000):
        found = [reported_terms(seed, leads) for seed in range(companies)]
        tested, count, wrong, strong, hit = (
            sum(getattr(one, name) for one in found)
            for name in ("tested", "reported", "wrong", "strong", "strong_found")
        )
        power = f"{hit / strong:.2f} of {strong}" if strong else "none there"
        print(
            f"| {leads:,} | {companies} | {tested / companies:.0f} | {count / companies:.1f} |"
            f" {wrong} of {count} | {power} |",
            flush=True,
        )


def _rates(companies: int) -> None:
    print("\n| what | leads | 90 % interval holds | claims the right way | rank correlation |")
    print("|---|---|---|---|---|")
    for kind in ("source", "landing"):
        for leads in (500, 2_000, 8_000):
            found = [rated(drawn(seed, leads), kind) for seed in range(companies)]
            covered, groups, right, claimed = (
                sum(getattr(one, name) for one in found) for name in ("covered", "groups", "right", "claimed")
            )
            rank = np.mean([one.rank for one in found])
            print(
                f"| {kind} | {leads:,} | {covered / groups:.3f} of {groups:,}"
                f" | {right / max(claimed, 1):.3f} of {claimed:,} | {rank:.2f} |",
                flush=True,
            )
    alike = [ranked_by_chance(seed, 2_000) for seed in range(companies)]
    print(f"\nSources all alike, 2,000 leads: told that they differ in {np.mean(alike):.3f} of {companies}")


def main(companies: int = 200, runs: int = 400) -> None:
    """Print the tables."""
    began = time.process_time()
    _terms(runs, companies // 4)
    _rates(companies)
    looks = [chance_looks(seed, 3_000) for seed in range(4 * companies)]
    print(f"60 behaviours that mean nothing: any reported in {np.mean(looks):.3f} of {len(looks)} companies")
    landings = [landing_looks(seed, 4_000) for seed in range(companies // 2)]
    rank, stands, right = (np.array(one) for one in zip(*landings, strict=True))
    print(
        f"landing pages, 4,000 leads: rank correlation {rank.mean():.2f}; {right.sum()} of {stands.sum()}"
        " reported are the right way"
    )
    held = np.array([forecast_months(seed, 6_000) for seed in range(companies)]).sum(axis=0)
    print(
        f"young cohorts of a source and month: {held[0] / held[1]:.3f} of {held[1]:,} held;"
        f" whole months: {held[2] / held[3]:.3f} of {held[3]}"
    )
    times = [half_time_held(seed, 1_500) for seed in range(companies)]
    print(
        f"days until half qualify, 1,500 leads: {np.mean(times):.3f} of {companies} intervals hold the truth"
    )
    print(f"{time.process_time() - began:.0f} s of processor time")


if __name__ == "__main__":
    main()
