"""What people do with the playbook: write a page, rewrite it, take examples, retire one."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell
from quintet.training.actions.certificates import unsettle
from quintet.training.actions.versions import tell_version
from quintet.training.asks.playbook import newest_versions, text_of
from quintet.training.formula.page_drift import page_drift
from quintet.training.models.playbook import PageCheck, PageVersion, PlaybookPage
from quintet.training.terms.playbook import PageText, Written, checked
from quintet.training.terms.starter_pages import BY_KEY

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

#: Names that mean something else in the addresses of pages.
_TAKEN = {"", "new", "examples"}


def write(text: PageText, *, by: "AbstractBaseUser", now: datetime, why: str = "") -> PageVersion:
    """Write a new page.

    Raises:
        BadInput: when it is incomplete, or there is one of that key.
    """
    if text.key in _TAKEN:
        raise BadInput(f"a page cannot be called {text.title!r}: give it a title of its own")
    if PlaybookPage.objects.filter(key=text.key).exists():
        raise BadInput(f"there is a page {text.key!r} already: rewrite it, or give this one another title")
    checked(text)
    with transaction.atomic():
        page = PlaybookPage.objects.create(key=text.key, **_place(text))
        return _keep(page, 1, text, Written(why), by, now)


def rewrite(text: PageText, written: Written, *, by: "AbstractBaseUser", now: datetime) -> PageVersion:
    """Write a new version of a page; the older ones stay.

    Where it unsettles certificates, those that rest on an older version are revoked and people are told.

    Raises:
        BadInput: when it is incomplete, nothing changed, it is not said why, or there is no such page.
    """
    page = PlaybookPage.objects.filter(key=text.key).first()
    if page is None:
        raise BadInput(f"there is no page {text.key!r}: write it first")
    newest = page.versions.order_by("-number").first()
    assert newest is not None  # noqa: S101 -- a page is written with its first version
    checked(text)
    if text == text_of(newest):
        raise BadInput("nothing changed: an equal version would only ask people to read it again")
    if not written.why.strip():
        raise BadInput("say what changed and why: people who sell by the page read that first")
    with transaction.atomic():
        for field, value in _place(text).items():
            setattr(page, field, value)
        page.retired_at = None
        page.save()
        version = _keep(page, newest.number + 1, text, written, by, now)
        if written.unsettles:
            unsettle(version, now=now)
    return version


def take_examples(keys: Iterable[str], *, by: "AbstractBaseUser", now: datetime) -> int:
    """Take example pages that are not in the playbook yet, to be filled in; returns how many.

    Raises:
        BadInput: for a key the examples do not have.
    """
    wanted = list(dict.fromkeys(keys))
    stray = [key for key in wanted if key not in BY_KEY]
    if stray:
        raise BadInput(f"the examples have no page {stray[0]!r}")
    here = set(PlaybookPage.objects.values_list("key", flat=True))
    fresh = [BY_KEY[key] for key in wanted if key not in here]
    with transaction.atomic():
        for text in fresh:
            write(text, by=by, now=now, why="Taken from the examples, to be filled in")
    return len(fresh)


def retire(page: PlaybookPage, *, by: "AbstractBaseUser", now: datetime) -> None:
    """Take a page out of the playbook; its versions stay, and a later version brings it back."""
    with transaction.atomic():
        if PlaybookPage.objects.filter(pk=page.pk, retired_at=None).update(retired_at=now):
            detail = {"retired": True, "by": by.pk}
            tell_version(row("page.written", f"page:{page.key}:retired", now, detail, content=page.key))


def check_steps(facts: Facts, now: datetime) -> str:
    """See of each page whether the step it should move has drifted since; says how many were counted.

    Harmless to repeat: what was counted on this version of the facts is left alone.
    """
    known = dict(PageCheck.objects.values_list("version_id", "facts_version"))
    bound = [one for one in newest_versions() if one.page.moves and known.get(one.pk) != facts.version]
    for one in bound:
        found = page_drift(facts, one.page.moves, one.written_at.date())
        told = {"facts_version": facts.version, "told": _as_json(asdict(found)), "checked_at": now}
        PageCheck.objects.update_or_create(version=one, defaults=told)
    return f"{len(bound)} pages counted"


def _as_json(told: dict[str, Any]) -> dict[str, Any]:
    """Dates as text, at any depth."""
    return {
        key: _as_json(value)
        if isinstance(value, dict)
        else (value.isoformat() if hasattr(value, "isoformat") else value)
        for key, value in told.items()
    }


def _place(text: PageText) -> dict[str, str]:
    """What belongs to the page and not to a version."""
    return {
        "section": text.section,
        "moves": text.moves,
        "buyers_stage": text.buyers_stage.strip(),
        "context": text.context.strip(),
    }


def _keep(
    page: PlaybookPage, number: int, text: PageText, written: Written, by: "AbstractBaseUser", now: datetime
) -> PageVersion:
    version = PageVersion.objects.create(
        page=page,
        number=number,
        title=text.title.strip(),
        body=text.body.replace("\r\n", "\n").strip(),
        why=written.why.strip(),
        unsettles=written.unsettles,
        written_by=by,  # type: ignore[misc]
        written_at=now,
    )
    detail = {"version": number, "title": version.title, "why": version.why, "moves": page.moves,
              "section": page.section, "unsettles": written.unsettles, "by": by.pk}  # fmt: skip
    tell(row("page.written", f"page:{page.key}:{number}", now, detail, content=page.key))
    return version
