"""The team today: the figures of the daily mail as a page, with reviews due and inputs that have dropped."""

from dataclasses import dataclass
from datetime import date, timedelta

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.management.asks import coaching, daily, targets
from quintet.management.asks.coaching import Plan
from quintet.management.asks.working_days import working_days
from quintet.management.terms.daily import ActivityLine, DailyLetter
from quintet.management.terms.targets import EarlyWarning

#: Warnings found in the last weeks are today's business.
_NEW_WEEKS = 4


@dataclass(frozen=True)
class Today:
    """What a manager looks at each morning.

    Args:
        letter: the same as the daily mail of this reader says.
        own: the reader's own line, where he sells himself.
        due: open plans whose review is due.
        warnings: inputs found to have dropped in the last four weeks.
    """

    letter: DailyLetter
    own: ActivityLine | None
    due: tuple[Plan, ...]
    warnings: tuple[EarlyWarning, ...]


def today(facts: Facts, scope: Scope, clock: date) -> Today:
    """The newest working day that is whole in the data, for one reader.

    Args:
        facts: the published version.
        scope: the reader's.
        clock: the present day; where the data ends earlier, the day after its end stands in.

    Raises:
        NotEnoughData: when no row has a date.
    """
    calendar = working_days(facts)
    newest = coaching.today(facts, clock)
    morning = min(clock, calendar.next_working_day(newest))
    audience = daily.audience_of(facts, scope)
    letter = daily.letter(facts, audience, morning, calendar)
    own, _ = daily.own_row(facts, audience, scope, morning, calendar)
    plans = coaching.plans(facts, scope)
    watch = targets.watch(facts, scope)
    since = newest - timedelta(weeks=_NEW_WEEKS)
    return Today(
        letter=letter,
        own=own,
        due=tuple(one for one in plans if one.record.is_open and one.record.review_on <= clock),
        warnings=tuple(one for one in watch.warnings if one.found >= since) if watch else (),
    )
