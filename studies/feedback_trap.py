"""The feedback trap: a score decides who is worked, what is worked refits the score, and what that hides.

python studies/feedback_trap.py
"""

from dataclasses import dataclass, replace

import numpy as np

from quintet.demand.formula.score.exploration import work_weights
from quintet.demand.terms.examples import Doings, Examples, Routed
from quintet.simulate.lead_worths import BASE_LOGIT
from quintet.simulate.market import LANDING_NAMES, SOURCE_NAMES, MarketTruth, drawn_visits, market_truth
from quintet.simulate.spec import CompanySpec
from quintet.stats.holdout import HoldoutFit, fit_holdout
from quintet.stats.logistic import Blocks, LogisticFit, fit_logistic
from quintet.stats.propensity import LEAST_EFFECTIVE
from quintet.stats.sequential import fit_sequential

PERIODS, CHANGE, LEADS, WORKED = 10, 5, 1000, 0.4
PAGES = (2, 3, 5)
SIZES, CHAINS = (len(SOURCE_NAMES), len(LANDING_NAMES), len(PAGES) + 1, 2), (0, 0, len(PAGES) + 1, 0)
#: How a policy learns: from worked leads, weighted as the product does; by the whole of their chance; as they
#: are; or with those nobody worked called lost.
WEIGHTED, WHOLE, PLAIN, LOST = "weighted", "whole", "plain", "lost"


@dataclass(frozen=True, eq=False)
class Leads:
    """Leads of all periods: codes, chance to buy once worked, would buy, period."""

    codes: np.ndarray
    chance: np.ndarray
    buys: np.ndarray
    period: np.ndarray
    shown: np.ndarray


@dataclass(frozen=True, eq=False)
class Path:
    """What one policy did over the periods: arm, worked, would be worked by score, score at the draw."""

    held: np.ndarray
    worked: np.ndarray
    ruled: np.ndarray
    said: np.ndarray
    caught: np.ndarray
    share: float


def market(seed: int, *, swaps: bool, shows: int = 4) -> Leads:
    """A simulated market; where it swaps, the best source becomes the worst at period 5, and so on.

    Leads show source, landing, pages seen and whether pricing was: the first so many of them.
    """
    truth = market_truth(CompanySpec(reps=4, quarters=1, seed=seed))
    rng = np.random.default_rng([seed, 90])
    parts = []
    for period in range(PERIODS):
        now = _swapped(truth) if swaps and period >= CHANGE else truth
        visits = drawn_visits(now, rng, LEADS)
        codes = np.stack(
            [visits.source, visits.landing, np.searchsorted(PAGES, visits.pages), visits.pricing], axis=1
        )
        told = (
            now.source[visits.source],
            now.landing[visits.landing],
            now.pages * np.log1p(visits.pages),
            now.pricing * visits.pricing,
        )
        shown = np.sum(told[:shows], axis=0)
        parts.append(
            (codes[:, :shows].astype(np.int16), 1.0 / (1.0 + np.exp(-(visits.quality + BASE_LOGIT))), shown)
        )
    codes, chance, shown = (np.concatenate(one) for one in zip(*parts, strict=True))
    period = np.repeat(np.arange(PERIODS), LEADS)
    return Leads(codes, chance, rng.random(len(chance)) < chance, period, shown)


def _swapped(truth: MarketTruth) -> MarketTruth:
    order = np.argsort(truth.source)
    source = truth.source.copy()
    source[order] = truth.source[order[::-1]]
    return replace(truth, source=source)


def lived(leads: Leads, share: float, learns: str, seed: int) -> Path:
    """Each period: score, draw, work what there is capacity for, and refit on what came of it.

    The first period has no score: leads are worked as they come.
    """
    rng = np.random.default_rng([seed, 91])
    count = len(leads.chance)
    held, worked, ruled = np.zeros(count, bool), np.zeros(count, bool), np.zeros(count, bool)
    said, caught = np.full(count, np.nan), np.zeros(PERIODS)
    for period in range(PERIODS):
        now = np.flatnonzero(leads.period == period)
        if period == 0:
            worked[now[: int(WORKED * LEADS)]] = True
            continue
        score = np.zeros(count)
        score[now] = chances(
            fitted(leads, Path(held, worked, ruled, said, caught, share), period, learns), leads, now
        )
        said[now] = score[now]
        held[now] = rng.random(len(now)) < share
        scored, out = now[~held[now]], now[held[now]]
        line = np.sort(score[scored])[::-1][int(WORKED * len(scored)) - 1]
        ruled[now] = score[now] >= line
        worked[scored] = ruled[scored]
        worked[out[: round(WORKED * len(out))]] = True
        caught[period] = leads.chance[now[ruled[now]]].sum() / _best(leads, now, int(ruled[now].sum()))
    return Path(held, worked, ruled, said, caught, share)


def _best(leads: Leads, now: np.ndarray, most: int) -> float:
    """Customers that as many leads bring when they are chosen by the planted quality of what they show."""
    return float(leads.chance[now[np.argsort(-leads.shown[now])[:most]]].sum())


def fitted(leads: Leads, path: Path, until: int, learns: str) -> tuple[LogisticFit, Blocks]:
    """A fit on the periods before `until`, as a policy learns; levels are taken to differ by .5 log-odds."""
    blocks = Blocks(SIZES[: leads.codes.shape[1]], CHAINS[: leads.codes.shape[1]])
    even = np.full(len(blocks.sizes), 0.5)
    start = LogisticFit(-2.0, np.zeros(blocks.width), np.zeros((0, 0)), even)
    past = leads.period < until
    rows = np.flatnonzero(past if learns == LOST else past & path.worked)
    won = (leads.buys & path.worked)[rows].astype(float)
    weight = _weights(leads, path, past, learns)
    return fit_logistic(leads.codes[rows], blocks, won, weight=weight, start=start), blocks


def _weights(leads: Leads, path: Path, past: np.ndarray, learns: str) -> np.ndarray | None:
    if learns not in {WEIGHTED, WHOLE}:
        return None
    least = 0.0 if learns == WHOLE else LEAST_EFFECTIVE
    counted = work_weights(_examples(leads, path, past), path.worked[past], least=least)
    return None if counted is None else counted.weight[path.worked[past]]


def chances(fit: tuple[LogisticFit, Blocks], leads: Leads, rows: np.ndarray) -> np.ndarray:
    """What a fit says of these leads."""
    return 1.0 / (1.0 + np.exp(-fit[0].log_odds(leads.codes[rows], fit[1])))


def _examples(leads: Leads, path: Path, past: np.ndarray) -> Examples:
    count = int(past.sum())
    until = np.datetime64("2026-01-01", "us")
    none = np.zeros(0, np.int64)
    drawn = ~np.isnan(path.said[past])
    return Examples(
        lead_ids=np.arange(count),
        handed_at=np.full(count, until - np.timedelta64(400, "D")),
        fields={},
        doings=Doings(none, none, np.zeros(0), ()),
        won_days=np.where((leads.buys & path.worked)[past], 1.0, np.nan),
        is_closed=path.worked[past],
        is_worked=path.worked[past],
        observed_days=np.full(count, 400.0),
        until=until,
        routed=Routed(np.where(drawn, path.share, np.nan), path.held[past], path.said[past])
        if drawn.any()
        else None,
    )


@dataclass(frozen=True)
class Estimates:
    """Of one run, customers per lead by score minus as they come: the truth, and what four ways say."""

    truth: float
    holdout: HoldoutFit
    lost: float
    unexplored: float
    before_after: float


def estimates(leads: Leads, path: Path) -> Estimates:
    """All on the same leads, with the same outcomes."""
    drawn = leads.period > 0
    rows = np.flatnonzero(drawn)
    gain = path.ruled[drawn] - WORKED
    brought = (leads.buys & path.worked).astype(float)
    alone = replace(path, worked=path.worked & ~path.held)
    promised = {
        name: float(np.mean(chances(fitted(leads, one, PERIODS, learns), leads, rows) * gain))
        for name, one, learns in (("lost", path, LOST), ("alone", alone, PLAIN))
    }
    return Estimates(
        truth=float(np.mean(leads.chance[drawn] * gain)),
        holdout=fit_holdout(
            brought[drawn], path.held[drawn], np.full(int(drawn.sum()), path.share), path.said[drawn]
        ),
        lost=promised["lost"],
        unexplored=promised["alone"],
        before_after=float(brought[drawn & ~path.held].mean() - brought[~drawn].mean()),
    )


def small(leads: int, base: float, share: float, seed: int) -> tuple[HoldoutFit, float]:
    """One small hold-out: half of the leads worked, by a noisy score or as they come; and the truth."""
    rng = np.random.default_rng([seed, 92])
    ease = rng.normal(size=leads)
    odds = np.log(base / (1.0 - base)) - 0.5
    chance = 1.0 / (1.0 + np.exp(-(odds + ease)))
    said = 1.0 / (1.0 + np.exp(-(odds + 0.8 * ease + rng.normal(0.0, 0.4, leads))))
    held, ruled = rng.random(leads) < share, said >= np.median(said)
    worked = np.where(held, rng.random(leads) < 0.5, ruled)
    won = (rng.random(leads) < chance) & worked
    return fit_holdout(won, held, np.full(leads, share), said), float(np.mean(chance * (ruled - 0.5)))


def looked(weekly: int, rate: float, share: float, seed: int) -> tuple[bool, bool]:
    """A year of weekly looks at a score worth nothing: was a difference ever shown?

    By the interval for one look, and by the one for all looks.
    """
    rng = np.random.default_rng([seed, 93])
    count = 52 * weekly
    held, won = rng.random(count) < share, rng.random(count) < rate
    plain = False
    for week in range(10, 53):
        now = slice(0, week * weekly)
        if held[now].sum() >= 100 and not plain:
            found = fit_holdout(won[now], held[now], np.full(week * weekly, share))
            plain = found.lo > 0 or found.hi < 0
    week = np.repeat(np.arange(52), weekly)
    counts = [
        np.bincount(week, one, minlength=52) for one in (held * 1.0, held & won, ~held * 1.0, ~held & won)
    ]
    return plain, fit_sequential(*counts, base_rate=rate).is_decided


def worths(runs: int, *, swaps: bool, share: float = 0.05, shows: int = 4) -> list[Estimates]:
    """So many companies, each over its ten periods."""
    told = []
    for seed in range(runs):
        leads = market(seed, swaps=swaps, shows=shows)
        told.append(estimates(leads, lived(leads, share, WEIGHTED, seed)))
    return told


def learning(runs: int, share: float, learns: str, *, shows: int) -> np.ndarray:
    """[periods] mean share of what could be caught, in a market that swaps at period 5."""
    paths = (lived(market(seed, swaps=True, shows=shows), share, learns, seed) for seed in range(runs))
    return np.mean([path.caught for path in paths], axis=0)


def _print_worths(runs: int) -> None:
    print(
        "| market | shown | held out | truth | hold-out, bias | covered | width"
        " | unworked lost | unexplored | before |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for swaps, shows, share in (
        (False, 4, 0.05),
        (True, 4, 0.05),
        (True, 4, 0.1),
        (False, 1, 0.05),
        (True, 1, 0.05),
    ):
        told = worths(runs, swaps=swaps, share=share, shows=shows)
        truth = np.array([one.truth for one in told])
        inside = np.mean([one.holdout.lo <= one.truth <= one.holdout.hi for one in told])
        width = 100 * np.mean([one.holdout.hi - one.holdout.lo for one in told])
        ways = [
            100 * (np.array([way(one) for one in told]) - truth)
            for way in (
                lambda one: one.holdout.estimate, lambda one: one.lost,
                lambda one: one.unexplored, lambda one: one.before_after,
            )
        ]  # fmt: skip
        said = [f"{one.mean():+.2f} ± {one.std() / np.sqrt(len(one)):.2f}" for one in ways]
        print(
            f"| {'swaps' if swaps else 'steady'} | {'all' if shows > 1 else 'source'} | {share:.0%} |"
            f" {100 * truth.mean():.2f} | {said[0]} | {inside:.3f} | {width:.2f} | {' | '.join(said[1:])} |"
        )


def _print_learning(runs: int) -> None:
    print("\n| how it learns | held out | shown | before the change | at the change | 5 periods after |")
    print("|---|---|---|---|---|---|")
    ways = ((PLAIN, 0.0), (LOST, 0.0), (PLAIN, 0.05), (WEIGHTED, 0.05), (WEIGHTED, 0.1), (WHOLE, 0.05))
    for shows in (4, 1):
        for learns, share in ways:
            caught = learning(runs, share, learns, shows=shows)
            told = " | ".join(f"{caught[at]:.3f}" for at in (CHANGE - 1, CHANGE, PERIODS - 1))
            print(f"| {learns} | {share:.0%} | {'all' if shows > 1 else 'source'} | {told} |")


def _print_small(runs: int) -> None:
    print("\n| leads | held out | customers a lead worked | covered | width | bias |")
    print("|---|---|---|---|---|---|")
    for leads in (1000, 4000, 10_000):
        for base in (0.02, 0.06, 0.15):
            told = [small(leads, base, 0.05, seed) for seed in range(runs)]
            inside = np.mean([found.lo <= truth <= found.hi for found, truth in told])
            width = 100 * np.mean([found.hi - found.lo for found, _ in told])
            bias = 100 * np.mean([found.estimate - truth for found, truth in told])
            print(f"| {leads} | 5% | {base} | {inside:.3f} | {width:.2f} | {bias:+.3f} |")


def _print_looks(runs: int) -> None:
    print("\n| leads a week | one look's interval, looked at weekly | for all looks |")
    print("|---|---|---|")
    for weekly in (100, 400):
        told = np.mean([looked(weekly, 0.04, 0.05, seed) for seed in range(runs)], axis=0)
        print(f"| {weekly} | {told[0]:.3f} | {told[1]:.3f} |")


def main() -> None:
    """Print the tables."""
    _print_worths(250)
    _print_learning(30)
    _print_small(600)
    _print_looks(100)


if __name__ == "__main__":
    main()
