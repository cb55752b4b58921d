"""What a quarter book says: put together from turns, decisions and facts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Period
from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.recommendations import Evidence, Followed
from quintet.loop import asks_decisions
from quintet.loop.asks import Standing, standings
from quintet.loop.asks_decisions import Decision, Reader
from quintet.loop.book.figures import figures
from quintet.loop.book.terms import Book, Changed, Chapter, Figure, Line, Taken, Unknown, WorthSection
from quintet.loop.book.worth import worth_section
from quintet.loop.charts import word_of
from quintet.loop.curve import curve
from quintet.loop.diff import Change, TermDiff, diff
from quintet.loop.naming import by_name
from quintet.loop.running import shelf_of
from quintet.loop.terms import BASELINE, Curve, Turn
from quintet.stats.trials import Formula, Term

#: So many lines of a formula, changes of it, and decisions find room.
LINES, CHANGES, DECISIONS = 6, 4, 14


def periods(home: Home) -> tuple[str, ...]:
    """Every period the loop has turned, newest first: each has a book."""
    return _turned(standings(home))


def _turned(found: Iterable[Standing]) -> tuple[str, ...]:
    return tuple(sorted({turn.period for one in found for turn in one.turns}, reverse=True))


def book(home: Home, period: str, company: str, reader: Reader) -> Book:
    """The book of one period, as it was known at its end: later turns and decisions are not in it.

    Args:
        home: whose.
        period: one of `periods`.
        company: how it is called.
        reader: whose rows decisions may be about.

    Raises:
        BadInput: when the loop has not turned that period.
    """
    every = standings(home)
    turned = _turned(every)
    if period not in turned:
        raise BadInput(f"the loop has turned {', '.join(turned) or 'no period yet'}; got {period!r}")
    calendar = FiscalCalendar()
    this = calendar.parse(period)
    facts = Facts.published(home)
    standing = [_until(one, period) for one in every]
    names = names_of_reps(facts)
    chapters = tuple(_chapter(home, one, period, names) for one in standing if one.turns)
    advice = asks_decisions.decisions(reader)
    decided = [one for one in advice if _decided_in(one, this)]
    as_of = facts.as_of or datetime(1970, 1, 1, tzinfo=UTC)
    worth = worth_section(home, period)
    return Book(
        company=company,
        period=period,
        first_day=this.start,
        last_day=this.last_day,
        as_of=as_of.date(),
        figures=figures(facts, this, calendar.previous(this)),
        chapters=chapters,
        decisions=tuple(_taken(one) for one in decided[:DECISIONS]),
        left_out=max(len(decided) - DECISIONS, 0),
        waiting=sum(_waited(one, this) for one in advice),
        unknown=(*(told for one in standing for told in _unknown(one)), *_unknown_worth(worth)),
        worth=worth,
    )


def _until(one: Standing, period: str) -> Standing:
    """A formula as it stood after a period."""
    turns = tuple(turn for turn in one.turns if turn.period <= period)
    return Standing(one.formula, turns, curve(one.formula.name, turns))


def _chapter(home: Home, one: Standing, period: str, names: Mapping[int, str]) -> Chapter:
    last = one.turns[-1]
    terms = _terms(home, one.formula, last)
    before = _terms(home, one.formula, one.turns[-2]) if len(one.turns) > 1 else ()
    changed = diff(_telling(before), _telling(terms)) if before else ()
    lines = _telling(terms)
    return Chapter(
        title=one.formula.title,
        unit=one.formula.unit,
        in_use=word_of(last.next),
        curve=one.curve,
        decided=last.reading if last.period == period else "",
        worth=_worth(one.curve),
        lines=tuple(_line(by_name(term, names)) for term in lines[:LINES]),
        more=max(len(lines) - LINES, 0),
        changed=tuple(_changed(by_name(told, names)) for told in changed if told.change is not Change.SAME)[
            :CHANGES
        ],
    )


def _terms(home: Home, formula: Formula, turn: Turn) -> tuple[Term, ...]:
    """Lines of the version in use after a turn; none where none could be fitted."""
    version = turn.version_in_use
    return formula.read(shelf_of(home, formula).read(version)).terms() if version else ()


def _telling(terms: Iterable[Term]) -> list[Term]:
    """Lines that say something, what says most first: by points where people say them, else by sureness."""
    found = [one for one in terms if one.n and one.lo < one.hi and one.spoken != 0]
    return sorted(found, key=_weight, reverse=True)


def _weight(term: Term) -> float:
    """Its points; else how many of its own half-widths it is away from saying nothing."""
    if term.spoken is not None:
        return float(abs(term.spoken))
    return abs(term.estimate) / ((term.hi - term.lo) / 2)


def _worth(told: Curve) -> Figure | None:
    units = sum(one.units for one in told.points)
    loss = sum(one.units * one.baseline for one in told.points) / max(units, 1)
    if told.gain is None or told.lo is None or told.hi is None or not loss:
        return None
    gain, lo, hi = (f"{one / loss:.1%}" for one in (told.gain, told.lo, told.hi))
    return Figure("Better than the naive answer", gain, lo, hi, units, "units scored")


def _line(term: Term) -> Line:
    if term.spoken is None or not term.estimate:
        is_share = term.unit == "probability"
        value, lo, hi = (
            f"{one:.1%}" if is_share else f"{one:,.3g}" for one in (term.estimate, term.lo, term.hi)
        )
        return Line(term.name, value if is_share else f"{value} {term.unit}", lo, hi, term.n)
    low, high = sorted(end * term.spoken / term.estimate for end in (term.lo, term.hi))
    return Line(term.name, f"{term.spoken} points", f"{low:.1f}", f"{high:.1f}", term.n)


def _changed(told: TermDiff) -> Changed:
    what = f"{told.points} points" if told.points else _moved(told)
    return Changed(told.name, what, told.why)


def _moved(told: TermDiff) -> str:
    if told.before is None or told.after is None:
        return str(told.change)
    return f"{told.change}: {told.before.estimate:,.3g} → {told.after.estimate:,.3g} {told.after.unit}"


def _decided_in(one: Decision, period: Period) -> bool:
    at = one.record.decided_at
    return at is not None and at.date() in period


def _waited(one: Decision, period: Period) -> bool:
    """Made before the quarter was over, and not decided by then."""
    record = one.record
    late = record.decided_at is None or record.decided_at.date() > period.last_day
    return late and record.state != "done" and record.made_at.date() <= period.last_day


def _taken(one: Decision) -> Taken:
    record = one.record
    if record.decided_at is None:
        raise BadInput(f"nobody has decided on {record.sentence!r}")
    return Taken(
        on=record.decided_at.date(),
        sentence=record.sentence,
        formula=record.formula,
        state=one.state,
        by=str(record.decided_by or ""),
        reason=record.reason,
        promised=_evidence(one.evidence, one.evidence.unit),
        followed=_evidence(one.followed, one.evidence.unit) if one.followed else "",
    )


def _evidence(told: Evidence | Followed, unit: str) -> str:
    ends = "" if told.lo is None or told.hi is None else f" ({told.lo:,.3g} to {told.hi:,.3g})"
    return f"{told.estimate:,.3g} {unit}{ends}, n {told.n:,}"


def _unknown_worth(told: WorthSection | None) -> Iterator[Unknown]:
    """Why nobody can say what a formula brought."""
    for one in told.lines if told else ():
        if one.why:
            yield Unknown(f"{one.name}: what it brought", f"{one.why[0].upper()}{one.why[1:]}.")


def _unknown(one: Standing) -> Sequence[Unknown]:
    """Why a formula says nothing, or not all it could."""
    title = one.formula.title
    if not one.turns:
        return (Unknown(title, "No period has been turned yet."),)
    last = one.turns[-1]
    told = [Unknown(f"{title}: {word_of(name)}", f"{why}.") for name, why in last.refused.items()]
    if last.next == BASELINE and not told:
        told.append(Unknown(title, "The naive answer is in use: nothing has been shown to be better yet."))
    if not one.curve.points:
        told.append(Unknown(f"{title}: how good it is", one.curve.reading))
    return told
