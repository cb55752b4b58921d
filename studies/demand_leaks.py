"""Does the leak guard find planted leaks, and does it leave honest columns in peace, strong ones included?

    python studies/demand_leaks.py

Each company has ten honest columns and one leak of each kind; five leaks have a name that says nothing.
"""

from collections import Counter
from collections.abc import Callable

import numpy as np

from quintet.demand.formula.leaks.guard import find_leaks
from quintet.demand.terms.examples import Doings, Examples, Numbers, Words
from quintet.demand.terms.leaks import Timing

Rng = np.random.Generator
DAY = np.timedelta64(1, "D")
START = np.datetime64("2025-01-01", "us")
DAYS = 365
#: How far the strongest honest column spreads the leads, in log-odds.
SPREADS = (0.5, 1.0, 1.5)
HONEST = (
    "source", "industry", "company size", "pages seen", "country", "phone given",
    "wanted start", "new form field", "old form field", "strong wish",
)  # fmt: skip


def words(values: np.ndarray, known: np.ndarray | None = None) -> Words:
    """A column of words; empty where not known."""
    levels, codes = np.unique(values.astype(str), return_inverse=True)
    shown = np.ones(len(values), dtype=bool) if known is None else known
    return Words(np.where(shown, codes, -1), tuple(levels.tolist()))


def numbers(values: np.ndarray, known: np.ndarray | None = None) -> Numbers:
    """A column of numbers; empty where not known."""
    return Numbers(values.astype(float) if known is None else np.where(known, values, np.nan))


class World:
    """One company: leads over a year, what they showed, and what became of them."""

    def __init__(self, rng: Rng, leads: int, base: float, spread: float) -> None:
        self.rng, self.leads = rng, leads
        self.age = np.sort(rng.uniform(0, DAYS, leads))[::-1]
        self.handed = START + ((DAYS - self.age) * 86_400_000_000).astype("timedelta64[us]")
        self.honest = self._honest(spread)
        centred = self.quality - self.quality.mean()
        will = rng.random(leads) < 1 / (1 + np.exp(-(np.log(base / (1 - base)) + centred)))
        self.lag = rng.lognormal(np.log(35), 0.6, leads)
        self.closes = will | (rng.random(leads) < 0.7)
        self.closed = self.closes & (self.lag <= self.age)
        self.won = will & self.closed
        self.worked = self.won | (rng.random(leads) < 0.95)

    def _honest(self, spread: float) -> dict[str, Words | Numbers]:
        rng, n = self.rng, self.leads
        source, industry = rng.integers(0, 8, n), rng.integers(0, 20, n)
        size, pages = rng.lognormal(3, 1, n), rng.poisson(4, n)
        wish = rng.integers(0, 5, n)
        given, country = rng.random(n) < 0.7, rng.random(n) < 0.8
        self.quality = (
            rng.normal(0, 0.4, 8)[source] + rng.normal(0, 0.2, 20)[industry] + 0.2 * (np.log(size) - 3)
            + 0.25 * np.log1p(pages) + 0.6 * given + spread * (wish - 2) / np.sqrt(2) + rng.normal(0, 0.3, n)
        )  # fmt: skip
        wanted = self.handed + rng.integers(5, 400, n) * DAY
        return {
            "source": words(source), "industry": words(industry), "company size": numbers(size),
            "pages seen": numbers(pages), "country": words(rng.integers(0, 30, n), country),
            "phone given": words(np.zeros(n), given), "wanted start": words(wanted.astype("datetime64[D]")),
            "new form field": words(rng.integers(0, 3, n), self.age < 90),
            "old form field": words(rng.integers(0, 3, n), self.age > 90),
            "strong wish": words(wish),
        }  # fmt: skip

    def examples(self, fields: dict[str, Words | Numbers]) -> Examples:
        """As the guard gets it."""
        none = np.zeros(0)
        return Examples(
            lead_ids=np.arange(self.leads), handed_at=self.handed, fields=fields,
            doings=Doings(none.astype(int), none.astype(int), none, ()),
            won_days=np.where(self.won, self.lag, np.nan), is_closed=self.closed, is_worked=self.worked,
            observed_days=self.age, until=START + DAYS * DAY,
        )  # fmt: skip


# ---------------------------------------------------------------- leaks: name → how it comes about


def tag(world: World) -> dict[str, Words]:
    """A word chosen when the lead is closed; nine in ten winners get the same."""
    rng, n = world.rng, world.leads
    good = np.where(rng.random(n) < 0.9, 0, rng.integers(1, 6, n))
    said = np.where(world.won, good, rng.integers(1, 6, n))
    known = world.closed & (rng.random(n) < 0.8)
    return {"field 17": words(said, known)}


def rated(world: World) -> dict[str, Words]:
    """The rep's own rating, given to two in three worked leads, better for those that later sign."""
    rng, n = world.rng, world.leads
    said = np.clip(np.round(rng.normal(1 + 0.8 * world.won, 0.8, n)), 0, 3)
    return {"Lead Quality": words(said, world.worked & (rng.random(n) < 0.67))}


def last_activity(world: World) -> dict[str, Words]:
    """What happened last on the lead: a little different for winners."""
    rng, n = world.rng, world.leads
    said = np.where(world.won & (rng.random(n) < 0.3), 6, rng.integers(0, 7, n))
    return {"last_activity": words(said)}


def engine(world: World) -> dict[str, Numbers]:
    """Another engine's score, computed after the fact."""
    return {"Activity Score": numbers(world.rng.normal(10 + 0.7 * world.won, 1.5, world.leads))}


def decided(world: World) -> dict[str, Words]:
    """Filled when a lead is decided, with values that say little in themselves."""
    rng, n = world.rng, world.leads
    known = rng.random(n) < np.where(world.won, 0.95, np.where(world.closed, 0.8, 0.05))
    return {"note 3": words(rng.integers(0, 4, n), known)}


def call(world: World) -> dict[str, Words]:
    """Begin and end of the decisive call, as clock times; with winners one talks longer."""
    rng, n = world.rng, world.leads
    begin = rng.integers(8 * 3600, 17 * 3600, n)
    length = rng.lognormal(np.log(240) + 0.9 * world.won, 0.8, n).astype(int)

    def clock(seconds: np.ndarray) -> np.ndarray:
        return np.array([f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in seconds.tolist()])

    return {"from": words(clock(begin)), "until": words(clock(begin + length))}


def paid(world: World) -> dict[str, Numbers]:
    """What was paid: nothing unless it was sold."""
    value = world.rng.lognormal(5, 1, world.leads)
    return {"volume": numbers(np.where(world.won, value, 0.0))}


def decision_day(world: World) -> dict[str, Words]:
    """The day something last happened to the lead."""
    day = world.handed + np.minimum(world.lag, world.age * 0.98).astype(int) * DAY
    return {"stamp": words(day.astype("datetime64[D]"), world.worked)}


LEAKS: dict[str, Callable[[World], dict[str, Words] | dict[str, Numbers]]] = {
    "tag at closing, name says nothing": tag,
    "rep's rating": rated,
    "last activity": last_activity,
    "another engine's score": engine,
    "filled when decided, name says nothing": decided,
    "clock times of a call, names say nothing": call,
    "paid amount, name says nothing": paid,
    "day of the last event, name says nothing": decision_day,
}


def tried(leads: int, companies: int, base: float = 0.15) -> tuple[Counter[str], Counter[str], float]:
    """Share of companies in which each leak is found, and each honest column left out.

    Returns:
        Leak → share found; honest column → share left out by mistake; share of all honest columns left out.
    """
    found: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for seed in range(companies):
        world = World(np.random.default_rng([leads, seed]), leads, base, SPREADS[seed % len(SPREADS)])
        planted = {kind: make(world) for kind, make in LEAKS.items()}
        every = world.honest | {name: field for some in planted.values() for name, field in some.items()}
        late = {"late column": Timing(leads // 2, leads // 5, leads // 20, 0)}
        out = find_leaks(world.examples(every), late).names_left_out
        found.update(kind for kind, some in planted.items() if set(some) <= out)
        alone = find_leaks(world.examples(world.honest)).names_left_out
        wrong.update((out | alone) & set(HONEST))
    share = sum(wrong.values()) / (companies * len(HONEST))
    return _shares(found, companies), _shares(wrong, companies), share


def _shares(counts: Counter[str], companies: int) -> Counter[str]:
    return Counter({name: count / companies for name, count in counts.items()})  # type: ignore[misc]


def main(companies: int = 60) -> None:
    """Print what is found, then false alarms."""
    sizes = (300, 1000, 10_000)
    results = {(size, base): tried(size, companies, base) for size in sizes for base in (0.05, 0.15, 0.4)}
    heads = [f"{size:,} leads, {base:.0%} won" for size, base in results]
    print(f"{companies} companies a column\n")
    print("| leak | " + " | ".join(heads) + " |\n|---" * 1 + "|---" * len(heads) + "|")
    for kind in LEAKS:
        print(f"| {kind} | " + " | ".join(f"{found[kind]:.2f}" for found, _, _ in results.values()) + " |")
    shares = [sum(found.values()) / len(LEAKS) for found, _, _ in results.values()]
    print("| **all kinds** | " + " | ".join(f"**{share:.2f}**" for share in shares) + " |")
    for name in HONEST:
        row = [wrong[name] for _, wrong, _ in results.values()]
        if any(row):
            print(f"| honest: {name}, left out | " + " | ".join(f"{value:.2f}" for value in row) + " |")
    print(
        "| **honest columns left out** | " + " | ".join(f"**{s:.3f}**" for _, _, s in results.values()) + " |"
    )


if __name__ == "__main__":
    main()
