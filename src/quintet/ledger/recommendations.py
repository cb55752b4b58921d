"""What a formula advises, as a row of the ledger: how every room hands its advice to the loop.

    inbox.offer([as_row(advice, now)])

The loop picks it up, people decide, and what followed is held against what was promised.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from quintet.kernel.errors import BadInput
from quintet.kernel.finding import CausalGrade
from quintet.kernel.home import Home
from quintet.ledger.delta import connect
from quintet.ledger.interactions import Interactions

#: What may be advised.
TOPICS = (
    "score threshold",
    "coaching plan",
    "module",
    "hire",
    "policy",
    "promotion",
    "early refit",
)
_LONGEST_WAIT = 3 * 366


@dataclass(frozen=True)
class Evidence:
    """What an advice rests on, and promises.

    Args:
        measure: what is measured, e.g. "demos held of 100 leads".
        unit: of the numbers, e.g. "points".
        estimate: what following it is said to bring, in `unit`.
        lo: lower end of its interval, 90 % unless the measure says otherwise; None where it has none.
        hi: upper end.
        n: cases it rests on.
        grade: how far it may be read as cause.
    """

    measure: str
    unit: str
    estimate: float
    lo: float | None
    hi: float | None
    n: int
    grade: CausalGrade = CausalGrade.ASSOCIATION


@dataclass(frozen=True)
class Followed:
    """What really followed an advice, measured as its evidence is.

    Args:
        estimate: in the unit of the evidence.
        lo: lower end of its 90 % interval; None where it has none.
        hi: upper end.
        n: cases.
        note: how it was measured, or where it can be looked up.
    """

    estimate: float
    lo: float | None
    hi: float | None
    n: int
    note: str


@dataclass(frozen=True)
class Advice:
    """One recommendation.

    Args:
        key: its own name within the formula; the same key is the same advice, however often it is offered.
        topic: one of TOPICS.
        sentence: what to do.
        formula: which formula says so.
        version: which version of it.
        to: whom it is said to, e.g. "marketing" or "the manager of team North".
        evidence: what it rests on and promises.
        after_days: so long after the decision what followed is held against the promise.
        rep_id: the rep it is about; those who may not see the rep do not see it.
        candidate_id: the candidate it is about, likewise.
        is_done: it was carried out by a stated rule; nobody decides on it.
    """

    key: str
    topic: str
    sentence: str
    formula: str
    version: str
    to: str
    evidence: Evidence
    after_days: int
    rep_id: int | None = None
    candidate_id: int | None = None
    is_done: bool = False

    @property
    def source_ref(self) -> str:
        """Its identity in the ledger."""
        return f"recommendation:{self.formula}:{self.key}#recommendation.made"


def as_row(advice: Advice, now: datetime, *, made_at: datetime | None = None) -> dict[str, object]:
    """The row that tells the ledger, for `inbox.offer`.

    Args:
        advice: what is advised.
        now: when we knew.
        made_at: when it was made; now by default.

    Raises:
        BadInput: for a topic nobody knows, an empty sentence, numbers that are none, or no time to look back.
    """
    checked(advice)
    told = asdict(advice)
    kept = {key: told[key] for key in told if key not in {"topic", "rep_id", "candidate_id"}}
    about = {key: told[key] for key in ("rep_id", "candidate_id") if told[key] is not None}
    return {
        "occurred_at": made_at or now,
        "recorded_at": now,
        "kind": "recommendation.made",
        "content": advice.topic,
        "source": "quintet",
        "source_ref": advice.source_ref,
        "detail": json.dumps(kept, sort_keys=True),
        **about,
    }


def advice_rows(home: Home, *, after_batch: int | None = None) -> Iterator[dict[str, Any]]:
    """The rows of `as_row` in the ledger, as they stand.

    Args:
        home: whose.
        after_batch: only what came after this version of the ledger; everything by default.
    """
    con = connect()
    advised = Interactions(home).relation(con, after_batch=after_batch)
    columns = "source, source_ref, occurred_at, content, detail, rep_id, candidate_id"
    yield from advised.filter("kind = 'recommendation.made'").project(columns).to_arrow_table().to_pylist()


def read_advice(topic: str, detail: str, about: Mapping[str, Any]) -> Advice:
    """An advice from its row.

    Args:
        topic: the row's content.
        detail: the row's detail.
        about: rep_id and candidate_id of the row.

    Raises:
        BadInput: when the row breaks the form.
    """
    try:
        told = json.loads(detail)
        evidence = Evidence(**{**told["evidence"], "grade": CausalGrade(told["evidence"]["grade"])})
        advice = Advice(**{**told, "evidence": evidence, "topic": topic}, **about)
        return checked(advice)
    except (TypeError, ValueError, KeyError) as error:
        msg = f"a recommendation must have the fields of Advice, got {detail[:80]!r}: {error}"
        raise BadInput(msg) from error


def checked(advice: Advice) -> Advice:
    """The advice, when it can be held against what follows.

    Raises:
        BadInput: naming the value and the rule.
    """
    _require(advice.topic in TOPICS, f"topic must be one of {', '.join(TOPICS)}, got {advice.topic!r}")
    for name in ("key", "sentence", "formula", "version", "to"):
        _require(bool(str(getattr(advice, name)).strip()), f"{name} must be told, got an empty text")
    days = advice.after_days
    _require(0 <= days <= _LONGEST_WAIT, f"after_days must lie in 0..{_LONGEST_WAIT}, got {days}")
    require_numbers(advice.evidence)
    return advice


def require_numbers(one: Evidence | Followed) -> None:
    """Refuse numbers that are none.

    Raises:
        BadInput: unless lo <= estimate <= hi, all finite, and n is 0 or more.
    """
    ends = [value for value in (one.lo, one.estimate, one.hi) if value is not None]
    _require(all(math.isfinite(value) for value in ends), f"numbers must be finite, got {ends}")
    _require(ends == sorted(ends), f"lo <= estimate <= hi must hold, got {ends}")
    _require((one.lo is None) == (one.hi is None), "an interval must have both ends or none")
    _require(one.n >= 0, f"n must be 0 or more, got {one.n}")


def _require(is_so: bool, rule: str) -> None:  # noqa: FBT001 -- a check reads so
    if not is_so:
        raise BadInput(rule)
