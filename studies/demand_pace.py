"""Does the pace's 80 % interval hold the month's end in 80 % of months? Days 0, 5, 10 and 20 of the month.

    python studies/demand_pace.py

Leads come in numbers that follow the day of the week and a month's own level; each brings 1 to 20 points,
few of them many. The level strays from month to month by a log-sd of 5, 15 or 30 %; one world grows by
3 % a month.
"""

from datetime import date

import numpy as np

from quintet.stats.pace import F8, I8, PaceForecast, fit_pace, forecast_pace

WEEK = np.array([1.15, 1.25, 1.2, 1.1, 0.9, 0.12, 0.15])
WORKS = np.array([True] * 5 + [False] * 2)
POINTS = np.array([1, 2, 5, 10, 20])
SHARES = np.array([0.4, 0.25, 0.2, 0.1, 0.05])
DAYS = (0, 5, 10, 20)
FIRST = date(2024, 1, 1)


def drawn_world(
    rng: np.random.Generator, months: int, leads_a_day: float, month_sd: float, growth: float = 0.0
) -> tuple[F8, I8, I8]:
    """Points, day of the week and month of every day of some months, each with a level of its own."""
    start = np.datetime64(FIRST, "M") + int(rng.integers(0, 12))
    ends = (start + np.arange(months + 1)).astype("datetime64[D]")
    days = np.arange(ends[0], ends[-1])
    month = np.searchsorted(ends, days, side="right") - 1
    weekday = np.array([day.item().weekday() for day in days])
    level = np.exp(rng.normal(0, month_sd, months) + growth * np.arange(months))
    leads = rng.poisson(leads_a_day * level[month] * WEEK[weekday])
    owner = np.repeat(np.arange(len(days)), leads)
    points = np.bincount(owner, rng.choice(POINTS, len(owner), p=SHARES), minlength=len(days)).astype(float)
    return points, weekday, month


def forecasts(points: F8, weekday: I8, month: I8) -> tuple[float, list[PaceForecast]]:
    """What is promised of the last month on each of the days, and what it came to."""
    last = month.max()
    before, now = month < last, month == last
    fit = fit_pace(points[before], weekday[before], month[before], WORKS)
    weights = np.array(fit.profile)[weekday[now]]
    came = points[now]
    total = came.sum()
    told = [
        forecast_pace(fit, came[:day].sum(), weights[:day].sum(), weights[day:].sum(), target=total)
        for day in DAYS
    ]
    return float(total), told


def coverage(
    months: int, leads_a_day: float, month_sd: float, worlds: int, growth: float = 0.0
) -> tuple[F8, F8]:
    """Share of months within the interval, and its mean width as a share of the total, for each day."""
    held, width = np.zeros(len(DAYS)), np.zeros(len(DAYS))
    for seed in range(worlds):
        rng = np.random.default_rng([months, leads_a_day, int(100 * month_sd), seed])
        total, told = forecasts(*drawn_world(rng, months + 1, leads_a_day, month_sd, growth))
        held += [one.lo <= total <= one.hi for one in told]
        width += [(one.hi - one.lo) / total for one in told]
    return held / worlds, width / worlds


def main(worlds: int = 400) -> None:
    """Print the table."""
    heads = " | ".join(f"day {day}" for day in DAYS)
    print(f"{worlds} months a row\n")
    print(f"| months before | leads a day | month's log-sd | {heads} | width on {DAYS} |")
    print("|---" * (4 + len(DAYS)) + "|")
    for months, leads, spread, growth in (
        (3, 20, 0.15, 0.0),
        (6, 20, 0.15, 0.0),
        (12, 20, 0.15, 0.0),
        (12, 4, 0.15, 0.0),
        (12, 80, 0.15, 0.0),
        (12, 20, 0.05, 0.0),
        (12, 20, 0.30, 0.0),
        (12, 20, 0.15, 0.03),
    ):
        held, width = coverage(months, leads, spread, worlds, growth)
        named = f"{spread:.2f}{', growing 3 % a month' if growth else ''}"
        shown = " | ".join(f"{one:.3f}" for one in held)
        print(f"| {months} | {leads} | {named} | {shown} | {', '.join(f'{one:.0%}' for one in width)} |")


if __name__ == "__main__":
    main()
