"""Read-only questions about contests, scoped to who asks: standing, records, behaviour, exercises."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Lock
from typing import Any

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.management.actions.contests import terms_of
from quintet.management.asks import funnel as funnels
from quintet.management.asks.commits import commits_said
from quintet.management.asks.pay import book, today
from quintet.management.formula.contest_behaviour import Windows, behaviour, windows
from quintet.management.formula.contests import standing
from quintet.management.formula.exercise_leads import exercise_leads
from quintet.management.metrics.choices import first_day
from quintet.management.metrics.choices import teams as teams_of
from quintet.management.metrics.contests import (
    SIGNED,
    entry_records,
    read_counts,
    signed_counts,
    signed_deals,
)
from quintet.management.models.contests import Contest
from quintet.management.terms.contests import (
    Behaviour,
    ContestTerms,
    Counts,
    ExerciseLead,
    Known,
    Rule,
    Standing,
)
from quintet.management.terms.pay import PayBook

EVERYBODY, MINE = "everybody", "mine"
#: A commit counts for a contest when it was said in the first days of its month.
_EARLY_DAYS, _A_MONTH = 5, 31
#: (rep, first day of a month) → what was committed for it.
Commits = Mapping[tuple[int, date], Decimal]


#: Counts kept: facts never change within a version, so neither does what is counted of them.
_REMEMBERED = 64
_counted: OrderedDict[tuple[object, ...], Counts] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Shown:
    """One contest as its page shows it to one reader.

    Args:
        record: as it is kept.
        terms: what was announced.
        standing: rows the reader may see.
        is_whole: the reader sees every row, so winners may be named.
        first: the first day that may be asked about.
        last: the newest.
        is_begun: its first day is in the data.
    """

    record: Contest
    terms: ContestTerms
    standing: Standing | None
    is_whole: bool
    first: date
    last: date
    is_begun: bool


def contests() -> tuple[Contest, ...]:
    """Every contest, newest first."""
    return tuple(Contest.objects.select_related("started_by", "ended_by"))


def shown(facts: Facts, scope: Scope, one: Contest, on: str = "", commits: Commits | None = None) -> Shown:
    """Where a contest stands at the end of a day, for one reader.

    Whoever takes part sees every row of it, as does who sees all of these reps anyway; others see their own.

    Args:
        facts: a published version.
        scope: of the reader.
        one: the contest.
        on: the day; the newest when left out.
        commits: what reps committed for the months, for the rule on accuracy; read when left out.

    Raises:
        BadInput: for a day that is none, or outside the contest and the data.
    """
    terms, newest = terms_of(one), today(facts)
    last = min(newest, one.ended_on or terms.end)
    is_whole = scope.own_rep_id in terms.rep_ids or all(scope.sees(rep) for rep in terms.rep_ids)
    found = Shown(one, terms, None, is_whole, terms.start, last, newest >= terms.start)
    if not found.is_begun:
        return found
    told = _standing(
        facts, found, _day(on, found), said_in_time(facts, terms) if commits is None else commits
    )
    seen = tuple(row for row in told.rows if is_whole or scope.sees(row.rep_id))
    return replace(found, standing=replace(told, rows=seen))


def said_in_time(facts: Facts, terms: ContestTerms) -> Commits:
    """What each rep committed to for the months of a contest, before much of the month was known.

    The last word of the first five days counts; whoever says it later knows too much of the result.
    """
    if terms.rule is not Rule.ACCURACY:
        return {}
    said = reversed(commits_said(facts, terms.rep_ids))
    return {
        (one.rep_id, one.start): Decimal(str(one.said.amount))
        for one in said
        if not one.said.is_team and one.measure == terms.metric and one.start < terms.end
        if (one.end - one.start).days <= _A_MONTH and one.at.date() < one.start + timedelta(days=_EARLY_DAYS)
    }


def records(facts: Facts, scope: Scope, one: Contest, rep_id: int, on: str = "") -> list[dict[str, Any]]:
    """The rows behind a rep's figure, newest first.

    Raises:
        BadInput: when the rep does not take part, or his records are not the reader's to see.
    """
    found = shown(facts, scope, one, on)
    terms = found.terms
    if rep_id not in terms.rep_ids or not scope.sees(rep_id):
        raise BadInput(f"the records of rep {rep_id} are not yours to see: open a figure of your own")
    if found.standing is None:
        return []
    span = (terms.start, found.standing.on)
    if terms.metric not in SIGNED:
        return entry_records(facts, terms.metric, span, terms.zone, rep_id)
    deals = signed_deals(book(facts, ()).of_rep.get(rep_id, ()), terms.metric, span, terms.currency)
    return [
        {
            "opportunity_id": deal.opportunity_id,
            "label": deal.label,
            "happened_at": deal.signed_on,
            "mrr": deal.mrr,
            "amount": deal.amount,
            "currency": deal.currency,
        }
        for deal in reversed(deals)
    ]


def effect(facts: Facts, one: Contest) -> Behaviour | None:
    """What behaviour did around a contest that is over; None while it runs."""
    terms = terms_of(one)
    spans = windows(terms, first_day(facts), one.ended_on)
    if today(facts) <= spans.during[1]:
        return None
    known = book(facts, ())
    counts = _counts(facts, terms, spans.whole, known)
    return behaviour(terms, spans, counts, _present(known, spans))


def leaders(facts: Facts, scope: Scope, team: str | None = None) -> tuple[ExerciseLead, ...]:
    """Who is proposed to lead an exercise on each step, from the funnel of the last six months.

    Raises:
        BadInput: when the team is not the reader's to see.
    """
    asked = funnels.question(facts, scope, funnels.Filters(team=team))
    return exercise_leads(funnels.funnel(facts, scope, asked))


def teams(facts: Facts, scope: Scope) -> dict[str, tuple[str, tuple[int, ...]]]:
    """What a reader may send into a contest: key → label and reps, of whom everybody is his to see."""
    known = {
        name: tuple(sorted(members))
        for name, members in teams_of(facts).items()
        if members and all(map(scope.sees, members))
    }
    every = tuple(sorted({rep for members in known.values() for rep in members}))
    label = (EVERYBODY, "Everybody") if scope.rep_ids is None else (MINE, "My team")
    found = {label[0]: (label[1], every)} if every else {}
    return found | {name: (name, members) for name, members in known.items()}


def money_currency(facts: Facts) -> str | None:
    """The currency most customers are signed in; None where none is named."""
    named = Counter(deal.currency for deal in book(facts, ()).deals if deal.currency)
    return named.most_common(1)[0][0] if named else None


def _standing(facts: Facts, found: Shown, on: date, commits: Commits) -> Standing:
    terms, known = found.terms, book(facts, ())
    counts = _counts(facts, terms, (terms.start, terms.end), known)
    names = {rep: person.name for rep, person in known.people.items()}
    return standing(terms, counts, on, Known(names, known.quotas, commits), found.record.ended_on)


def _counts(facts: Facts, terms: ContestTerms, span: tuple[date, date], known: PayBook) -> Counts:
    if terms.metric in SIGNED:
        return signed_counts(facts, known.deals, terms.metric, span, terms.currency)
    key = (facts.manifest.text(), terms.metric, span, terms.zone)
    with _lock:
        if key not in _counted:
            _counted[key] = read_counts(facts, terms.metric, *span, terms.zone)
            while len(_counted) > _REMEMBERED:
                _counted.popitem(last=False)
        return _counted[key]


def _present(known: PayBook, spans: Windows) -> list[int]:
    """Reps who were there in all windows."""
    first, last = spans.whole
    return [
        rep
        for rep, person in known.people.items()
        if person.role_on(last) in {"rep", "bdr", None}
        and (person.joined_on is None or person.joined_on <= first)
        and (person.left_on is None or person.left_on > last)
        and (person.joined_on is not None or person.active_months)
    ]


def _day(text: str, found: Shown) -> date:
    try:
        day = date.fromisoformat(text) if text else found.last
    except ValueError:
        raise BadInput(f"a day is written 2026-03-31, got {text!r}") from None
    if not found.first <= day <= found.last:
        raise BadInput(f"the day must lie in {found.first} to {found.last}, while it runs, got {day}")
    return day
