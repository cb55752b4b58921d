"""What stands in a quarter book. Every figure says how many cases it rests on, and how sure it is."""

from dataclasses import dataclass
from datetime import date

from quintet.loop.terms import Curve


@dataclass(frozen=True)
class Figure:
    """One number of the quarter.

    Args:
        name: what it counts.
        value: in words, with its unit.
        lo: lower end of its 90 % interval, in the same words.
        hi: upper end.
        n: cases it rests on.
        of: what a case is.
        before: the same figure a quarter earlier, in words; empty where there is none.
        says: whether the two differ by more than chance; empty where there is nothing to compare.
    """

    name: str
    value: str
    lo: str
    hi: str
    n: int
    of: str
    before: str = ""
    says: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a formula, as a person says it.

    Args:
        name: e.g. "form: demo, ever".
        value: its weight, in words.
        lo: lower end of its 90 % interval.
        hi: upper end.
        n: units that showed it.
    """

    name: str
    value: str
    lo: str
    hi: str
    n: int


@dataclass(frozen=True)
class Changed:
    """One line of a formula that is another than a quarter ago, beyond doubt.

    Args:
        name: of the line.
        what: up, down, new or gone, and by how much.
        why: what was counted behind it.
    """

    name: str
    what: str
    why: str


@dataclass(frozen=True)
class Chapter:
    """One formula in the quarter.

    Args:
        title: its name.
        unit: what its loss is measured in.
        in_use: the recipe in use after the quarter, as people say it.
        curve: its compounding curve up to the quarter.
        decided: what the turn of the quarter decided; empty where it was not turned then.
        worth: better than the naive answer over all quarters, with its interval; None before one is scored.
        lines: what it says now, what is surest first.
        more: lines left out.
        changed: what changed beyond doubt since the quarter before.
    """

    title: str
    unit: str
    in_use: str
    curve: Curve
    decided: str
    worth: Figure | None
    lines: tuple[Line, ...]
    more: int
    changed: tuple[Changed, ...]


@dataclass(frozen=True)
class Taken:
    """One decision of the quarter.

    Args:
        on: the day it was taken.
        sentence: what was advised.
        formula: which formula advised it.
        state: accepted, refused, done in another way, or by rule.
        by: who decided; empty where a rule did.
        reason: why.
        promised: what following it was said to bring, with interval and n.
        followed: what followed, likewise; empty as long as it is not known.
    """

    on: date
    sentence: str
    formula: str
    state: str
    by: str
    reason: str
    promised: str
    followed: str


@dataclass(frozen=True)
class Unknown:
    """Something the company's data cannot say yet.

    Args:
        what: the question.
        why: what is missing.
    """

    what: str
    why: str


@dataclass(frozen=True)
class WorthLine:
    """What one formula, or several together, brought over the baseline.

    Args:
        name: of the formula, or which together.
        source: by hold-out, or compared.
        now: customers in the quarter, with interval.
        so_far: customers since the start.
        mrr: recurring revenue a month since the start.
        cases: what it rests on.
        why: why nothing can be said; empty where something is.
    """

    name: str
    source: str
    now: str
    so_far: str
    mrr: str
    cases: str
    why: str


@dataclass(frozen=True)
class WorthSection:
    """What the formulas in use were worth.

    Args:
        reading: by hold-outs alone, in one sentence.
        currency: of the revenue.
        totals: several together; empty where none can tell.
        lines: a formula each.
        missing: formulas with no answer: their part is unknown, not 0.
    """

    reading: str
    currency: str
    totals: tuple[WorthLine, ...]
    lines: tuple[WorthLine, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """A quarter of a company.

    Args:
        company: whose.
        period: its key, e.g. 2026Q3.
        first_day: of the quarter.
        last_day: of the quarter.
        as_of: newest day of the data it was made from.
        figures: the numbers of the quarter.
        chapters: a formula each.
        decisions: taken in the quarter, newest first.
        left_out: decisions there was no room for.
        waiting: advice nobody had decided on at the end of the quarter.
        unknown: what is not known yet.
        worth: what the formulas were worth; None before it was worked out for this period.
    """

    company: str
    period: str
    first_day: date
    last_day: date
    as_of: date
    figures: tuple[Figure, ...]
    chapters: tuple[Chapter, ...]
    decisions: tuple[Taken, ...]
    left_out: int
    waiting: int
    unknown: tuple[Unknown, ...]
    worth: WorthSection | None = None
