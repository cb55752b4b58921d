"""The room's read-only questions, scoped to who asks: pages, command line and API call these and no more."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from quintet.calendar.fiscal import FiscalCalendar
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.management import records as rows_of
from quintet.management.formula.funnel import FunnelFit, fit_funnel
from quintet.management.formula.onion import peel
from quintet.management.metrics import choices as lists
from quintet.management.metrics.inputs import (
    CompanyInputs,
    FunnelInputs,
    read_company,
    read_funnel,
    read_onion,
    read_work,
)
from quintet.management.periods import DEFAULT, PeriodChoice, period_choices, span_of
from quintet.management.terms.funnel import FunnelQuestion, Onion, RepFunnel, Step, TeamFunnel

Answer = TypeVar("Answer")

EVERYBODY = ""
MY_TEAM = "mine"
#: With more reps than this the page opens on one team instead of everybody, and everybody takes pages.
FEW_REPS = 40
#: Answers kept, and reps in all of them together: a rep takes some 40 kB.
_REMEMBERED = 128
_REPS_REMEMBERED = 10_000


@dataclass(frozen=True)
class Filters:
    """What the reader picked, as the address writes it; empty means all."""

    team: str | None = None
    period: str = DEFAULT
    segment: str = ""
    source: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in a query string."""
        return cls(
            team=query.get("team"),
            period=query.get("period") or DEFAULT,
            segment=query.get("segment", ""),
            source=query.get("source", ""),
        )

    @property
    def query(self) -> dict[str, str]:
        """The query string of these filters, without what is not filtered."""
        named = {"period": self.period, "segment": self.segment, "source": self.source}
        picked = {name: value for name, value in named.items() if value}
        return picked if self.team is None else {"team": self.team, **picked}


@dataclass(frozen=True)
class Choices:
    """What a reader may pick from.

    Args:
        teams: value and label of each.
        periods: newest first.
        segments: every segment a lead has.
        sources: every source a lead has.
    """

    teams: tuple[tuple[str, str], ...]
    periods: tuple[PeriodChoice, ...]
    segments: tuple[str, ...]
    sources: tuple[str, ...]


def choices(facts: Facts, scope: Scope, calendar: FiscalCalendar | None = None) -> Choices:
    """The teams, periods, segments and sources this reader may pick from."""
    as_of, offered = _newest_day(facts), _lists(facts)
    teams = _teams(facts, scope)
    return Choices(
        teams=(*_own_teams(scope), *((name, name) for name in teams)),
        periods=period_choices(offered.first_day, as_of, calendar or FiscalCalendar()),
        segments=offered.segments,
        sources=offered.sources,
    )


def question(
    facts: Facts, scope: Scope, filters: Filters, calendar: FiscalCalendar | None = None
) -> FunnelQuestion:
    """What the filters ask, for this reader.

    Raises:
        BadInput: when the team or the period does not exist, or the team is not the reader's to see.
        NotEnoughData: when no row of the facts has a date.
    """
    start, end = span_of(filters.period, _newest_day(facts), calendar or FiscalCalendar())
    return FunnelQuestion(
        start=start,
        end=end,
        rep_ids=_members(facts, scope, filters.team),
        segment=filters.segment or None,
        source=filters.source or None,
    )


@dataclass(frozen=True)
class RepsShown:
    """Which reps one page of the funnel shows: a screen holds forty, and a company may have thousands.

    Args:
        rep_ids: theirs; those who stand out come first over all pages.
        number: of the page, from 1.
        pages: how many there are.
        reps: how many reps there are on all of them.
    """

    rep_ids: frozenset[int]
    number: int
    pages: int
    reps: int


def reps_shown(facts: Facts, scope: Scope, asked: FunnelQuestion, number: int = 1) -> RepsShown:
    """One page of the reps of a funnel the reader may see; those who stand out come first."""
    return page_of([rep for rep in _remembered(facts, asked).fit.in_order if scope.sees(rep)], number)


def in_order(facts: Facts, asked: FunnelQuestion) -> tuple[int, ...]:
    """The reps of a funnel, those who stand out first; whoever asks shows those its reader may see."""
    return _remembered(facts, asked).fit.in_order


def page_of(reps: Sequence[int], number: int) -> RepsShown:
    """One page of reps in their order; the last one where there are fewer pages."""
    pages = max(1, -(-len(reps) // FEW_REPS))
    number = min(max(number, 1), pages)
    return RepsShown(frozenset(reps[(number - 1) * FEW_REPS : number * FEW_REPS]), number, pages, len(reps))


def funnel(
    facts: Facts, scope: Scope, asked: FunnelQuestion, shown: frozenset[int] | None = None
) -> TeamFunnel:
    """The team's funnel, with the rows of those reps the reader may see; of those shown, where told.

    Rates are pooled over the whole team asked about, so a rep is compared with his real peers; the
    peers' own rows are left out where they are not the reader's to see.
    """
    fit = _remembered(facts, asked).fit
    return fit.funnel({rep for rep in fit.rep_ids if scope.sees(rep) and (shown is None or rep in shown)})


def rep_funnel(
    facts: Facts, scope: Scope, asked: FunnelQuestion, rep_id: int
) -> tuple[TeamFunnel, RepFunnel]:
    """One rep's funnel, and the team's it is compared with, his row alone.

    Raises:
        BadInput: when there is no such rep in the period, or it is not the reader's to see.
    """
    team = funnel(facts, scope, asked, frozenset({rep_id}))
    if not team.reps:
        msg = f"rep {rep_id} has nothing in this period or is not yours to see: choose one on the funnel page"
        raise BadInput(msg)
    return team, team.reps[0]


def onion(facts: Facts, scope: Scope, asked: FunnelQuestion, rep_id: int, step: Step) -> Onion:
    """One rate of one rep opened into its parts."""
    rep_funnel(facts, scope, asked, rep_id)
    known = _remembered(facts, asked)

    def answer() -> Onion:
        work = kept(facts, "work", lambda: read_work(facts))
        return peel(read_onion(facts, known.inputs, work), rep_id, step)

    return kept(facts, (asked, rep_id, step), answer)


def records(
    facts: Facts, scope: Scope, asked: FunnelQuestion, selection: rows_of.Selection
) -> list[dict[str, Any]]:
    """The records behind one number, newest first; of those reps the reader may see.

    A hand-over is the reader's to see where one of the two is; then its leads are, too.

    Raises:
        BadInput: when the number is that of a rep who is not the reader's to see.
    """
    if selection.people and not any(map(scope.sees, selection.people)):
        msg = f"the records of rep {selection.rep_id} are not yours to see: open a number of your own team"
        raise BadInput(msg)
    found = rows_of.records(facts, asked, selection)
    if selection.closer_id is not None:
        return found
    return [row for row in found if scope.sees(row["rep_id"])]


@dataclass(frozen=True)
class _Remembered:
    inputs: FunnelInputs
    fit: FunnelFit


@dataclass(frozen=True)
class _Lists:
    first_day: date
    teams: dict[str, frozenset[int]]
    segments: tuple[str, ...]
    sources: tuple[str, ...]


_memory: OrderedDict[tuple[object, ...], object] = OrderedDict()
_memory_lock = Lock()
_being_asked: dict[tuple[object, ...], Lock] = {}


def kept(facts: Facts, asked: object, answer: Callable[[], Answer]) -> Answer:
    """An answer computed once: facts never change within a version, so neither does the answer.

    Who asks while another thread computes the same waits for it.
    """
    key = (facts.manifest.text(), asked)
    with _memory_lock:
        if key in _memory:
            _memory.move_to_end(key)
            return cast("Answer", _memory[key])
        lock = _being_asked.setdefault(key, Lock())
    with lock:
        with _memory_lock:
            if key in _memory:
                return cast("Answer", _memory[key])
        return _remembering(key, answer)


def _remembering(key: tuple[object, ...], answer: Callable[[], Answer]) -> Answer:
    try:
        found = answer()
        with _memory_lock:
            _memory[key] = found
            while len(_memory) > 1 and (len(_memory) > _REMEMBERED or _reps_kept() > _REPS_REMEMBERED):
                _memory.popitem(last=False)
        return found
    finally:
        with _memory_lock:
            _being_asked.pop(key, None)


def _reps_kept() -> int:
    return sum(len(one.fit.rep_ids) for one in _memory.values() if isinstance(one, _Remembered))


def _remembered(facts: Facts, asked: FunnelQuestion) -> _Remembered:
    """The input and the fit of a question."""

    def answer() -> _Remembered:
        inputs = read_funnel(facts, asked, company(facts))
        return _Remembered(inputs, fit_funnel(inputs))

    return kept(facts, asked, answer)


def team_members(facts: Facts) -> dict[str, frozenset[int]]:
    """Every team and who is in it now."""
    return _lists(facts).teams


def team_rates(
    facts: Facts, asked: FunnelQuestion
) -> tuple[tuple[str, ...], dict[tuple[str, str], NDArray[np.float64]]]:
    """The recorded stages, and draws of the mean rate of such reps at each step that is not silent."""
    fit = _remembered(facts, asked).fit
    spoken = {
        (one.step.earlier, one.step.later): one.pooled.team_draws
        for one in fit.steps
        if one.step.is_next and one.pooled is not None
    }
    return fit.inputs.stages, spoken


def names(facts: Facts) -> dict[int, str]:
    """How each rep is called."""
    return company(facts).names


def company(facts: Facts) -> CompanyInputs:
    """What is the same for every question of the version."""
    return kept(facts, "company", lambda: read_company(facts))


def _lists(facts: Facts) -> _Lists:
    """What can be picked."""
    return kept(
        facts,
        "lists",
        lambda: _Lists(
            lists.first_day(facts),
            lists.teams(facts),
            lists.values_of(facts, "segment"),
            lists.values_of(facts, "source"),
        ),
    )


def _newest_day(facts: Facts) -> date:
    if facts.as_of is None:
        msg = "no row has a date, so no period can be shown: map a date column"
        raise NotEnoughData(msg, unit="dated rows")
    return facts.as_of.date()


def _own_teams(scope: Scope) -> tuple[tuple[str, str], ...]:
    if scope.rep_ids is None:
        return ((EVERYBODY, "Everybody"),)
    return ((MY_TEAM, "My team"),) if scope.role == "manager" else ((EVERYBODY, "All reps together"),)


def _teams(facts: Facts, scope: Scope) -> dict[str, frozenset[int]]:
    """The teams a reader may compare: all of them, or those he belongs to or leads."""
    teams = _lists(facts).teams
    if scope.rep_ids is None:
        return teams
    return {name: members for name, members in teams.items() if members & scope.rep_ids}


def _members(facts: Facts, scope: Scope, team: str | None) -> tuple[int, ...] | None:
    """The reps whose funnel is asked for; None means everybody."""
    teams = _teams(facts, scope)
    team = team_picked(facts, scope, team)
    if team == MY_TEAM and scope.rep_ids:
        return tuple(sorted(scope.rep_ids))
    if team in {EVERYBODY, MY_TEAM}:
        return None
    if team not in teams:
        msg = f"team must be one of {', '.join(teams) or 'none: no team is recorded'}, got {team!r}"
        raise BadInput(msg)
    return tuple(sorted(teams[team]))


def team_picked(facts: Facts, scope: Scope, team: str | None) -> str:
    """The team the reader picked, else the one his page opens on: what the select beside it must say."""
    if team is not None:
        return team
    if scope.role == "manager":
        return MY_TEAM
    teams = _teams(facts, scope)
    if scope.rep_ids:
        return next(iter(teams), EVERYBODY)
    return next(iter(teams), EVERYBODY) if _people(facts) > FEW_REPS else EVERYBODY


def _people(facts: Facts) -> int:
    """How many the funnel of everybody is about: those in a team where there are any, not who leads."""
    members = frozenset[int]().union(*_lists(facts).teams.values())
    return len(members or company(facts).names)
