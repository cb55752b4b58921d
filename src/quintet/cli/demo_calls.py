"""Calls in the simulated company: transcripts of made-up people, a dictionary, a scorecard, two reviews."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from quintet.kernel.home import Home

if TYPE_CHECKING:
    from quintet.facts.published import Facts

_CALLS = 12
_APART = 5  # of a rep's leads, every so many is one of a call
_BUYERS = ("Omar Reyes", "Ines Albrecht", "Tomas Vidal", "Priya Nand", "Lena Fors", "Aldo Marin")
#: What is said, the rep first; %s is the buyer's first name.
_OPENINGS = (
    "Hello %s, thank you for the time. How do new customers find you today?",
    "Good morning %s. Last week you said leads come in and nobody calls them. What happened since?",
    "Hi %s, before I show anything: what would have to change this year for you to be glad we spoke?",
)
_ANSWERS = (
    "Mostly by word of mouth. We bought a list last year and it brought nothing. Your price scares me.",
    "Two of us write a blog when there is time. We also look at Brightpath, they are cheaper.",
    "If we knew which article brings somebody who buys, that alone would be worth it.",
)
_PROBES = (
    "What does one new customer bring you in a year?",
    "When nobody calls a lead back, what does that cost you?",
    "Who else feels it when the month ends without leads?",
)
_WORTH = (
    "Four thousand, perhaps five. So three more a month would be a lot of money.",
    "A day a week for each of my people. And my partner has to agree, he signs.",
    "Too expensive is what he will say. We would need the numbers in writing.",
)
_CLOSES = (
    "Then let us count it together on Thursday, with your partner. Does ten o'clock work?",
    "I will send two articles of firms like yours. May I call you on Monday to hear what fits?",
    "Let me show you the one page that answers that. Do you have a quarter of an hour now?",
)
_TOPICS = (
    ("Price", "objection", "price\nexpensive\ncheaper"),
    ("Brightpath", "topic", "brightpath"),
    ("Who decides", "topic", "partner has to agree\nhe signs\nwho else"),
)
_QUESTIONS = (
    ("Did the buyer count the worth?", "Nobody did", "The buyer, aloud, in money", "qualified"),
    ("Is there a next date with who decides?", "None", "A day and an hour, with them", "demo"),
)


def record(home: Home, facts: "Facts", by: Any) -> None:  # noqa: ANN401 -- somebody with an account
    """Twelve calls of the demo's manager and rep, listened to, two of them scored."""
    from quintet.facts.scope import Scope
    from quintet.site.models import User
    from quintet.training.actions.call_reviews import Wording, add_question, write_scorecard
    from quintet.training.actions.calls import Importer
    from quintet.training.actions.topics import write_topic

    as_of = (facts.as_of or datetime.now(UTC)).replace(tzinfo=UTC)
    known = [one for one in User.objects.filter(role="rep").order_by("pk") if one.rep_id]
    leads = {one.rep_id: found for one in known if (found := _leads(facts, one.rep_id))}
    reps = [one for one in known if one.rep_id in leads][:3]
    if not reps:
        return
    for name, kind, phrases in _TOPICS:
        write_topic(name, kind, phrases, by=by, now=as_of)
    card = write_scorecard("First call", by=by, now=as_of)
    for told in _QUESTIONS:
        add_question(card, Wording(*told))
    importer = Importer(by, Scope.everything(), home, facts, as_of)
    calls = [_brought(at, reps[at % len(reps)], leads, importer) for at in range(_CALLS)]
    _score(calls[:2], card, by, as_of)


def _leads(facts: "Facts", rep_id: int) -> list[tuple[int, datetime]]:
    """Leads the rep reached, the newest first, and when."""
    leads = facts.table("leads")
    mine = leads.filter(leads.connected_by == rep_id, leads.connected_at.notnull())
    rows = facts.arrow(mine.select("lead_id", "connected_at").order_by(["connected_at", "lead_id"]))
    return [(row["lead_id"], row["connected_at"].replace(tzinfo=UTC)) for row in reversed(rows.to_pylist())]


def _brought(at: int, rep: Any, leads: dict[int, list[tuple[int, datetime]]], importer: Any) -> Any:  # noqa: ANN401
    """The call in which a lead was reached."""
    from quintet.training.actions.calls import ImportTerms, import_calls
    from quintet.training.asks.call_people import Buyer

    mine = leads[rep.rep_id]
    lead, when = mine[min(_APART * at, len(mine) - 1)]
    terms = ImportTerms("asked", rep_id=rep.rep_id, started_at=when, buyer=Buyer(lead))
    file = (f"first-call-{at + 1:02}.vtt", _transcript(at, rep.name).encode())
    (call,) = import_calls([file], terms, importer).calls
    return call


def _transcript(at: int, rep: str) -> str:
    """A short first call as a Zoom recording writes it; who talks how long differs from call to call."""
    buyer = _BUYERS[at % len(_BUYERS)]
    said = (
        (rep, _OPENINGS[at % 3] % buyer.split()[0]),
        (buyer, _ANSWERS[at % 3]),
        (rep, _PROBES[(at + at // 3) % 3]),
        (buyer, _WORTH[(at + 1 + at // 3) % 3]),
        (rep, _CLOSES[(at + at // 4) % 3]),
        (buyer, "Thursday works." if at % 2 else "Send it, and we will see."),
    )
    lines, start = ["WEBVTT", ""], 0
    for number, (who, text) in enumerate(said, start=1):
        end = start + 320 * len(text.split()) + 40 * (at % 5)
        lines += [str(number), f"{_clock(start)} --> {_clock(end)}", f"{who}: {text}", ""]
        start = end + 300 + 250 * ((at + number) % 4)
    return "\n".join(lines)


def _clock(ms: int) -> str:
    return f"00:{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _score(calls: list[Any], card: Any, by: Any, now: datetime) -> None:  # noqa: ANN401
    """Somebody who teaches scores each call, with the moment that says so."""
    from quintet.training.actions.call_reviews import Scored, submit_review

    for at, call in enumerate(calls):
        moments = list(call.cues.order_by("start_ms").values_list("start_ms", flat=True))
        questions = card.questions.filter(retired_at=None)
        said = {one.key: Scored(4 - at, moments[3], "") for one in questions}
        submit_review(call, card, said, by=by, now=now)
