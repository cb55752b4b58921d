"""Lifetime value on planted companies: do intervals hold, are sources ordered rightly, when is a fit stable.

python studies/demand_lifetime.py
"""

from datetime import date

import numpy as np

from quintet.demand.formula.lifetime import fit_subscribers
from quintet.facts.lifetimes import Subscribers
from quintet.kernel.errors import QuintetError
from quintet.simulate.market import SOURCE_NAMES, SOURCES
from quintet.stats import purchases
from quintet.stats.retention import (
    Tenures,
    discounted_months,
    fit_sbg,
    most_likely_sbg,
    sbg_survival,
    tenures,
)

A, B = 0.9, 20.0
CHURN = 0.022
SHARE = np.array([row[0] for row in SOURCES.values()])
FASTER = np.exp([row[2] for row in SOURCES.values()])
AS_OF = date(2026, 9, 30)


def customers(rng: np.random.Generator, size: int) -> Tenures:
    """Customers of a planted beta-geometric, started over the last three years."""
    life = rng.geometric(rng.beta(A, B, size)) - 1
    watched = rng.integers(0, 36, size)
    return tenures(np.minimum(life, watched), life < watched)


def months(size: int, companies: int) -> tuple[float, float, float, float]:
    """Coverage of the 90 % interval of months of revenue, errors of both fits, share without a peak."""
    truth = float(discounted_months(sbg_survival(np.array(A), np.array(B), 36)))
    inside, grid, peak, failed = [], [], [], 0
    for seed in range(companies):
        seen = customers(np.random.default_rng([size, seed]), size)
        drawn = discounted_months(fit_sbg(seen, draws=500).survival(36))
        lo, hi = np.quantile(drawn, [0.05, 0.95])
        inside.append(lo <= truth <= hi)
        grid.append((drawn.mean() - truth) ** 2)
        try:
            found = most_likely_sbg(seen)
        except QuintetError:
            failed += 1
            continue
        likely = sbg_survival(np.array(found.a), np.array(found.b), 36)
        peak.append((float(discounted_months(likely)) - truth) ** 2)
    error = float(np.sqrt(np.mean(peak))) if peak else float("nan")
    return float(np.mean(inside)), float(np.sqrt(np.mean(grid))), error, failed / companies


def sold(rng: np.random.Generator, size: int) -> Subscribers:
    """Customers of the simulated market: sources of planted churn, one price list, watched for two years."""
    source = rng.choice(len(SHARE), size, p=SHARE / SHARE.sum())
    life = rng.geometric(CHURN * FASTER[source]) - 1
    watched = rng.integers(0, 24, size)
    none = np.zeros(size, dtype=np.int64)
    return Subscribers(
        lead_ids=none,
        months=np.minimum(life, watched),
        is_lost=life < watched,
        mrr=100 * np.exp(rng.normal(0, 0.5, size)),
        source=np.array(SOURCE_NAMES)[source],
        segment=np.full(size, ""),
        rep_ids=none,
        monthly=np.full((size, 1), 100.0),
        currency="USD",
        left_out=0,
    )


def source_truth() -> np.ndarray:
    """Value of a customer of each planted source."""
    stays = (1.0 - CHURN * FASTER[:, None]) ** np.arange(37)
    return np.asarray(discounted_months(stays) * 100 * np.exp(0.5**2 / 2))


def sources(size: int, companies: int) -> tuple[float, float, float]:
    """Coverage of the sources' intervals, rank correlation with the truth, and pairs wrongly told apart."""
    truth = dict(zip(SOURCE_NAMES, source_truth(), strict=True))
    inside, ranks, wrong, told = [], [], 0, 0
    for seed in range(companies):
        fit = fit_subscribers(sold(np.random.default_rng([size, seed, 7]), size), AS_OF)
        rows = [one for one in fit.sources if one.customers]
        inside += [one.value.lo <= truth[one.source] <= one.value.hi for one in rows]
        real, found = [truth[one.source] for one in rows], [one.value.estimate for one in rows]
        ranks.append(np.corrcoef(np.argsort(np.argsort(real)), np.argsort(np.argsort(found)))[0, 1])
        for one in rows:
            for other in rows:
                if one.value.lo > other.value.hi:
                    told += 1
                    wrong += truth[one.source] < truth[other.source]
    return float(np.mean(inside)), float(np.mean(ranks)), wrong / max(told, 1)


def shop(rng: np.random.Generator, size: int) -> purchases.Buyers:
    """Customers of CDNOW's published parameters, watched for 26 to 52 weeks."""
    rate, leave = rng.gamma(0.243, 1 / 4.414, size), rng.beta(0.793, 2.426, size)
    watched = rng.uniform(26, 52, size)
    repeats, last = np.zeros(size), np.zeros(size)
    for one in range(size):
        at = rng.exponential(1 / max(rate[one], 1e-12))
        while at <= watched[one]:
            repeats[one], last[one] = repeats[one] + 1, at
            at = at + rng.exponential(1 / rate[one]) if rng.random() >= leave[one] else np.inf
    return purchases.Buyers(repeats, last, watched)


def buyers(size: int, companies: int) -> tuple[float, float, float]:
    """Share of companies without a fit; coverage, and median width over truth, of a year's repeat orders."""
    year = np.array(52.0)
    truth = float(purchases.expected_purchases(year, 0.243, 4.414, 0.793, 2.426))
    least = purchases.MIN_CUSTOMERS, purchases.MIN_REPEATERS
    purchases.MIN_CUSTOMERS, purchases.MIN_REPEATERS = 0, 0
    failed, inside, width = 0, [], []
    for seed in range(companies):
        try:
            fit = purchases.fit_purchases(shop(np.random.default_rng([size, seed]), size))
            drawn = purchases.expected_purchases(year, *fit.draws(500).T)
        except QuintetError:
            drawn = np.array([np.nan])
        if not np.isfinite(drawn).all():
            failed += 1
            continue
        lo, hi = np.quantile(drawn, [0.05, 0.95])
        inside.append(lo <= truth <= hi)
        width.append((hi - lo) / truth)
    purchases.MIN_CUSTOMERS, purchases.MIN_REPEATERS = least
    return failed / companies, float(np.mean(inside or [0])), float(np.median(width or [np.nan]))


def main(companies: int = 200) -> None:
    """Print the three tables."""
    print(f"{companies} companies a row\n")
    print("| customers | interval holds | error, grid | error, likelihood | no peak |")
    print("|---|---|---|---|---|")
    for size in (20, 50, 150, 500, 3000):
        held, grid, peak, failed = months(size, companies)
        print(f"| {size} | {held:.2f} | {grid:.2f} | {peak:.2f} | {failed:.2f} |", flush=True)
    print(
        "\n| customers | source intervals hold | rank correlation | told apart wrongly |\n|---|---|---|---|"
    )
    for size in (100, 500, 2000, 10_000):
        held, rank, wrong = sources(size, companies)
        print(f"| {size} | {held:.2f} | {rank:.2f} | {wrong:.3f} |", flush=True)
    print("\n| buyers | no fit | interval holds | its width / truth |\n|---|---|---|---|")
    for size in (100, 250, 500, 1000, 2500):
        failed, held, width = buyers(size, companies // 4)
        print(f"| {size} | {failed:.2f} | {held:.2f} | {width:.2f} |", flush=True)


if __name__ == "__main__":
    main()
