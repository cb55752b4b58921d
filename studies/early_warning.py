"""Weekly alarms on inputs: how many are false in a year without change, and how soon a drop is found.

    python studies/early_warning.py

Teams of 6 to 12 reps with five weekly counts each (attempts, leads worked, connects, qualifying calls,
demos) whose weekly numbers spread more than chance; each rep is away for five weeks a year. A year of weeks
after the ten months that teach what is usual. The negative control is a weekly chart with limits at two
standard deviations.
"""

import numpy as np

from quintet.stats import alarms
from teams import FloatArray

#: Counts a week and rep, and their variance over mean.
A_WEEK = (60.0, 25.0, 12.0, 7.0, 3.5)
DISPERSION = (2.5, 2.0, 1.5, 1.2, 1.1)
METRICS = ("attempts", "leads worked", "connects", "qualifying calls", "demos")
TAUGHT, WATCHED = alarms.BASELINE_WEEKS + alarms.GAP_WEEKS, 52
AWAY = 5 / 52


def counted(
    rng: np.random.Generator, reps: int, drop: float = 0.0, at: int = 0
) -> tuple[FloatArray, FloatArray]:
    """Counts and working days of every rep and metric, and of the team; shape (M, J + 1, T).

    Args:
        rng: the generator.
        reps: in the team.
        drop: share that the first rep's counts lose, all of them.
        at: from this week of the watched year on.
    """
    weeks = TAUGHT + WATCHED
    days = np.where(
        rng.random((reps, weeks)) < AWAY, 0.0, rng.choice([4.0, 5.0], (reps, weeks), p=(0.1, 0.9))
    )
    level = np.exp(rng.normal(0.0, 0.25, (reps, 1)))
    found = []
    for mean, dispersion in zip(A_WEEK, DISPERSION, strict=True):
        expected = np.repeat(mean / 5 * level, weeks, axis=1) * days
        expected[0, TAUGHT + at :] *= 1.0 - drop
        size = np.maximum(expected, 1e-9) / (dispersion - 1.0)
        found.append(rng.negative_binomial(size, 1.0 / dispersion).astype(float))
    counts = np.stack(found)
    together = np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)
    all_days = np.concatenate([days, days.sum(axis=0, keepdims=True) / reps])
    return together, np.repeat(all_days[None], len(A_WEEK), axis=0)


def alarms_of(counts: FloatArray, days: FloatArray) -> list[alarms.Alarm]:
    """Every alarm of one team, the team's own counts included; streams are metric by metric."""
    limit = alarms.alarm_limit(counts.shape[0] * counts.shape[1])
    found = []
    for metric in range(counts.shape[0]):
        spread = alarms.dispersion_of(counts[metric, :-1], days[metric, :-1])
        z = alarms.weekly_scores(counts[metric], days[metric], spread)
        z[:, :TAUGHT] = np.nan
        made = alarms.drops(z, counts[metric], days[metric], limit)
        found += [(metric, one) for one in made]
    return found


def plain_alarms(counts: FloatArray, days: FloatArray) -> int:
    """Weeks two standard deviations below the average of the weeks that teach."""
    rate = counts[:, :, :TAUGHT].sum(axis=2) / days[:, :, :TAUGHT].sum(axis=2)
    expected = rate[:, :, None] * days[:, :, TAUGHT:]
    low = counts[:, :, TAUGHT:] < expected - 2.0 * np.sqrt(np.maximum(expected, 1e-9))
    return int((low & (expected > 0)).sum())


def quiet_year(teams: int) -> tuple[float, float, float]:
    """False alarms a team and year, share of teams with more than one, and those of the plain chart."""
    made, plain = [], []
    for seed in range(teams):
        rng = np.random.default_rng([1, seed])
        counts, days = counted(rng, int(rng.integers(6, 13)))
        made.append(len(alarms_of(counts, days)))
        plain.append(plain_alarms(counts, days))
    return float(np.mean(made)), float(np.mean(np.array(made) > 1)), float(np.mean(plain))


def dropped(teams: int, drop: float, reps: int = 9) -> tuple[int, float, float]:
    """Weeks stated for the quickest metric, share found by then, and median weeks."""
    at, weeks = 4, []
    limit = alarms.alarm_limit(len(A_WEEK) * (reps + 1))
    stated = min(
        found
        for mean, spread in zip(A_WEEK, DISPERSION, strict=True)
        if (found := alarms.weeks_to_find(drop, mean * (1 - AWAY), spread, limit)) is not None
    )
    for seed in range(teams):
        counts, days = counted(np.random.default_rng([2, seed]), reps, drop, at)
        mine = [one.week - TAUGHT - at for _, one in alarms_of(counts, days) if one.stream == 0]
        weeks.append(min([one for one in mine if one >= 0], default=WATCHED) + 1)
    return stated, float(np.mean(np.array(weeks) <= stated)), float(np.median(weeks))


def main(teams: int = 200) -> None:
    """Print false alarms of a quiet year, and how soon a rep's drop is found."""
    mean, more, plain = quiet_year(teams)
    print(f"{teams} teams, a year without change\n")
    print(
        "| stated false alarms a team and year | found | teams with more than one | plain two-sigma chart |"
    )
    print("|---|---|---|---|")
    print(f"| {alarms.FALSE_ALARMS:g} | {mean:.2f} | {more:.2f} | {plain:.0f} |\n")
    print("| drop of one rep's counts | stated weeks (8 of 10) | found by then | median weeks |")
    print("|---|---|---|---|")
    for drop in (0.25, 0.4, 0.6):
        stated, share, median = dropped(teams, drop)
        print(f"| {drop:.0%} | {stated} | {share:.2f} | {median:.0f} |", flush=True)


if __name__ == "__main__":
    main()
