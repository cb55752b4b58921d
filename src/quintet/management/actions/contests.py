"""What managers do with contests: start one, end it early with a reason."""

import json
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox
from quintet.management.models.contests import Contest
from quintet.management.terms.contests import ContestTerms, Rule

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def start(  # noqa: PLR0913 -- all that is announced
    user: "AbstractBaseUser",
    scope: Scope,
    name: str,
    terms: ContestTerms,
    *,
    team: str = "",
    prize: str = "",
    today: date,
    now: datetime,
) -> Contest:
    """Announce a contest: from its first day on it is counted from the facts.

    Args:
        user: who does.
        scope: of that person: nobody sends reps of others into a contest.
        name: short; it stands in lists.
        terms: what is counted, for whom, by which rule.
        team: what was chosen; empty for everybody.
        prize: what is won, in words.
        today: the newest day of the data.
        now: when this is said.

    Raises:
        BadInput: when a rep is not the person's, the name is taken, or the first day is over.
    """
    require_own(scope, terms)
    if Contest.objects.filter(name=name).exists():
        raise BadInput(f"there is a contest called {name!r} already: give this one another name")
    if terms.start <= today:
        raise BadInput(
            f"a contest starts after {today}, the newest day of the data, got {terms.start}:"
            " a rule made for days that are over rewards who is known already"
        )
    with transaction.atomic():
        one = Contest.objects.create(
            name=name,
            team=team,
            terms=as_json(terms),
            starts_on=terms.start,
            ends_on=terms.end,
            prize=prize,
            started_by=user,  # type: ignore[misc]
            started_at=now,
        )
        detail = {"terms": one.terms, "team": team, "prize": prize, "user": user.pk}
        inbox.offer([_told("contest.started", one, now, detail)])
    return one


def end_early(user: "AbstractBaseUser", one: Contest, reason: str, *, today: date, now: datetime) -> None:
    """End a contest before its last day; days up to now still count.

    Raises:
        BadInput: when it has ended, or there is no reason.
    """
    if one.ended_on is not None or today > one.ends_on:
        raise BadInput(f"{one.name!r} has ended already, on {one.ended_on or one.ends_on:%-d %b %Y}")
    if not reason.strip():
        raise BadInput("say why: those who took part will ask")
    with transaction.atomic():
        one.ended_on, one.ended_at = max(today, one.starts_on), now
        one.ended_by, one.reason = user, reason.strip()  # type: ignore[assignment]
        one.save(update_fields=["ended_on", "ended_at", "ended_by", "reason"])
        detail = {"reason": one.reason, "ended_on": one.ended_on.isoformat(), "user": user.pk}
        inbox.offer([_told("contest.ended", one, now, detail)])


def require_own(scope: Scope, terms: ContestTerms) -> None:
    """Refuse a contest of somebody else's reps.

    Raises:
        BadInput: when one who takes part is not the person's to see.
    """
    strangers = [rep for rep in terms.rep_ids if not scope.sees(rep)]
    if strangers:
        raise BadInput(f"{len(strangers)} of these reps are not yours: choose your own team")


def as_json(terms: ContestTerms) -> dict[str, Any]:
    """Terms as the record and the ledger keep them."""
    told = {one.name: getattr(terms, one.name) for one in fields(terms)}
    return told | {
        "rule": str(terms.rule),
        "start": terms.start.isoformat(),
        "end": terms.end.isoformat(),
        "rep_ids": list(terms.rep_ids),
        "line": None if terms.line is None else str(terms.line),
    }


def terms_of(one: Contest) -> ContestTerms:
    """The terms a contest was started with; its last day is the one it was ended on."""
    told = dict(one.terms)
    told["rule"], told["rep_ids"] = Rule(told["rule"]), tuple(told["rep_ids"])
    told["start"], told["end"] = date.fromisoformat(told["start"]), date.fromisoformat(told["end"])
    told["line"] = None if told["line"] is None else Decimal(told["line"])
    return ContestTerms(**told)


def _told(kind: str, one: Contest, now: datetime, detail: dict[str, Any]) -> dict[str, object]:
    return {
        "occurred_at": now,
        "recorded_at": now,
        "kind": kind,
        "content": one.name,
        "source": "quintet",
        "source_ref": f"contest:{one.pk}#{kind}",
        "detail": json.dumps(detail, sort_keys=True),
    }
