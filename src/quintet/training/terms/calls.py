"""What crosses the wall about calls: measures of a conversation, topics, and what goes with the next step."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from quintet.calendar.periods import after_months
from quintet.kernel.errors import BadInput

#: How somebody said yes to the recording.
CONSENTS = {
    "asked": "Asked at the start of the call, and everybody agreed",
    "written": "Agreed in writing before",
    "told": "Told before, could object, and nobody did",
}
TOPIC_KINDS = {"topic": "Topic", "objection": "Objection"}
#: Months the words of a call are kept, unless somebody says otherwise, and at most.
KEPT_MONTHS = 12
MOST_MONTHS = 36
_MOMENT = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)
#: Of each longer word the search knows so many letters.
MOST_LETTERS = 60
#: Points of a question, from the worst to the best.
LOWEST, HIGHEST = 1, 5


def clock(ms: int) -> str:
    """A moment of a call as people read it: 1:02:03, or 2:03 in the first hour."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def moment_ms(text: str) -> int | None:
    """A moment as people type it: 2:03, 1:02:03; None for no moment, the end of its second for a second.

    Raises:
        BadInput: for anything else.
    """
    told = text.strip()
    if not told:
        return None
    found = _MOMENT.fullmatch(told)
    if found is None:
        raise BadInput(f"{told!r} is no moment: write minutes:seconds as the transcript does, e.g. 2:03")
    hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return (hours * 3600 + minutes * 60 + seconds) * 1000 + 999


@dataclass(frozen=True)
class Said:
    """A cue, for the measures.

    Args:
        start_ms: from the beginning.
        end_ms: not before it.
        speaker: who; empty where unknown.
        text: what.
    """

    start_ms: int
    end_ms: int
    speaker: str
    text: str


@dataclass(frozen=True)
class Measures:
    """How a conversation went, counted; no judgement.

    Args:
        minutes: from the first word to the last.
        talk_ratio: share of all speech that is the rep's, 0..1.
        longest_monologue_seconds: the rep's longest speech before anybody else says a word.
        questions: the rep asked; None where the transcript has no punctuation.
        patience_seconds: median silence between the buyer's last word and the rep's first; None where cues
            have no ends, or the rep never answered.
        answers: times the rep spoke after the buyer, on which patience rests.
        switches_a_minute: how often the voice changes.
    """

    minutes: float
    talk_ratio: float
    longest_monologue_seconds: float
    questions: int | None
    patience_seconds: float | None
    answers: int
    switches_a_minute: float


@dataclass(frozen=True)
class Person:
    """Somebody of the company who may be on a call.

    Args:
        rep_id: of the facts.
        name: as the facts or the account have it.
        email: of the account; may be empty.
    """

    rep_id: int
    name: str
    email: str = ""


@dataclass(frozen=True)
class TopicWords:
    """A topic or an objection in the company's own words.

    Args:
        key: of the topic.
        name: as people call it.
        kind: topic or objection.
        phrases: what is said when it comes up.
        version: of the phrases.
    """

    key: str
    name: str
    kind: str
    phrases: tuple[str, ...]
    version: int = 1

    @property
    def kind_name(self) -> str:
        """Topic or Objection."""
        return TOPIC_KINDS[self.kind]


@dataclass(frozen=True)
class Heard:
    """A phrase of a topic in a text.

    Args:
        start: place of its first character.
        end: behind its last.
        topic: key.
    """

    start: int
    end: int
    topic: str


@dataclass(frozen=True)
class TopicCall:
    """A call, as far as topics go.

    Args:
        buyer: the lead, or the call itself where none is linked: what is counted once.
        held_on: the day.
        topics: keys of what came up.
        counted: keys of what was looked for, by the phrases of today.
        reached_next: the lead reached its next step after the call; None while that is open or unknown.
    """

    buyer: str
    held_on: date
    topics: frozenset[str]
    counted: frozenset[str]
    reached_next: bool | None = None


@dataclass(frozen=True)
class TopicOutcome:
    """How leads went on where a topic came up, beside those where it did not. An association.

    Args:
        topic: key.
        with_reached, with_n: leads with it that reached the next step, and all.
        without_reached, without_n: the same without it.
        difference: share with it less share without; None where too few.
        lo, hi: ends of its 90 % interval.
        q_value: corrected for the number of topics looked at.
        is_reported: stands after that correction.
        reason: why it says nothing; empty where it does.
    """

    topic: str
    with_reached: int
    with_n: int
    without_reached: int
    without_n: int
    difference: float | None = None
    lo: float | None = None
    hi: float | None = None
    q_value: float = 1.0
    is_reported: bool = False
    reason: str = ""


@dataclass(frozen=True)
class MovedTopic:
    """How often a topic comes up in a quarter, beside the four quarters before it.

    Args:
        topic: key.
        quarter: its first day.
        now_with, now_n: buyers of the quarter who brought it up, and all.
        before_with, before_n: of the year before.
        difference: share now less share before.
        lo, hi: ends of its 90 % interval.
        q_value: corrected for the number of topics looked at.
        is_reported: moved, after that correction.
    """

    topic: str
    quarter: date
    now_with: int
    now_n: int
    before_with: int
    before_n: int
    difference: float
    lo: float
    hi: float
    q_value: float
    is_reported: bool

    @property
    def last_day(self) -> date:
        """The last day of the quarter."""
        return after_months(self.quarter, 3) - timedelta(days=1)


@dataclass(frozen=True)
class ScoredCall:
    """One question of one reviewed call.

    Args:
        buyer: the lead, or the call itself where none is linked.
        question: key.
        score: mean of the raters.
        reached: did the lead reach the question's step after the call? None while that is open or unknown.
    """

    buyer: str
    question: str
    score: float
    reached: bool | None


@dataclass(frozen=True)
class QuestionEvidence:
    """Whether a question's score goes with the step it should move. An association.

    Args:
        question: key.
        n: leads with a score and a known outcome.
        reached: of them, reached the step.
        correlation: Spearman's; None where too few.
        lo, hi: ends of its 90 % interval.
        q_value: corrected for the number of questions.
        is_reported: stands after that correction.
        reason: why it says nothing; empty where it does.
    """

    question: str
    n: int
    reached: int
    correlation: float | None = None
    lo: float | None = None
    hi: float | None = None
    q_value: float = 1.0
    is_reported: bool = False
    reason: str = ""


@dataclass(frozen=True)
class RatersAgree:
    """How far raters of the same calls agree on a question.

    Args:
        question: key.
        calls: scored by two raters or more.
        single: intraclass correlation of one rater's score; None where too few.
        lo, hi: ends of its 90 % interval.
        reason: why it says nothing; empty where it does.
    """

    question: str
    calls: int
    single: float | None = None
    lo: float | None = None
    hi: float | None = None
    reason: str = ""
