"""What people do with criteria: write one, rewrite it, take examples, decide what becomes of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from quintet.hiring.models.criteria import Criterion, CriterionFate
from quintet.hiring.terms.criteria import CriterionText, FateText, changes, checked, checked_weight
from quintet.hiring.terms.starter import BY_KEY
from quintet.hiring.terms.words import FATES, OVERALL
from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


#: Names that mean something else beside the criteria, or in their addresses.
_TAKEN = {"", OVERALL, "homework", "new", "examples"}


def write(text: CriterionText, *, by: "AbstractBaseUser", now: datetime) -> Criterion:
    """Write a new criterion down.

    Raises:
        BadInput: when it is incomplete, or there is one of that key.
    """
    if text.key in _TAKEN:
        raise BadInput(f"a criterion cannot be called {text.key!r}: give it a name of its own")
    if Criterion.objects.filter(key=text.key).exists():
        raise BadInput(
            f"there is a criterion {text.key!r} already: rewrite it, or give this one another name"
        )
    return _keep(text, 1, by, now)


def rewrite(text: CriterionText, *, by: "AbstractBaseUser", now: datetime) -> Criterion:
    """Write a new version of a criterion; the older ones stay, with the scores given by them.

    Raises:
        BadInput: when it is incomplete, nothing changed, no reason is given, or there is no such criterion.
    """
    newest = Criterion.objects.filter(key=text.key).order_by("-version").first()
    if newest is None:
        raise BadInput(f"there is no criterion {text.key!r}: write it first")
    if not changes(text_of(newest), text):
        raise BadInput("nothing changed: an equal version would only hide which one was scored by")
    if not text.reason.strip():
        raise BadInput("say why it is rewritten: scores of before and after are compared later")
    return _keep(text, newest.version + 1, by, now)


def take_examples(keys: Iterable[str], *, by: "AbstractBaseUser", now: datetime) -> int:
    """Take criteria of the starter set that are not in the catalogue yet; returns how many.

    Raises:
        BadInput: for a key the starter set does not have.
    """
    wanted = list(dict.fromkeys(keys))
    stray = [key for key in wanted if key not in BY_KEY]
    if stray:
        raise BadInput(f"the starter set has no {stray[0]!r}")
    here = set(Criterion.objects.values_list("key", flat=True))
    fresh = [BY_KEY[key] for key in wanted if key not in here]
    with transaction.atomic():
        for text in fresh:
            _keep(replace(text, reason="Taken from the examples"), 1, by, now)
    return len(fresh)


def decide_fate(key: str, told: FateText, *, by: "AbstractBaseUser", now: datetime) -> CriterionFate:
    """Keep, drop or re-weight a criterion, with the reason and what was known on that day.

    Raises:
        BadInput: when there is no such criterion or fate, no reason, or the weight does not belong.
    """
    if not Criterion.objects.filter(key=key).exists():
        raise BadInput(f"there is no criterion {key!r}: write it first")
    if told.fate not in FATES:
        raise BadInput(f"a fate is one of {', '.join(FATES)}, got {told.fate!r}")
    if not told.reason.strip():
        raise BadInput("say why: in a year nobody will remember")
    if (told.fate == "reweighted") != (told.weight is not None):
        raise BadInput("a re-weighted criterion needs its new weight, and only that one does")
    with transaction.atomic():
        one = CriterionFate.objects.create(
            key=key,
            fate=told.fate,
            weight=None if told.weight is None else checked_weight(told.weight),
            evidence=dict(told.evidence),
            reason=told.reason.strip(),
            decided_by=by,  # type: ignore[misc]
            decided_at=now,
        )
        detail = {"reason": one.reason, "weight": one.weight, "evidence": one.evidence, "by": by.pk}
        record = f"criterion:{key}:fate:{one.pk}"
        tell(row("criterion.decided", record, now, detail, content=key, outcome=told.fate))
    return one


def text_of(one: Criterion) -> CriterionText:
    """What a version says."""
    told = (one.key, one.name, one.definition, one.assessed_by, one.anchors)
    return CriterionText(*told, one.measure, one.prior_weight, one.reason)


def _keep(text: CriterionText, version: int, by: "AbstractBaseUser", now: datetime) -> Criterion:
    checked(text)
    with transaction.atomic():
        one = Criterion.objects.create(
            key=text.key,
            version=version,
            name=text.name.strip(),
            definition=text.definition.strip(),
            assessed_by=text.assessed_by.strip(),
            anchors={points: said.strip() for points, said in text.anchors.items() if said.strip()},
            measure=text.measure,
            prior_weight=text.prior_weight,
            reason=text.reason.strip(),
            written_by=by,  # type: ignore[misc]
            written_at=now,
        )
        detail = {"version": version, "name": one.name, "prior_weight": one.prior_weight,
                  "measure": one.measure, "reason": one.reason, "by": by.pk}  # fmt: skip
        tell(row("criterion.written", f"criterion:{text.key}:{version}", now, detail, content=text.key))
    return one
