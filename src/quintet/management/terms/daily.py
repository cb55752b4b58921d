"""The words of the daily mail: who did how much, against target, and what stands out."""

from dataclasses import dataclass, field
from datetime import date, datetime

from quintet.facts.scope import Scope
from quintet.management.terms.funnel import TeamFunnel


@dataclass(frozen=True)
class Audience:
    """Readers of the same letter.

    Args:
        team: the team as the page's filter writes it; empty for everybody.
        label: the same in words.
        rep_ids: whose funnel it is; None means everybody's.
        scope: the rows of single reps all of these readers may see.
    """

    team: str
    label: str
    rep_ids: tuple[int, ...] | None
    scope: Scope

    @property
    def sees_rows(self) -> bool:
        """Are rows of single reps in the letter itself, and not only each reader's own?"""
        return self.scope.rep_ids is None or bool(self.scope.rep_ids)


@dataclass(frozen=True)
class Person:
    """Who somebody is, by the newest spell: for whom is he a peer, and since when is he here."""

    role: str
    joined_on: date | None = None
    left_on: date | None = None

    def is_here(self, on: date) -> bool:
        """Is he one of the team on that day?"""
        return (self.joined_on is None or self.joined_on <= on) and (
            self.left_on is None or on < self.left_on
        )


@dataclass(frozen=True)
class Amount:
    """How much of one activity, beside its target; beside what is usual where it has none.

    Args:
        stage: which.
        day: on the day reported.
        month: in its month so far.
        usual_day: a usual working day; None where nobody can say.
        usual_month: so many usual working days as the month has had.
        target_day: what the quota takes on a working day; None where no target can be derived.
        target_month: what it takes by the day reported.
        standing: as of `terms.targets.InputPace`; empty where no input is held against a target.
        chance: as there.
        reason: why there is no target.
    """

    stage: str
    day: int
    month: int
    usual_day: float | None = None
    usual_month: float | None = None
    target_day: float | None = None
    target_month: float | None = None
    standing: str = ""
    chance: float | None = None
    reason: str = ""

    @property
    def has_target(self) -> bool:
        """Is it held against a target, and not against what is usual?"""
        return self.target_month is not None

    @property
    def due_day(self) -> float | None:
        """What the day is held against."""
        return self.target_day if self.has_target else self.usual_day

    @property
    def due_month(self) -> float | None:
        """What the month so far is held against."""
        return self.target_month if self.has_target else self.usual_month


@dataclass(frozen=True)
class ActivityLine:
    """One rep's activity, or the team's.

    Args:
        rep_id: None for the team.
        amounts: one per stage the company records, in order.
        peers: of how many like him the usual is; 0 where there are too few.
    """

    rep_id: int | None
    name: str
    amounts: tuple[Amount, ...]
    peers: int = 0

    @property
    def has_targets(self) -> bool:
        """Has any of its activities a target?"""
        return any(one.has_target for one in self.amounts)

    @property
    def reasons(self) -> dict[str, tuple[str, ...]]:
        """Why there is no target → the activities without one."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self.amounts:
            if not one.has_target and one.reason:
                found[one.reason] = (*found.get(one.reason, ()), one.stage)
        return found


@dataclass(frozen=True)
class Remark:
    """One thing that stands out, and what to ask about it.

    Args:
        rule: which rule says so.
        rep_id: of whom.
        text: what stands out, with the numbers it rests on.
        question: what to ask today.
    """

    rule: str
    rep_id: int
    text: str
    question: str


@dataclass(frozen=True)
class DailyLetter:
    """One morning's letter for one audience.

    Args:
        audience: whose.
        day: the working day reported, the one before the morning.
        month: its month, as the page's filter writes it.
        workdays: working days of the month up to and with the day.
        workdays_in_month: of the whole month.
        team: everybody together.
        reps: those whose rows the audience sees; where there are many, those who stand out come first.
        reps_on_page: how many there are on the page.
        funnel: the page's own, for its opening period; where there are many reps, of those who stand out.
        remarks: what stands out; empty where nothing does, or where no rows are seen.
        as_of: newest instant of the facts.
    """

    audience: Audience
    day: date
    month: str
    workdays: int
    workdays_in_month: int
    team: ActivityLine
    reps: tuple[ActivityLine, ...]
    reps_on_page: int
    funnel: TeamFunnel
    remarks: tuple[Remark, ...] = ()
    as_of: datetime | None = None

    @property
    def stages(self) -> tuple[str, ...]:
        """The activities, in order."""
        return tuple(one.stage for one in self.team.amounts)


@dataclass(frozen=True)
class Rendering:
    """A letter as a mail, with marks where each reader's own comes in.

    Args:
        pictures: content id → PNG.
    """

    label: str
    subject: str
    html: str
    text: str
    pictures: dict[str, bytes] = field(repr=False)
