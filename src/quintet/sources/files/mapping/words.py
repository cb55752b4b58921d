"""What the values of a stage, an outcome or a kind of activity usually mean, in the ledger's words."""

import re
from collections.abc import Iterable

_STAGES = (
    ("lost", r"lost|disqualif|rejected|junk|unqualified|abandon"),
    ("won", r"\bwon\b|signed|customer|^converted$"),
    ("demo", r"demo|presentation|product tour"),
    ("qualified", r"qualif|discovery|needs analysis|\bsql\b"),
    ("connected", r"connected|contacted|conversation|\bmet\b"),
    ("worked", r"attempt|engag|working|in progress|prospecting started"),
)
_CALLS = (
    ("no_answer", r"no.?answer|not answered|unanswered|missed|no.?reply"),
    ("voicemail", r"voice.?mail|left (live )?message"),
    ("busy", r"busy|wrong number"),
    ("connected", r"connect|answered|spoke|reached|completed|talked"),
)
_MEETINGS = (
    ("missed", r"no.?show|missed|did not attend|not held"),
    ("held", r"complete|held|attended|done"),
    ("booked", r"schedul|booked|planned|upcoming"),
)
_EVENTS = (
    ("bounced", r"bounce"),
    ("replied", r"repl"),
    ("clicked", r"click"),
    ("opened", r"open"),
    ("sent", r"sent|send"),
)
_ACTIVITIES = (
    ("call", r"call|phone"),
    ("email", r"e-?mail"),
    ("meeting", r"meet|demo|lunch|event|visit"),
    ("message", r"message|sms|whatsapp|linkedin|chat"),
    ("note", r"note"),
    ("task", r"task|to.?do|deadline"),
)
_CONTENT = (("demo", r"demo|presentation"), ("qualifying", r"qualif|discovery|intro"))
_OUTCOME = (
    ("lost", r"lost|closed lost"),
    ("won", r"\bwon\b|^yes$|^true$|^1$|converted|customer"),
    ("disqualified", r"disqualif|junk|unqualified"),
)
_MEANINGS = {
    ("opportunities", "stage"): _STAGES,
    ("stage_history", "stage"): _STAGES,
    ("opportunities", "outcome"): _OUTCOME[:2],
    ("leads", "outcome"): _OUTCOME,
    ("calls", "outcome"): _CALLS,
    ("meetings", "outcome"): _MEETINGS,
    ("meetings", "content"): _CONTENT,
    ("emails", "event"): _EVENTS,
    ("activities", "activity"): _ACTIVITIES,
}


def has_words(rows: str, target: str) -> bool:
    """Are the values of this field translated to words of the ledger?"""
    return (rows, target) in _MEANINGS


def meanings(rows: str, target: str, values: Iterable[str]) -> dict[str, str]:
    """The word each value seems to mean; values that do not say it are left out."""
    found: dict[str, str] = {}
    for value in values:
        text = value.strip().lower()
        word = next((one for one, pattern in _MEANINGS[rows, target] if re.search(pattern, text)), None)
        if word and word != text:
            found[value] = word
    return found
