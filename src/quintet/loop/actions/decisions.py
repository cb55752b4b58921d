"""The decision log at work: advice is picked up, people decide, and what followed is written down."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home
from quintet.ledger import inbox
from quintet.ledger.interactions import Interactions
from quintet.ledger.recommendations import (
    Advice,
    Evidence,
    Followed,
    advice_rows,
    as_row,
    read_advice,
    require_numbers,
)
from quintet.loop.actions.drift import refit_followed
from quintet.loop.decisions import PERIODS_AFTER, followed, promotions, recipe_word
from quintet.loop.formulas import formulas
from quintet.loop.models.decisions import PickedUp, Recommendation, State
from quintet.loop.refits import TOPIC as EARLY_REFIT
from quintet.loop.running import Turns
from quintet.loop.terms import Contest, Turn

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

PROMOTION = "promotion"
_CHUNK = 500
_ABOUT = ("rep_id", "candidate_id")
_CHOICES = (State.ACCEPTED, State.CHANGED, State.REFUSED)


@dataclass(frozen=True)
class Taken:
    """What became of the advice in the ledger.

    Args:
        added: records that are new.
        refused: rows that break the form of an advice, and were left alone.
        erased: records whose row was erased from the ledger.
    """

    added: int
    refused: int
    erased: int


def record_promotions(home: Home, turns: Sequence[Turn], now: datetime | None = None) -> int:
    """Tell the ledger each promotion and demotion of these turns, once.

    Args:
        home: whose.
        turns: of one formula, oldest first, as `running.run` returns them.
        now: when we knew; the present by default.

    Returns:
        How many were told now; 0 when run again.
    """
    told = [_promoted(turn, contest) for turn, contest in promotions(turns)]
    logged = set(Recommendation.objects.filter(topic=PROMOTION).values_list("source_ref", flat=True))
    fresh = [(advice, at) for advice, at in told if advice.source_ref not in logged]
    known = _refs_in_ledger(home) if fresh else set()
    rows = [as_row(advice, now or timezone.now(), made_at=at) for advice, at in fresh]
    return inbox.offer([row for row in rows if row["source_ref"] not in known]).accepted


def pick_up(home: Home) -> Taken:
    """Read new advice from the ledger into the log; run again it adds nothing."""
    interactions, mark = Interactions(home), PickedUp.objects.get_or_create(pk=1)[0]
    version = interactions.version()
    if version == mark.batch:
        return Taken(0, 0, 0)
    erased = _forget_erased(home) if interactions.erased_since(mark.batch + 1) else 0
    made, refused = _read(advice_rows(home, after_batch=mark.batch))
    before = Recommendation.objects.count()
    with transaction.atomic():
        for at in range(0, len(made), _CHUNK):
            Recommendation.objects.bulk_create(made[at : at + _CHUNK], ignore_conflicts=True)
        PickedUp.objects.filter(pk=1).update(batch=version)
    return Taken(Recommendation.objects.count() - before, refused, erased)


def decide(one: Recommendation, state: str, reason: str, *, by: "AbstractBaseUser", now: datetime) -> None:
    """Accept an advice, refuse it, or do it in another way; the ledger is told.

    Raises:
        BadInput: when it was decided before, is none of the three, or a refusal or change has no reason.
    """
    if state not in _CHOICES:
        raise BadInput(f"the decision must be one of {', '.join(_CHOICES)}, got {state!r}")
    if state != State.ACCEPTED and not reason.strip():
        raise BadInput(f"say why it is {state}: the reason is what the adviser learns from")
    with transaction.atomic():
        told = {"state": state, "reason": reason.strip(), "decided_at": now, "decided_by": by}
        if not Recommendation.objects.filter(pk=one.pk, state=State.OPEN).update(**told):
            raise BadInput(f"this was decided already: {one.sentence!r}; open it again to see by whom")
        inbox.offer([_decided(one, state, reason.strip(), by, now)])
    one.refresh_from_db()


def follow(
    one: Recommendation, what: Followed, *, now: datetime, by: "AbstractBaseUser | None" = None
) -> None:
    """Write down what followed an advice, once, after its stated time.

    Args:
        one: which advice.
        what: what followed, in the unit of its evidence.
        now: the present.
        by: who typed it in; None when it was measured.

    Raises:
        BadInput: when nothing was decided, it is too early, known already, or has no evidence.
    """
    due = due_at(one)
    if due is None:
        raise BadInput("nothing was decided yet: accept it or refuse it first")
    if by is not None and now < due:
        raise BadInput(f"what followed is looked at {due:%-d %b %Y} or later: it is {now:%-d %b %Y}")
    if not what.note.strip():
        raise BadInput("say how it was measured, or where it can be looked up")
    require_numbers(what)
    told = {"followed": asdict(what), "followed_at": now, "followed_by": by}
    if not Recommendation.objects.filter(pk=one.pk, followed__isnull=True).update(**told):
        raise BadInput("what followed is known already, and is not written over")
    one.refresh_from_db()


def follow_up(home: Home, now: datetime, advisers: Sequence[Any] | None = None) -> int:
    """Measure what followed every decided advice whose time has come; returns how many became known.

    Args:
        home: whose.
        now: the present.
        advisers: asked by their hook `followed(facts, advice, since, until)`, where they have one; the
            formulas of the loop by default.
    """
    known = {one.name: one for one in (formulas() if advisers is None else advisers)}
    waiting = Recommendation.objects.filter(followed__isnull=True).exclude(state=State.OPEN)
    found = 0
    for one in waiting:
        own = {PROMOTION: _promotion_followed, EARLY_REFIT: refit_followed}.get(one.topic)
        what = own(home, one) if own else _measured(home, one, known.get(one.formula))
        if what is not None:
            follow(one, what, now=now)
            found += 1
    return found


def keep_up(home: Home, now: datetime) -> str:
    """Tell promotions, pick up advice and measure what followed; says what happened in a few words."""
    promoted = sum(record_promotions(home, Turns(home, one.name).kept(), now) for one in formulas())
    taken, found = pick_up(home), follow_up(home, now)
    told = [f"{taken.added} picked up", f"{found} outcomes"]
    told += [f"{promoted} promotions told"] if promoted else []
    told += [f"{taken.refused} rows were no advice"] if taken.refused else []
    told += [f"{taken.erased} erased"] if taken.erased else []
    return ", ".join(told)


def due_at(one: Recommendation) -> datetime | None:
    """From when on what followed is held against the promise; None before anything was decided."""
    return one.decided_at + timedelta(days=one.after_days) if one.decided_at else None


def _promoted(turn: Turn, contest: Contest) -> tuple[Advice, datetime]:
    since, until = datetime.fromisoformat(turn.since), datetime.fromisoformat(turn.until)
    unit = next((one.unit for one in formulas() if one.name == turn.formula), "loss")
    evidence = Evidence(
        measure="loss saved a cluster, in the periods before; its interval holds however often one looks",
        unit=unit,
        estimate=contest.gain or 0.0,
        lo=contest.lo,
        hi=contest.hi,
        n=contest.clusters,
    )
    advice = Advice(
        key=_promotion_key(turn),
        topic=PROMOTION,
        sentence=f"Use {recipe_word(turn.next)} instead of {recipe_word(turn.in_use)}.",
        formula=turn.formula,
        version=turn.version_in_use or turn.next,
        to="everybody who works by it",
        evidence=evidence,
        after_days=PERIODS_AFTER * (until - since).days,
        is_done=True,
    )
    return advice, until - timedelta(microseconds=1)


def _promotion_key(turn: Turn) -> str:
    return f"{turn.period}: {turn.in_use} → {turn.next}"


def _promotion_followed(home: Home, one: Recommendation) -> Followed | None:
    turns = Turns(home, one.formula).kept()
    turn = next((turn for turn, _ in promotions(turns) if _promotion_key(turn) == one.key), None)
    try:
        return followed(turns, turn.period, turn.next, turn.in_use) if turn else None
    except NotEnoughData:
        return None


def _measured(home: Home, one: Recommendation, adviser: Any) -> Followed | None:  # noqa: ANN401 -- a Formula or None
    """What the formula's own hook says followed; None where it has none, or cannot tell yet."""
    hook = getattr(adviser, "followed", None)
    due = due_at(one)
    if hook is None or due is None or one.decided_at is None:
        return None
    try:
        facts = Facts.published(home)
        if facts.as_of is None or facts.as_of.replace(tzinfo=UTC) < due:
            return None
        found: Followed | None = hook(facts, advice_of(one), one.decided_at, due)
    except NotEnoughData:
        return None
    return found


def advice_of(one: Recommendation) -> Advice:
    """The advice as its formula made it."""
    return Advice(
        key=one.key,
        topic=one.topic,
        sentence=one.sentence,
        formula=one.formula,
        version=one.version,
        to=one.to,
        evidence=Evidence(**one.evidence),
        after_days=one.after_days,
        rep_id=one.rep_id,
        candidate_id=one.candidate_id,
        is_done=one.state == State.DONE,
    )


def _refs_in_ledger(home: Home) -> set[str]:
    return {row["source_ref"] for row in advice_rows(home)}


def _read(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Recommendation], int]:
    made, refused = [], 0
    for row in rows:
        about = {key: row[key] for key in _ABOUT}
        try:
            advice = read_advice(row["content"] or "", row["detail"] or "", about)
        except BadInput:
            refused += 1
        else:
            made.append(_record(row, advice))
    return made, refused


def _record(row: Mapping[str, Any], advice: Advice) -> Recommendation:
    made_at = row["occurred_at"].astimezone(UTC)
    return Recommendation(
        source=row["source"],
        source_ref=row["source_ref"],
        made_at=made_at,
        topic=advice.topic,
        formula=advice.formula,
        version=advice.version,
        key=advice.key,
        sentence=advice.sentence,
        to=advice.to,
        evidence=asdict(advice.evidence),
        after_days=advice.after_days,
        rep_id=advice.rep_id,
        candidate_id=advice.candidate_id,
        state=State.DONE if advice.is_done else State.OPEN,
        decided_at=made_at if advice.is_done else None,
    )


def _forget_erased(home: Home) -> int:
    kept = {(row["source"], row["source_ref"]) for row in advice_rows(home)}
    known = Recommendation.objects.values_list("pk", "source", "source_ref")
    gone = [pk for pk, source, ref in known if (source, ref) not in kept]
    for at in range(0, len(gone), _CHUNK):
        Recommendation.objects.filter(pk__in=gone[at : at + _CHUNK]).delete()
    return len(gone)


def _decided(
    one: Recommendation, state: str, reason: str, by: "AbstractBaseUser", now: datetime
) -> dict[str, object]:
    about = {key: getattr(one, key) for key in _ABOUT if getattr(one, key) is not None}
    detail = {"advice": one.source_ref, "by": by.pk, "reason": reason}
    return {
        "occurred_at": now,
        "recorded_at": now,
        "kind": "recommendation.decided",
        "content": one.topic,
        "outcome": state,
        "source": "quintet",
        "source_ref": f"{one.source_ref.partition('#')[0]}#recommendation.decided",
        "detail": json.dumps(detail, sort_keys=True),
        **about,
    }
