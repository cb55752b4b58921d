"""The playbook asked: pages by section, one page with its versions, and which are stale."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.finding import Status
from quintet.training.metrics import page_steps as metrics
from quintet.training.metrics.page_steps import Span
from quintet.training.models.playbook import PageVersion, PlaybookPage
from quintet.training.terms.drift import StepDrift, StepRate
from quintet.training.terms.playbook import DiffLine, PageText, diff
from quintet.training.terms.starter_pages import STARTER
from quintet.training.terms.words import SECTIONS, STEPS

#: Characters of a page shown beside the work.
_BESIDE = 600


@dataclass(frozen=True)
class PageShown:
    """A page of the playbook in the version in use.

    Args:
        page: the page.
        version: what it says.
        drift: whether the step it should move has drifted since; None where it moves none, or was not
            counted yet.
    """

    page: PlaybookPage
    version: PageVersion
    drift: StepDrift | None

    @property
    def is_stale(self) -> bool:
        """Has its step moved since it was written? Then somebody should look at it."""
        return self.drift is not None and self.drift.has_moved

    @property
    def step(self) -> str:
        """The step it should move, in words."""
        return STEPS.get(self.page.moves, "")


@dataclass(frozen=True)
class VersionShown:
    """One version and how it differs from the one before; no lines for the first."""

    record: PageVersion
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True)
class Beside:
    """What of the playbook stands beside somebody's work on a step."""

    title: str
    key: str
    excerpt: str
    context: str


def playbook(*, retired: bool = False) -> tuple[tuple[str, tuple[PageShown, ...]], ...]:
    """Pages by section, in reading order; sections without a page are left out."""
    found = [shown(one) for one in newest_versions(retired=retired)]
    by_section = ((name, tuple(one for one in found if one.page.section == key)) for key, name in _sections())
    return tuple((name, pages) for name, pages in by_section if pages)


def page(key: str) -> PageShown | None:
    """One page, retired or not; None where there is none."""
    newest = _newest(PageVersion.objects.filter(page__key=key))
    return shown(newest[0]) if newest else None


@dataclass(frozen=True)
class StepLeads:
    """The leads behind a page's numbers, of the reps the reader may see.

    Args:
        side: "Before" or "Since".
        rate: the counts they stand behind.
        rows: as `metrics.page_steps.step_leads`, with the rep's name.
        of: how many there are with those of others.
    """

    side: str
    rate: StepRate
    rows: tuple[dict[str, Any], ...]
    of: int


def step_leads(
    facts: Facts, scope: Scope, shown: PageShown, side: str, *, converted: bool
) -> StepLeads | None:
    """The leads that came to a page's step before it was written, or since; None where none was counted.

    Args:
        facts: a published version.
        scope: whose rows the reader may see.
        shown: the page.
        side: "before" or "since".
        converted: only those that converted in time.
    """
    sides = {one.name.lower(): one for one in shown.drift.sides} if shown.drift else {}
    if side not in sides or shown.drift is None:
        return None
    rate, names = sides[side].rate, names_of_reps(facts)
    found = metrics.step_leads(facts, shown.page.moves, Span(rate.start, rate.end), shown.drift.within_days)
    asked = [row for row in found if row["in_time"] or not converted]
    mine = (row | {"rep": names.get(row["rep_id"], "")} for row in asked if scope.sees(row["rep_id"]))
    return StepLeads(sides[side].name, rate, tuple(mine), len(asked))


def versions(key: str) -> tuple[VersionShown, ...]:
    """Every version, newest first, with what it changed."""
    rows = list(_with_names(PageVersion.objects.filter(page__key=key)).order_by("number"))
    later = [VersionShown(now, diff(_whole(was), _whole(now))) for was, now in pairwise(rows)]
    return tuple(reversed([VersionShown(rows[0], ()), *later])) if rows else ()


def newest_versions(*, retired: bool = False) -> list[PageVersion]:
    """What each page says today, by title; retired pages only where asked for."""
    rows = PageVersion.objects.filter(page__retired_at__isnull=not retired)
    return sorted(_newest(rows), key=lambda one: one.title.lower())


def beside(step: str, context: str | None = None) -> tuple[Beside, ...]:
    """What the playbook says for a step: pages for one kind of lead first, then those for all.

    Args:
        step: the stage the step ends in, one of STEPS.
        context: segment or lead type; pages for others are left out. None leaves out none.
    """
    found = [one for one in newest_versions() if one.page.moves == step]
    if context is not None:
        found = [one for one in found if one.page.context in {"", context}]
    found.sort(key=lambda one: (not one.page.context, one.title.lower()))
    return tuple(Beside(one.title, one.page.key, _excerpt(one.body), one.page.context) for one in found)


def text_of(version: PageVersion) -> PageText:
    """What a version says, as it is written."""
    one = version.page
    told = (one.key, one.section, version.title, version.body)
    return PageText(*told, one.moves, one.buyers_stage, one.context)


def examples() -> list[dict[str, Any]]:
    """The example pages, each with its section in words and whether the playbook has it."""
    here = set(PlaybookPage.objects.values_list("key", flat=True))
    return [{"text": one, "section": SECTIONS[one.section], "is_taken": one.key in here} for one in STARTER]


def shown(version: PageVersion) -> PageShown:
    """A page with what was last counted of its step."""
    check = getattr(version, "check_of_step", None)
    return PageShown(version.page, version, _drift(check.told) if check and version.page.moves else None)


def _drift(told: dict[str, Any]) -> StepDrift:
    rates = {name: _rate(told[name]) if told[name] else None for name in ("before", "after")}
    return StepDrift(**{**told, **rates, "status": Status(told["status"])})


def _rate(told: dict[str, Any]) -> StepRate:
    ends = {name: date.fromisoformat(told[name]) for name in ("start", "end")}
    return StepRate(**{**told, **ends})


def _newest(rows: Any) -> list[PageVersion]:  # noqa: ANN401 -- Django's QuerySet
    newest: dict[int, PageVersion] = {}
    for one in _with_names(rows).order_by("number"):
        newest[one.page_id] = one
    return list(newest.values())


def _with_names(rows: Any) -> Any:  # noqa: ANN401
    return rows.select_related("page", "written_by", "check_of_step")


def _whole(version: PageVersion) -> str:
    return f"{version.title}\n{version.body}"


def _excerpt(body: str) -> str:
    """The first paragraphs, whole ones, up to a length."""
    taken: list[str] = []
    for part in body.split("\n\n"):
        if taken and sum(map(len, taken)) + len(part) > _BESIDE:
            break
        taken.append(part)
    return "\n\n".join(taken)


def _sections() -> Iterable[tuple[str, str]]:
    return SECTIONS.items()
