"""Who may learn what from whom: skills that complement each other, both ways, all pairs at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np

from quintet.training.terms.mentors import Lesson, Match, Seller
from quintet.training.terms.skills import SkillBook
from quintet.training.terms.words import STEPS

#: Mentees one mentor has at once.
CAPACITY = 2
#: How much more a pair counts that sells to the same segment, and whose mentor has been here longer.
SAME_SEGMENT = 1.25
LONGER_HERE = 1.10
LONGER_MONTHS = 6
_MONTH_DAYS = 30.4375


def lessons(book: SkillBook, teacher: int, learner: int) -> tuple[Lesson, ...]:
    """The steps where one is surely strong and the other surely weak, the widest gap first."""
    found = []
    for step in book.steps:
        one, other = step.by_rep.get(teacher), step.by_rep.get(learner)
        if one is not None and other is not None and one.is_strong and other.is_weak:
            found.append(Lesson(step.step, one.rate, one.should, other.rate, other.should))
    return tuple(sorted(found, key=lambda lesson: -lesson.gap))


def propose(
    book: SkillBook,
    people: Sequence[Seller],
    *,
    taken: Mapping[int, int] | None = None,
    learning: Collection[int] = (),
    capacity: int = CAPACITY,
) -> tuple[Match, ...]:
    """The pairs that bring most together: each mentee one mentor, each mentor as many as he has time for.

    A pair counts what the mentee may learn and what the mentor may learn in return, each skill by how far
    apart the two are, and more where both sell to the same segment or the mentor has been here longer.

    Args:
        book: everybody's skills.
        people: who may be paired.
        taken: mentor → mentees he has already.
        learning: who has a mentor already.
        capacity: mentees one mentor has at once.

    Source: Kuhn, Naval Research Logistics Quarterly 2 (1955) 83-97; docs/formulas/mentors.md
    """
    matches = _possible(book, people, set(learning))
    seats = [
        mentor
        for mentor in sorted({mentor for mentor, _ in matches})
        for _ in range(max(0, capacity - (taken or {}).get(mentor, 0)))
    ]
    mentees = sorted({mentee for _, mentee in matches})
    chosen = _assigned([[matches.get((seat, one)) for seat in seats] for one in mentees])
    return tuple(sorted(_both_ways(chosen), key=lambda one: (-one.value, one.mentee.name)))


def _possible(book: SkillBook, people: Sequence[Seller], learning: set[int]) -> dict[tuple[int, int], Match]:
    """Every pair in which somebody has something to learn; only reps who stand out are looked at."""
    by_id = {one.rep_id: one for one in people}
    strong = {rep.rep_id for step in book.steps for rep in step.reps if rep.is_strong} & by_id.keys()
    weak = {rep.rep_id for step in book.steps for rep in step.reps if rep.is_weak} & by_id.keys()
    found = {}
    for mentor in sorted(strong):
        for mentee in sorted(weak - learning - {mentor}):
            taught = lessons(book, mentor, mentee)
            if taught:
                found[mentor, mentee] = _match(book, by_id[mentor], by_id[mentee], taught)
    return found


def _match(book: SkillBook, mentor: Seller, mentee: Seller, taught: tuple[Lesson, ...]) -> Match:
    back = lessons(book, mentee.rep_id, mentor.rep_id)
    same = mentor.segment is not None and mentor.segment == mentee.segment
    longer = _months(mentor.joined_on, mentee.joined_on)
    style = (SAME_SEGMENT if same else 1.0) * (LONGER_HERE if longer >= LONGER_MONTHS else 1.0)
    value = style * sum(one.gap for one in (*taught, *back))
    return Match(mentor, mentee, taught, back, _why((mentor, mentee), taught, back, (same, longer)), value)


def _assigned(table: list[list[Match | None]]) -> list[Match]:
    """The rows' best places together; a place without a match is left empty."""
    if not table or not table[0]:
        return []
    from scipy.optimize import linear_sum_assignment

    value = np.array([[0.0 if one is None else one.value for one in row] for row in table])
    rows, places = linear_sum_assignment(value, maximize=True)
    found = [table[row][place] for row, place in zip(rows.tolist(), places.tolist(), strict=True)]
    return [one for one in found if one is not None]


def _both_ways(chosen: list[Match]) -> list[Match]:
    """Two who were given to each other are one pair: the wider lesson says who is the mentor."""
    by_pair: dict[frozenset[int], Match] = {}
    for one in chosen:
        pair = frozenset((one.mentor.rep_id, one.mentee.rep_id))
        other = by_pair.get(pair)
        if other is None or one.lessons[0].gap > other.lessons[0].gap:
            by_pair[pair] = one
    return list(by_pair.values())


def _months(mentor: date | None, mentee: date | None) -> int:
    """Whole months the mentor has been here longer; 0 where it is not known."""
    if mentor is None or mentee is None:
        return 0
    return int((mentee - mentor).days / _MONTH_DAYS)


def _why(
    pair: tuple[Seller, Seller],
    taught: tuple[Lesson, ...],
    back: tuple[Lesson, ...],
    style: tuple[bool, int],
) -> str:
    """E.g. "Ann converts 34% from demo to won where such reps convert 25%, Ben 15%. In return …"."""
    mentor, mentee = pair
    told = [_lesson(mentor.name, mentee.name, taught[0])]
    if back:
        told.append(f"in return, {_lesson(mentee.name, mentor.name, back[0])}")
    same, longer = style
    if same and mentor.segment:
        told.append(f"both sell to {mentor.segment.replace('_', ' ')}")
    if longer >= LONGER_MONTHS:
        told.append(f"{mentor.name} has been here {longer} months longer")
    return "; ".join(told) + "."


def _lesson(teacher: str, learner: str, one: Lesson) -> str:
    first = f"{teacher} converts {one.teacher_rate:.0%} from {STEPS[one.step].lower()}"
    second = f"{learner} {one.learner_rate:.0%} of {one.learner_should:.0%}"
    return f"{first} where such reps convert {one.teacher_should:.0%}, {second}"
