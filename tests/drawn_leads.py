"""Leads drawn into a score or out of it, with what became of them: half are worked."""

from datetime import date

import numpy as np

from quintet.demand.terms.worth import Drawn

TODAY = date(2026, 6, 30)
DAY = np.timedelta64(86_400_000_000, "us")
HORIZON = 60


def market(seed, leads):
    """What each lead's chance is, once worked, and what a score says of it."""
    rng = np.random.default_rng(seed)
    chance = np.clip(rng.beta(1.0, 8.0, leads), 0.001, 0.9)
    return rng, chance, np.clip(chance * np.exp(rng.normal(0.0, 0.5, leads)), 0.001, 0.9)


def drawn(seed=1, leads=12_000, share=0.1, oldest=400.0, *, followed=True):
    """Half of the leads are worked: the better half by a score that knows something, or as they come."""
    rng, chance, said = market(seed, leads)
    held = rng.random(leads) < share
    ready = said >= np.median(said)
    at_random = rng.random(leads) < 0.5
    worked = np.where(held, at_random, ready if followed else at_random)
    won = (rng.random(leads) < chance) & worked
    age = np.linspace(oldest, 0.0, leads)
    days = np.where(won, rng.uniform(1.0, 90.0, leads), np.nan)
    return Drawn(
        handed_at=np.datetime64(TODAY, "us") - (age * DAY).astype("timedelta64[us]"),
        observed_days=age,
        won_days=np.where(days <= age, days, np.nan),
        is_worked=worked,
        is_held=held,
        share=np.full(leads, share),
        p=said,
        is_ready=ready.astype(float),
        revenue=np.where(won, 100.0, 0.0),
        currency="USD",
        segment=rng.integers(0, 2, leads),
        segments=("large", "small"),
    )
