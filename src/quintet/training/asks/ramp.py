"""Questions about the ramp: what was worked out last, and the reps behind each number."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from quintet.calendar.periods import month_number
from quintet.facts.asking import names_of_reps
from quintet.facts.careers import Ending
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_report
from quintet.training.metrics.ramp import journeys, months_finished
from quintet.training.models.curriculum import Module
from quintet.training.terms.kept import FORM, KeptRamp, ramp_shelf
from quintet.training.terms.ramp import Journey


@dataclass(frozen=True)
class Chosen:
    """Which reps are asked for.

    Args:
        ending: reached, left or ramping; empty for all.
        joined: start of the quarter or year they joined in, as 2025 or 2025 Q1; empty for all.
        manager: rep_id of whose team they came into, as text; empty for all.
        module: key of one they finished before the month in which the way ended; empty for all.
        without: those who had not, instead.
    """

    ending: str = ""
    joined: str = ""
    manager: str = ""
    module: str = ""
    without: bool = False


@dataclass(frozen=True)
class Seen:
    """Reps a person may see, of those asked for.

    Args:
        rows: one each, newest first.
        hidden: reps that are counted and not shown to this person.
    """

    rows: tuple[dict[str, Any], ...]
    hidden: int


def kept_ramp(home: Home) -> KeptRamp:
    """What was worked out last.

    Raises:
        NotEnoughData: before it was worked out for the first time by this release.
    """
    shelf = ramp_shelf(home)
    use = shelf.made_in(FORM)
    if use is None:
        msg = (
            "the ramp is not worked out yet: it takes reps with a joining date and a quota, and the worker"
            " works it out within the hour"
        )
        raise NotEnoughData(msg, have=0, need=1, unit="reps on their way to quota")
    return _parsed(shelf.file(use.version))


@lru_cache(maxsize=4)
def _parsed(path: Path) -> KeptRamp:
    return as_report(KeptRamp, json.loads(path.read_text(encoding="utf-8")))


def reps_of(facts: Facts, scope: Scope, chosen: Chosen) -> Seen:
    """The reps behind a number, as far as this person may see them.

    Args:
        facts: a published version.
        scope: of the person.
        chosen: which reps.
    """
    finished = months_finished(facts, chosen.module) if chosen.module else {}
    tests: tuple[Callable[[Journey], bool], ...] = (
        lambda one: chosen.ending in {"", one.ending.value},
        lambda one: chosen.joined in {"", str(one.joined.year), quarter_name(one.joined)},
        lambda one: chosen.manager in {"", str(one.manager_id)},
        lambda one: not chosen.module or _had_it(one, finished) != chosen.without,
    )
    found = [one for one in journeys(facts) if all(test(one) for test in tests)]
    mine = [one for one in found if scope.sees(one.rep_id)]
    rows = tuple(_row(one, finished.get(one.rep_id)) for one in mine)
    return Seen(rows, len(found) - len(mine))


def finished_by(facts: Facts, scope: Scope, module: str) -> Seen:
    """Everybody who finished a module, newest first, as far as this person may see them.

    Args:
        facts: a published version.
        scope: of the person.
        module: key.
    """
    names, days = names_of_reps(facts), months_finished(facts, module)
    mine = sorted((rep for rep in days if scope.sees(rep)), key=lambda rep: days[rep], reverse=True)
    rows = tuple({"name": names.get(rep, str(rep)), "finished": days[rep]} for rep in mine)
    return Seen(rows, len(days) - len(mine))


def _had_it(one: Journey, finished: dict[int, date]) -> bool:
    """Did it count in the last month of the way? The month of finishing does not."""
    day = finished.get(one.rep_id)
    return day is not None and month_number(day) - month_number(one.joined) + 1 < one.months


def _row(one: Journey, finished: date | None) -> dict[str, Any]:
    return {
        "rep_id": one.rep_id,
        "name": one.name,
        "joined": one.joined,
        "months": one.months,
        "ending": WORDS[one.ending],
        "finished": finished,
    }


#: How the way to quota ended, in words.
WORDS = {Ending.REACHED: "made quota", Ending.LEFT: "left before", Ending.RAMPING: "still on the way"}


def quarter_name(day: date) -> str:
    """The quarter somebody joined in."""
    return f"{day.year} Q{(day.month + 2) // 3}"


def module_names() -> dict[str, str]:
    """Key → name of every module that was written down."""
    return dict(Module.objects.values_list("key", "name"))


def rep_names(facts: Facts) -> dict[int, str]:
    """What reps and managers are called."""
    return names_of_reps(facts)
