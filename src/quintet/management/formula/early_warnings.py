"""Early warnings: whose weekly inputs have dropped, with false alarms held to a stated number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quintet.management.terms.targets import METRICS, EarlyWarning, Watch, Weekly
from quintet.stats import alarms

FloatArray = NDArray[np.float64]

#: Found within so many weeks is stated for a drop of this share.
DROP = 0.4
#: A week has so many working days; where nothing at all was done, the person was away.
WORKING_DAYS = 5.0
#: Fewer whole weeks, and nothing is watched.
LEAST = alarms.LEAST_WEEKS + alarms.GAP_WEEKS + 1


def watch(weekly: Weekly, teams: Mapping[str, Sequence[int]], names: Mapping[int, str]) -> Watch:
    """Every drop of an input in the last year, of each rep and of each team together.

    Args:
        weekly: `metrics.targets.weekly`.
        teams: team → its reps; nobody is in two.
        names: rep_id → name.

    Source: docs/formulas/targets.md#early-warnings
    """
    bare = Watch(weekly.weeks, weekly.day(weekly.weeks - 1), alarms.FALSE_ALARMS, {})
    used = [metric for metric in METRICS if weekly.counts[metric].any()]
    if weekly.weeks < LEAST or not used:
        return replace(bare, reason=_why_not(weekly, used))
    days = _days(weekly)
    spread = {metric: alarms.dispersion_of(weekly.counts[metric], days) for metric in used}
    found = [
        warning
        for team, members in teams.items()
        for warning in _team_warnings(_Team(team, _rows(weekly, members), used, spread), weekly, days, names)
    ]
    newest = tuple(sorted(found, key=lambda one: (one.found, one.since), reverse=True))
    return replace(bare, finds=_finds(weekly, days, spread, teams), warnings=newest)


@dataclass(frozen=True, eq=False)
class _Team:
    name: str
    rows: NDArray[np.int64]
    metrics: Sequence[str]
    spread: Mapping[str, float]

    @property
    def limit(self) -> float:
        """Of each of its counts, its own together included."""
        return alarms.alarm_limit((self.rows.size + 1) * len(self.metrics))


def _why_not(weekly: Weekly, used: list[str]) -> str:
    if not used:
        return "no attempts and no stages with a day are recorded, so there is nothing to watch week by week"
    return f"{weekly.weeks} whole weeks of data: {LEAST} teach what is usual"


def _days(weekly: Weekly) -> FloatArray:
    done = sum(weekly.counts[metric] for metric in METRICS)
    return np.where(np.asarray(done) > 0, WORKING_DAYS, 0.0)


def _rows(weekly: Weekly, members: Sequence[int]) -> NDArray[np.int64]:
    places = {rep: at for at, rep in enumerate(weekly.rep_ids)}
    return np.array([places[rep] for rep in members if rep in places], dtype=np.int64)


def _team_warnings(
    team: _Team, weekly: Weekly, days: FloatArray, names: Mapping[int, str]
) -> list[EarlyWarning]:
    if not team.rows.size:
        return []
    found = []
    mine = days[team.rows]
    every_day = np.vstack([mine, mine.sum(axis=0)])
    for metric in team.metrics:
        counts = weekly.counts[metric][team.rows]
        both = np.vstack([counts, counts.sum(axis=0)])
        scores = alarms.weekly_scores(both, every_day, team.spread[metric])
        last_year = max(0, weekly.weeks - alarms.WEEKS_A_YEAR)
        scores[:, :last_year] = np.nan
        found += [
            _warning(team, metric, one, weekly, names)
            for one in alarms.drops(scores, both, every_day, team.limit)
        ]
    return found


def _warning(
    team: _Team, metric: str, one: alarms.Alarm, weekly: Weekly, names: Mapping[int, str]
) -> EarlyWarning:
    is_team = one.stream == team.rows.size
    rows = team.rows if is_team else team.rows[[one.stream]]
    rep_id = None if is_team else weekly.rep_ids[int(rows[0])]
    people = float(rows.size)
    each = WORKING_DAYS * (people if is_team else 1.0)
    return EarlyWarning(
        team=team.name,
        rep_id=rep_id,
        name=team.name if rep_id is None else names.get(rep_id, f"rep {rep_id}"),
        metric=metric,
        since=weekly.day(one.since),
        found=weekly.day(one.week),
        expected=one.expected * each,
        seen=one.seen * each,
        revenue=_revenue(weekly.mrr[rows].sum(axis=0), one),
    )


def _revenue(mrr: FloatArray, one: alarms.Alarm) -> float | None:
    """Signed a week since the drop, over the weeks before it."""
    before = mrr[max(0, one.since - alarms.BASELINE_WEEKS) : one.since]
    usual = float(before.mean()) if before.size else 0.0
    return float(mrr[one.since : one.week + 1].mean()) / usual if usual > 0 else None


def _finds(
    weekly: Weekly, days: FloatArray, spread: Mapping[str, float], teams: Mapping[str, Sequence[int]]
) -> dict[str, int]:
    """Weeks in which a drop of a median rep is found, by metric, in a team of median size."""
    size = float(np.median([len(members) for members in teams.values()])) if teams else 1.0
    limit = alarms.alarm_limit(max(1, round((size + 1) * len(spread))))
    found = {}
    for metric, dispersion in spread.items():
        there = days.sum(axis=1) > 0
        a_week = weekly.counts[metric][there].sum(axis=1) / (days[there].sum(axis=1) / WORKING_DAYS)
        weeks = alarms.weeks_to_find(
            DROP, float(np.median(a_week)) if a_week.size else 0.0, dispersion, limit
        )
        if weeks is not None:
            found[metric] = weeks
    return found
