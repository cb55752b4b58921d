"""What the room puts on the home page: forms to fill, who waits for whom, and reviews after hire.

Each panel shows what the room's own pages show its reader, and no score at all.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from quintet.hiring.asks import candidates, reviews, scorecards
from quintet.hiring.asks.published import published
from quintet.hiring.models.scorecards import Scorecard
from quintet.hiring.terms.candidates import OPEN_STATES, STATES
from quintet.kernel.counted import counted
from quintet.kernel.panels import Line, Panel, Shown, Tile, Todo, Urgency

#: So many lines of a list find room.
_LINES = 6
_HIRES = "hiring.hire"
#: Forms that are not submitted, by candidate.
Out = Mapping[UUID, tuple[Scorecard, ...]]


def forms(request: HttpRequest) -> Shown:
    """Whom the reader has to score, the first due on top."""
    on = candidates.today(published(), timezone.localdate())
    due = scorecards.my_forms(request.user, on).due
    return Shown(
        lines=tuple(_form_line(one, on) for one in due[:_LINES]),
        more=max(len(due) - _LINES, 0),
        nothing="" if due else "You have nobody to score.",
        todos=tuple(_to_score(one, on) for one in due),
    )


def _form_line(card: Scorecard, on: date) -> Line:
    url, told = reverse("hiring:form", args=[card.pk]), f"{card.round}, {card.candidate.role}{_until(card)}"
    if _is_late(card, on):
        return Line(card.candidate.name, url, told, "late", "bad")
    begun = "begun" if card.saved_at else ""
    return Line(card.candidate.name, url, told, begun, "warn" if begun else "")


def _to_score(card: Scorecard, on: date) -> Todo:
    late = _is_late(card, on)
    why = f"{card.round}{_until(card)}."
    url = reverse("hiring:form", args=[card.pk])
    urgency = Urgency.LATE if late else Urgency.TODAY
    return Todo(f"Score {card.candidate.name}", url, "Open the form", why, urgency)


def _until(card: Scorecard) -> str:
    return f", until {card.due_on:%-d %b %Y}" if card.due_on else ""


def _is_late(card: Scorecard, on: date) -> bool:
    return card.due_on is not None and card.due_on < on


def waiting(request: HttpRequest) -> Shown:
    """Who is on the way, and who waits for whom: a decision, a form, or a first interview."""
    facts = published()
    on = candidates.today(facts, timezone.localdate())
    found = [one for one in candidates.standings(request.user, facts, on) if one.state in OPEN_STATES]
    out = scorecards.handed_out(request.user, [one.record for one in found])
    order = {state: place for place, state in enumerate(reversed(OPEN_STATES))}
    found.sort(key=lambda one: (order[one.state], -one.days))
    return Shown(
        tiles=tuple(
            Tile(STATES[state], sum(one.state == state for one in found), url=reverse("hiring:candidates"))
            for state in OPEN_STATES
        )
        if found
        else (),
        lines=tuple(_waiting_line(one, out.get(one.record.pk, ()), on) for one in found[:_LINES]),
        more=max(len(found) - _LINES, 0),
        nothing="" if found else "Nobody is on the way.",
        todos=_hire_todos(request, found, out, on),
    )


def _waiting_line(one: candidates.Standing, cards: tuple[Scorecard, ...], on: date) -> Line:
    late = any(_is_late(card, on) for card in cards)
    days = f"{counted(one.days, 'day')} since the application"
    return Line(
        one.record.name,
        reverse("hiring:candidate", args=[one.record.pk]),
        f"{_for_whom(one, cards)}; {days}.",
        "late" if late else STATES[one.state].lower(),
        "bad" if late else "",
    )


def _for_whom(one: candidates.Standing, cards: tuple[Scorecard, ...]) -> str:
    if cards:
        names = dict.fromkeys(str(card.interviewer) for card in cards)
        return f"Waits for the form{'s' if len(cards) > 1 else ''} of {', '.join(names)}"
    return "Waits for your decision" if one.state == "waiting" else "Waits for scorecards to be handed out"


def _hire_todos(
    request: HttpRequest, found: list[candidates.Standing], out: Out, on: date
) -> tuple[Todo, ...]:
    """For whoever hires: late forms, then decisions, then those nobody was asked about."""
    if not request.user.has_perm(_HIRES):
        return ()
    told = (_hire_todo(one, out.get(one.record.pk, ()), on) for one in found)
    return tuple(sorted((one for one in told if one), key=lambda one: one.urgency))


def _hire_todo(one: candidates.Standing, cards: tuple[Scorecard, ...], on: date) -> Todo | None:
    name, url = one.record.name, reverse("hiring:candidate", args=[one.record.pk])
    late = [card for card in cards if _is_late(card, on)]
    if late:
        why = f"{late[0].round} of {name} was due {late[0].due_on:%-d %b %Y}."
        return Todo(f"Remind {late[0].interviewer}", url, "Open the candidate", why, Urgency.LATE)
    if one.state == "waiting":
        why = f"All forms are in, {one.days} days after the application."
        return Todo(f"Decide on {name}", url, "Open the candidate", why)
    if not cards:
        why = f"No form is out, {one.days} days after the application."
        return Todo(f"Hand out scorecards for {name}", url, "Open the candidate", why, Urgency.SOON)
    return None


def after_hire(request: HttpRequest) -> Shown:
    """Reps of 3, 6 or 12 months whom the reader is to score again."""
    facts, scope = published(), request.scope  # type: ignore[attr-defined]
    due = reviews.due(request.user, scope, facts, candidates.today(facts, timezone.localdate()))
    return Shown(
        lines=tuple(
            Line(
                one.name,
                reverse("hiring:review", args=[one.rep_id, one.months]),
                f"{one.months} months with you; counts until {one.until:%-d %b %Y}.",
            )
            for one in due[:_LINES]
        ),
        more=max(len(due) - _LINES, 0),
        nothing="" if due else "Nobody's 3, 6 or 12 months are due.",
        todos=tuple(_to_review(one) for one in due[:1]),
    )


def _to_review(one: reviews.Due) -> Todo:
    url = reverse("hiring:review", args=[one.rep_id, one.months])
    why = f"The same criteria as before hire; it counts until {one.until:%-d %b %Y}."
    return Todo(f"Score {one.name} after {one.months} months", url, "Open the form", why, Urgency.SOON)


PANELS = (
    Panel("hiring.forms", "Your forms", "hiring:forms", "My forms", forms),
    Panel(
        "hiring.waiting", "Who waits for whom", "hiring:candidates", "All candidates", waiting, is_wide=True
    ),
    Panel("hiring.after_hire", "Reviews after hire", "hiring:reviews", "Reviews", after_hire),
)
