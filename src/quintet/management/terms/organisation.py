"""The organisation: who leads how many, who may lead next, what changed, what is big enough to split."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from quintet.kernel.finding import Finding

#: Reps a manager leads well. Roberge 2015 names eight to ten.
SPAN = (8, 10)
#: What somebody who is to lead may be seen doing.
BEHAVIOURS = {
    "exercise": "Led an exercise",
    "mentoring": "Mentored a colleague",
    "session": "Ran a coaching session",
    "review": "Ran a pipeline or call review",
    "interview": "Interviewed a candidate",
    "onboarding": "Onboarded a newcomer",
    "feedback": "Gave feedback that was taken",
}


@dataclass(frozen=True)
class Spell:
    """From `since` up to and without `until` a person was this.

    Args:
        rep_id: who.
        name: in words.
        role: rep, bdr, manager, or None where nothing is told.
        manager_id: who leads him; None where nothing is told.
        team: its name.
        segment: whom he serves.
        since: first day; None for always.
        until: the day after the last; None now.
        joined_on: first day in the company.
        left_on: last day.
    """

    rep_id: int
    name: str
    role: str | None = None
    manager_id: int | None = None
    team: str | None = None
    segment: str | None = None
    since: date | None = None
    until: date | None = None
    joined_on: date | None = None
    left_on: date | None = None

    def covers(self, day: date) -> bool:
        """Was it so on that day, and was he here?"""
        began = (self.since is None or self.since <= day) and (self.until is None or day < self.until)
        here = (self.joined_on is None or self.joined_on <= day) and (
            self.left_on is None or day <= self.left_on
        )
        return began and here


@dataclass(frozen=True)
class ManagerSpan:
    """How many a manager leads, and led.

    Args:
        rep_id: the manager; None for reps whom nobody is told to lead.
        name: in words.
        reps: names of those he leads directly, by name.
        history: (day, reps) at the end of each month, oldest first.
        state: "wide" above ten: an alarm; "narrow" below eight: a note; "fits".
        sentence: the same in words.
    """

    rep_id: int | None
    name: str
    reps: tuple[str, ...]
    history: tuple[tuple[date, int], ...]
    state: str
    sentence: str


@dataclass(frozen=True)
class SpanForecast:
    """How many reps there will be in some months, and how many managers that takes.

    Args:
        reps: expected, with its interval; silent where too few came and went.
        months: ahead.
        now: reps now.
        managers: managers with reps now.
        joined: who came in the months looked back on.
        left: who went.
        looked_back: how many months.
        needed: managers for the lower and the upper end, at ten and at eight each; None when silent.
        sentence: the answer.
    """

    reps: Finding
    months: int
    now: int
    managers: int
    joined: int
    left: int
    looked_back: int
    needed: tuple[int, int] | None
    sentence: str


@dataclass(frozen=True)
class Observation:
    """What somebody was seen doing."""

    behaviour: str
    seen_on: date
    seen_by: str
    note: str = ""


@dataclass(frozen=True)
class Readiness:
    """The evidence on one rep side by side: results and behaviours. There is no score.

    Args:
        rep_id: who.
        name: in words.
        months: months with a quota, of the last twelve that are over.
        made: in how many of them it was reached.
        attainment: signed over quota of these months together; None without one.
        seen: what he was seen doing, newest first.
    """

    rep_id: int
    name: str
    months: int
    made: int
    attainment: Decimal | None
    seen: tuple[Observation, ...] = ()

    @property
    def kinds(self) -> int:
        """How many different behaviours were seen."""
        return len({one.behaviour for one in self.seen})


@dataclass(frozen=True)
class Change:
    """Something about a person that is not as it was: on the day, from what to what."""

    day: date
    rep_id: int
    name: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class SegmentSize:
    """Whether a segment would keep a team of its own busy.

    Args:
        name: of the segment.
        leads_a_month: leads worked of it, a month.
        customers: signed in these months.
        serving: reps who worked at least one.
        busy: reps it would keep busy at the median load; None where there is no load.
        is_enough: busy is at least the least span.
        arithmetic: how it was counted.
    """

    name: str
    leads_a_month: float
    customers: int
    serving: int
    busy: float | None
    is_enough: bool
    arithmetic: str


@dataclass(frozen=True)
class SegmentSizes:
    """All segments over the same months.

    Args:
        start: first day.
        end: the day after the last.
        load: median leads a rep works a month; None where nobody works any.
        reps: reps it is the median of.
        rows: largest first.
        reason: why nothing is said; empty when something is.
    """

    start: date
    end: date
    load: float | None
    reps: int
    rows: tuple[SegmentSize, ...]
    reason: str = ""


@dataclass(frozen=True)
class MonthOfRep:
    """What a rep signed in a month, beside the quota."""

    rep_id: int
    month: date
    signed: Decimal
    quota: Decimal | None


@dataclass(frozen=True)
class SegmentWork:
    """Leads of a segment that one rep worked, and customers signed of it, over the months looked at."""

    rep_id: int
    segment: str | None
    worked: int
    won: int


#: rep → what he was seen doing.
Seen = Mapping[int, tuple[Observation, ...]]
