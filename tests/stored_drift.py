"""A day of the drift watch as it lies on disk: four customers promised a day, three sources."""

import numpy as np

from quintet.kernel.home import Home
from quintet.loop.drift import Drift, Watch, drift
from quintet.loop.watching import Drifts
from quintet.stats.trials import Input, Watched

FORMULA = "demand.lead_score"


def watched(happened=1.0, mix=(0.5, 0.4, 0.1), *, inputs=True, days=181, seed=0):
    """Four events promised a day, so much of it happening; 400 leads of three sources now, 5,200 before."""
    rng = np.random.default_rng(seed)
    before = rng.multinomial(400, (0.5, 0.4, 0.1), size=13).astype(float)
    now = rng.multinomial(400, mix).astype(float)
    score = Input("the score", ("0 % to 3 %", "3 % to 8 %", "8 % to 100 %"), before, now)
    source = Input("source", ("web", "fair", "webinar"), before, now)
    settled = rng.random(600) < 0.2 * happened
    return Watched(
        inputs=(score, source) if inputs else (),
        days=np.datetime64("2025-10-01") + np.arange(days),
        promised=np.full(days, 4.0),
        happened=rng.poisson(4.0 * happened, days).astype(float),
        doubt=0.05,
        months=np.repeat(["2025-11", "2025-12"], 300) if inputs else np.zeros(0, dtype=np.str_),
        said=rng.uniform(0.1, 0.3, 600) if inputs else np.zeros(0),
        came=settled if inputs else np.zeros(0, dtype=bool),
    )


def seen(day="2026-03-30", version="3f2a", **world) -> Drift:
    """What the watch saw of such a world."""
    return drift(Watch(FORMULA, day, version, "all past", "2025-10-01T00:00:00+00:00"), watched(**world))


def keep_day(home: Home, day="2026-03-30", **world) -> Drift:
    """Keep it where the page looks."""
    told = seen(day, **world)
    Drifts(home, FORMULA).keep(told)
    return told
