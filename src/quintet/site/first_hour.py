"""A new company's guided first hour: its steps with their true state, who looked at what, and its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import ibis
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.site.first_hour_steps import DONE, LATER, NEXT, OPTIONAL, Known, Step, steps_of
from quintet.site.loaded import data_health_of, loaded, published_facts
from quintet.site.models import FirstHour, User

if TYPE_CHECKING:
    from quintet.facts.published import Facts

SEES, CLOSES = "site.see_first_hour", "site.close_first_hour"
#: Name of the page's address → which look it is.
LOOKS = {"management:funnel": "funnel_seen_at", "data-health": "health_seen_at"}


@dataclass(frozen=True)
class Shown:
    """A step as one person sees it: its state, where it leads, and whether it is theirs to take."""

    step: Step
    number: int
    state: str
    url: str
    may: bool


@dataclass(frozen=True)
class Guide:
    """The first hour as one person sees it."""

    steps: tuple[Shown, ...]
    may_close: bool

    @property
    def done(self) -> int:
        """Steps that are done."""
        return sum(one.state == DONE for one in self.steps)

    @property
    def is_finished(self) -> bool:
        """Is nothing left but what is optional?"""
        return all(one.state in {DONE, OPTIONAL} for one in self.steps)


def guide_for(request: HttpRequest, home: Home | None = None) -> Guide | None:
    """The first hour for this reader; None once put away, for the simulated company, and for other roles."""
    user: Any = request.user
    if not user.has_perm(SEES) or _is_closed() or loaded(home).is_simulated:
        return None
    known = known_of(home or settings.HOME)
    steps = steps_of(known)
    states = states_of(steps, has_data=known.interactions > 0)
    shown = tuple(
        Shown(step, number, state, _address(step.page), bool(user.has_perm(step.permission)))
        for number, (step, state) in enumerate(zip(steps, states, strict=True), start=1)
    )
    return Guide(shown, bool(user.has_perm(CLOSES)))


def states_of(steps: Iterable[Step], *, has_data: bool) -> list[str]:
    """Each step done, next, optional or later: the first that is neither done nor optional is next."""
    found: list[str] = []
    for step in steps:
        if step.is_done:
            found.append(DONE)
        elif step.needs_data and not has_data:
            found.append(LATER)
        elif step.is_optional:
            found.append(OPTIONAL)
        else:
            found.append(LATER if NEXT in found else NEXT)
    return found


def known_of(home: Home) -> Known:
    """What the system knows of the first hour, read where it lies."""
    now, facts = loaded(home), published_facts(home)
    rows, rejected, rejects_load = _lines(home)
    return Known(
        rows=rows,
        interactions=now.rows,
        rejected=rejected,
        rejects_load=rejects_load,
        is_published=facts is not None,
        **_waiting(),
        **_looks(),
        **({} if facts is None else _of_facts(facts) | _turning(home)),
    )


def saw(page: str, now: datetime) -> None:
    """Somebody opened a page the first hour leads to; only the first look counts."""
    look = LOOKS[page]
    if not FirstHour.objects.filter(pk=1, **{f"{look}__isnull": False}).exists():
        FirstHour.objects.update_or_create(pk=1, defaults={look: now})


def close(now: datetime, by: User) -> None:
    """Put the guide away for everybody.

    Raises:
        BadInput: when it was put away before.
    """
    if _is_closed():
        raise BadInput("the first hour was put away already: home shows the pages instead")
    FirstHour.objects.update_or_create(pk=1, defaults={"closed_at": now, "closed_by": by})


def _is_closed() -> bool:
    return FirstHour.objects.filter(pk=1, closed_at__isnull=False).exists()


def _address(page: str) -> str:
    return page if page.startswith("/") else reverse(page)


def _lines(home: Home) -> tuple[int, int, str]:
    """Lines loaded in the browser, lines that wait to be corrected, and the newest load that has some."""
    from quintet.sources.files.load.rejects import list_loads, list_rejects
    from quintet.sources.files.models import State, Upload

    told = Upload.objects.filter(state=State.LOADED).values_list("report", flat=True)
    rows = sum(report["totals"]["loaded"] for report in told if report)
    waiting = [(one["load_id"], len(list_rejects(home, one["load_id"]))) for one in list_loads(home)]
    newest = next((load for load, count in waiting if count), "")
    return rows, sum(count for _, count in waiting), newest


def _waiting() -> dict[str, Any]:
    from quintet.sources.files.models import State, Upload

    over = (State.LOADED, State.DISCARDED)
    found = Upload.objects.exclude(state__in=over).defer("trial", "report", "seen").first()
    url = reverse("files:upload", args=[found.pk]) if found else ""
    return {"open_upload": str(found or ""), "open_upload_url": url}


def _looks() -> dict[str, Any]:
    one = FirstHour.objects.filter(pk=1).first() or FirstHour()
    return {"saw_funnel": one.funnel_seen_at is not None, "saw_health": one.health_seen_at is not None}


def _of_facts(facts: "Facts") -> dict[str, Any]:
    from quintet.demand.actions.contract import in_force

    return {**_counted(facts.home, facts.version), "has_contract": bool(in_force())}


@lru_cache(maxsize=4)
def _counted(home: Home, _version: int) -> dict[str, Any]:
    """People, quotas and health: the same for as long as the published facts are."""
    facts = published_facts(home)
    people = facts.table("reps").filter(ibis._.valid_to.isnull())
    counted = facts.arrow(people.agg(reps=people.rep_id.nunique(), teams=people.team.nunique()))
    months = facts.table("rep_months").filter(ibis._.quota.notnull())
    newest = months.filter(months.month == months.month.max()).select("rep_id").distinct()
    health = data_health_of(home)
    feeds = [str(one.feed) for one in health]
    lacking = next((one for one in health if str(one.feed) == "cannot"), None)
    return {
        **counted.to_pylist()[0],
        "quotas": facts.arrow(newest).num_rows,
        **{name: feeds.count(name) for name in ("can", "partly", "cannot")},
        "missing": f"{_capitalised(lacking.formula)}: {lacking.reason}." if lacking else "",
    }


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _turning(home: Home) -> dict[str, Any]:
    from quintet.loop.asks_turning import turning

    found = turning(home)
    return {
        "turned": found.sentence,
        "turn_refusal": found.refusal,
        "is_turning": found.is_running,
        "is_turned": found.is_done,
    }
