"""What the room puts on the home page: the own training, classes, what waits to be marked, stale pages."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from quintet.facts.scope import Scope
from quintet.kernel.panels import Line, Panel, Shown, Tile, Todo, Urgency
from quintet.training.asks import classes as ask_classes
from quintet.training.asks import marking, playbook
from quintet.training.asks.call_news import CallNews, call_news
from quintet.training.asks.mine import Mine
from quintet.training.asks.mine import mine as ask_mine
from quintet.training.pages.mine import going_on
from quintet.training.pages.posted import asker
from quintet.training.terms.drift import StepDrift
from quintet.training.terms.exams import Standing
from quintet.training.terms.progress import Line as Module

#: So many lines of a list find room.
_LINES = 5


def mine(request: HttpRequest) -> Shown:
    """What is late, what is next, exams to take, and what one is told."""
    found = ask_mine(asker(request), timezone.now())
    lines = (*_modules(found), *(_exam(one) for one in found.exams), *_notices(found))
    return Shown(
        tiles=tuple(
            Tile(
                one.track.record.name, f"{one.progress.done} of {one.progress.required}", note="modules done"
            )
            for one in found.courses
        ),
        lines=lines[:_LINES],
        more=max(len(lines) - _LINES, 0),
        nothing="" if lines else "Nothing is asked of you.",
        todos=_to_learn(found),
    )


def _modules(found: Mine) -> tuple[Line, ...]:
    late = found.late
    coming = [found.next] if found.next and found.next not in late else []
    return tuple(_module(one) for one in (*late, *coming))


def _module(one: Module) -> Line:
    badge, tone = (
        ("late", "bad") if one.state == "late" else ("again", "warn") if one.is_again else ("next", "")
    )
    first = f"First: {', '.join(one.waits_for)}." if one.waits_for else ""
    due = f"Due {one.due_on:%-d %b %Y}." if one.due_on else ""
    return Line(one.name, reverse("training:module", args=[one.key]), f"{due} {first}".strip(), badge, tone)


def _exam(one: Standing) -> Line:
    told = (
        f"Exam of {one.questions} questions; {one.pass_mark:.0%} passes, {one.attempts_left} attempts left."
    )
    return Line(one.name, reverse("training:exam-start", args=[one.key]), told, one.word)


def _notices(found: Mine) -> tuple[Line, ...]:
    return tuple(Line(one.text, going_on(one.address), badge="new") for one in found.notices)


def _to_learn(found: Mine) -> tuple[Todo, ...]:
    ready = [one for one in (*found.late, *([found.next] if found.next else [])) if one.is_open]
    return tuple(
        Todo(
            f"Take “{one.name}”",
            reverse("training:module", args=[one.key]),
            "Take it",
            f"It was due {one.due_on:%-d %b %Y}." if one.state == "late" and one.due_on else _due(one),
            Urgency.TODAY if one.state == "late" else Urgency.SOON,  # customers come before courses
        )
        for one in ready[:1]
    )


def _due(one: Module) -> str:
    return f"Due {one.due_on:%-d %b %Y}." if one.due_on else "It is next on your track."


def classes(request: HttpRequest) -> Shown:
    """Every class the reader may see: how far it is, and who is late."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    found = ask_classes.classes(asker(request), scope, timezone.now().date())
    lines = tuple(_class(one) for one in found)
    late = [(made, one) for made in found for one in made.late]
    return Shown(
        lines=lines[:_LINES],
        more=max(len(lines) - _LINES, 0),
        nothing="" if lines else "No class has begun.",
        todos=tuple(
            Todo(
                f"Ask {one.seat.user} about “{one.progress.late[0].name}”",
                reverse("training:class", args=[made.record.pk]),
                "Open the class",
                f"{made.record.name}: it was due {one.progress.late[0].due_on:%-d %b %Y}.",
                Urgency.TODAY,
            )
            for made, one in late[:1]
        ),
    )


def _class(one: ask_classes.ClassShown) -> Line:
    names = ", ".join(str(each.seat.user) for each in one.late[:3])
    late = f" Late: {names}{' and others' if len(one.late) > 3 else ''}." if one.late else ""  # noqa: PLR2004
    told = f"{one.record.track.name}: {one.over} of {one.size} done.{late}"
    badge = f"{len(one.late)} late" if one.late else ""
    return Line(
        one.record.name, reverse("training:class", args=[one.record.pk]), told, badge, "warn" if badge else ""
    )


def to_mark(request: HttpRequest) -> Shown:
    """Answers that wait for a person, the longest waiting first; never whose they are."""
    queue = marking.queue(asker(request))
    waits = (*queue.graded, *queue.refused)
    return Shown(
        tiles=(
            Tile("To mark by rubric", len(queue.graded), url=reverse("training:marking")),
            Tile("Refused by the key, not looked at", len(queue.refused), url=reverse("training:marking")),
        ),
        lines=tuple(_answer(one) for one in waits[:_LINES]),
        more=max(len(waits) - _LINES, 0),
        nothing="" if waits else "Nothing waits to be marked.",
        todos=tuple(_to_mark(one, is_graded=True) for one in queue.graded[:1])
        or tuple(_to_mark(one, is_graded=False) for one in queue.refused[:1]),
    )


def _answer(one: marking.Waiting) -> Line:
    told = f"Handed in {one.since:%-d %b %Y}."
    return Line(f"{one.exam}: {one.question}", reverse("training:mark", args=[one.answer_id]), told)


def _to_mark(one: marking.Waiting, *, is_graded: bool) -> Todo:
    url = reverse("training:mark", args=[one.answer_id])
    what = f"Mark an answer of {one.exam}" if is_graded else f"Look at a refused answer of {one.exam}"
    why = f"It has waited since {one.since:%-d %b %Y}."
    return Todo(what, url, "Open the answer", why, Urgency.TODAY if is_graded else Urgency.SOON)


def stale(request: HttpRequest) -> Shown:  # noqa: ARG001 -- the same for everybody who reads it
    """Pages whose step has moved since they were written, and topics that came up in calls meanwhile."""
    every = [one for _, pages in playbook.playbook() for one in pages]
    old = [one for one in every if one.is_stale]
    news = call_news(timezone.now().date())
    lines = (*(_page(one) for one in old), *(_topic(one) for one in news))
    first = [
        Todo(
            f"Look at the page “{one.version.title}”",
            _page_url(one),
            "Open the page",
            _moved(one),
            Urgency.SOON,
        )
        for one in old[:1]
    ]
    return Shown(
        lines=lines[:_LINES],
        more=max(len(lines) - _LINES, 0),
        nothing="" if lines else f"No step of {len(every)} pages has moved since they were written.",
        todos=tuple(first),
    )


def _page(one: playbook.PageShown) -> Line:
    return Line(one.version.title, _page_url(one), _moved(one), "stale", "warn")


def _moved(one: playbook.PageShown) -> str:
    drift: StepDrift | None = one.drift
    if drift is None or drift.change is None or drift.lo is None or drift.hi is None:
        return ""
    points = f"{100 * drift.change:+.1f} points ({100 * drift.lo:+.1f} to {100 * drift.hi:+.1f})"
    leads = " and ".join(f"{side.rate.n:,} {side.name.lower()}" for side in drift.sides)
    return f"{one.step}: {points} since it was written; leads: {leads}."


def _page_url(one: playbook.PageShown) -> str:
    return reverse("training:playbook-page", args=[one.page.key])


def _topic(one: CallNews) -> Line:
    moved, url = one.moved, reverse("training:call-topic", args=[one.words.key])
    change = f"{100 * moved.difference:+.1f} points ({100 * moved.lo:+.1f} to {100 * moved.hi:+.1f})"
    told = f"In calls: {change} beside the year before, of {moved.now_n:,} buyers."
    lacking = "" if one.is_covered else " No page speaks of it."
    return Line(one.words.name, url, f"{told}{lacking}", "calls changed", "warn")


PANELS = (
    Panel("training.mine", "Your training", "training:mine", "My training", mine),
    Panel("training.to_mark", "To mark", "training:marking", "Everything to mark", to_mark),
    Panel("training.classes", "Classes", "training:classes", "All classes", classes),
    Panel("training.stale", "Stale pages", "training:playbook", "The playbook", stale),
)
