"""The audit: counts by group for a decision or a score, so coarse that nobody can be told from them.

A category with fewer than ten people is not shown by itself. All such categories go into one row when they
are ten or more together, else to the unknown: so no difference of two numbers on the page gives one of them
away. In the table of sex by race/ethnicity a race/ethnicity is shown for every sex or for none, for the same
reason.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quintet.hiring.terms.fairness import (
    DIMENSIONS,
    ETHNICITIES,
    FEWEST_SHOWN,
    NOT_HISPANIC,
    SEXES,
    SMALL_SHARE,
    Assessed,
    AuditTable,
    Measure,
    NamedScores,
)
from quintet.stats.adverse_impact import (
    FEWEST_PEOPLE,
    Group,
    Impact,
    impacts,
    scoring_rates,
)

POOLED = "Categories too small to show, together"
#: Days of answers before a pace can be told, and how far ahead it is believed.
_LEAST_DAYS, _MOST_DAYS = 30, 3 * 365
_COMPARED = 2
Told = tuple[Assessed, bool]
#: First and last decision counted; None where there is none.
Days = tuple[date, date] | None


@dataclass(frozen=True)
class _Counted:
    """Groups that may be shown, names of those that may not, and people of no known group."""

    groups: list[Group]
    pooled: tuple[str, ...]
    unknown: int


def audit_decision(people: Sequence[Assessed], days: Days) -> Measure:
    """Who was hired of those decided, by group.

    Args:
        people: decided, in whatever order.
        days: of the first and the last decision, which give the pace.
    """
    told = [(one, one.is_hired) for one in people]
    tables = tuple(_table(key, told, days) for key in DIMENSIONS)
    return Measure("decision", "Hired, of those decided", len(people), None, tables)


def audit_scores(
    scores: NamedScores, people: Sequence[Assessed], days: Days, looks: int = 1
) -> Measure | None:
    """Who scored above the median of everybody, by group; None where nobody of these was scored.

    Args:
        scores: by candidate.
        people: decided.
        days: as for the decision.
        looks: scores that are looked at together.
    """
    scored = [one for one in people if one.candidate_id in scores.of]
    if not scored:
        return None
    rates = scoring_rates([scores.of[one.candidate_id] for one in scored])
    told = list(zip(scored, rates.above, strict=True))
    tables = tuple(_table(key, told, days, looks) for key in DIMENSIONS)
    return Measure(scores.key, scores.label, len(scored), rates.median, tables)


def category_names(dimension: str) -> tuple[str, ...]:
    """Every category of a dimension, in the usual order."""
    races = [label + ("" if key == "hispanic" else NOT_HISPANIC) for key, label in ETHNICITIES.items()]
    if dimension == "sex":
        return tuple(SEXES.values())
    if dimension == "ethnicity":
        return tuple(races)
    return tuple(f"{sex}, {race}" for race in races for sex in SEXES.values())


def _category(dimension: str) -> Callable[[Assessed], str]:
    races = dict(zip(ETHNICITIES, category_names("ethnicity"), strict=True))

    def sex(one: Assessed) -> str:
        return SEXES.get(one.sex, "")

    def race(one: Assessed) -> str:
        return races.get(one.ethnicity, "")

    def both(one: Assessed) -> str:
        return f"{sex(one)}, {race(one)}" if sex(one) and race(one) else ""

    return {"sex": sex, "ethnicity": race, "both": both}[dimension]


def _table(dimension: str, told: Sequence[Told], days: Days, looks: int = 1) -> AuditTable:
    category = _category(dimension)
    people, through = Counter[str](), Counter[str]()
    for one, passed in told:
        people[category(one)] += 1
        through[category(one)] += passed
    names = category_names(dimension)
    shown = [name for name in names if name in _shown(dimension, people, told)]
    pooled = tuple(name for name in names if name not in shown)
    groups = [Group(name, people[name], through[name]) for name in shown]
    small = Group(POOLED, sum(people[name] for name in pooled), sum(through[name] for name in pooled))
    is_shown = small.people >= FEWEST_SHOWN
    unknown = people[""] + (0 if is_shown else small.people)
    counted = _Counted([*groups, small] if is_shown else groups, pooled, unknown)
    return _compared(dimension, counted, days, looks)


def _shown(dimension: str, people: Counter[str], told: Sequence[Told]) -> set[str]:
    """Categories that may be shown by themselves."""
    if dimension != "both":
        return {name for name in people if name and people[name] >= FEWEST_SHOWN}
    seen = Counter(_category("sex")(one) for one, _ in told)
    sexes = [sex for sex in category_names("sex") if seen[sex] >= FEWEST_SHOWN]
    shown: set[str] = set()
    for race in category_names("ethnicity"):
        cells = [f"{sex}, {race}" for sex in sexes]
        if all(people[cell] >= FEWEST_SHOWN for cell in cells):
            shown |= set(cells)
    return shown


def _compared(dimension: str, counted: _Counted, days: Days, looks: int) -> AuditTable:
    groups = counted.groups
    known = sum(one.people for one in groups)
    small = {one.name for one in groups if one.people < SMALL_SHARE * (known + counted.unknown)}
    judged = [one for one in groups if one.name not in small]
    enough = known >= FEWEST_PEOPLE and len(judged) >= _COMPARED
    found = impacts(judged, looks) if enough else tuple(_alone(one) for one in judged)
    ordered = (*found, *(_beside(one, found) for one in groups if one.name in small))
    reason, needs = _silence(known, groups, found if enough else ())
    expected = _expected_on(needs, known, days) if reason else None
    left_out = tuple(sorted(small))
    return AuditTable(dimension, ordered, left_out, counted.pooled, counted.unknown, reason, expected)


def _alone(group: Group) -> Impact:
    return Impact(group, group, None, None, None, 1.0, 0, is_flagged=False)


def _beside(group: Group, found: Iterable[Impact]) -> Impact:
    """A small category with its number and rate, and no ratio."""
    best = next((one.reference for one in found), group)
    return Impact(group, best, None, None, None, 1.0, 0, is_flagged=False)


def _silence(known: int, groups: list[Group], found: tuple[Impact, ...]) -> tuple[str, int]:
    """Why there is no ratio, and how many more people it takes; empty when there is one."""
    if known < FEWEST_PEOPLE:
        missing = FEWEST_PEOPLE - known
        return f"{known} people of a known category are fewer than {FEWEST_PEOPLE}", missing
    if len(groups) < _COMPARED:
        return f"fewer than two categories have {FEWEST_SHOWN} people or more", FEWEST_SHOWN
    if all(one.ratio is None for one in found):
        return "nobody got through yet", 1
    others = [one for one in found if not one.is_reference]
    if others and all(one.needs for one in others):
        least = min(others, key=lambda one: one.needs)
        said = f"of none of the other categories two may be expected to get through: {least.group.name} lacks"
        return f"{said} {least.needs} people", least.needs
    return "", 0


def _expected_on(needs: int, known: int, days: Days) -> date | None:
    """When the people it lacks will have come, at the pace so far; None where no pace can be told."""
    seen = (days[1] - days[0]).days if days else 0
    if not days or not known or seen < _LEAST_DAYS:
        return None
    ahead = needs * seen / known
    return days[1] + timedelta(days=ahead) if ahead < _MOST_DAYS else None
