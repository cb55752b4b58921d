"""What the worker keeps for the pages of exams, readiness and mentors."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_report
from quintet.kernel.shelf import Shelf
from quintet.training.actions import items, readiness
from quintet.training.terms.items import ItemAnalysis
from quintet.training.terms.readiness import Readiness
from quintet.training.terms.skills import SkillBook

Kept = TypeVar("Kept")


def kept_items(home: Home) -> ItemAnalysis:
    """Every exam, as last analysed.

    Raises:
        NotEnoughData: before the worker has done so for the first time.
    """
    return _kept(ItemAnalysis, items.items_shelf(home), items.FORM)


def kept_readiness(home: Home) -> Readiness:
    """Exam and field side by side.

    Raises:
        NotEnoughData: before the worker has done so for the first time.
    """
    return _kept(Readiness, readiness.readiness_shelf(home), readiness.FORM)


def kept_skills(home: Home) -> SkillBook:
    """Everybody's skills.

    Raises:
        NotEnoughData: before the worker has done so for the first time.
    """
    return _kept(SkillBook, readiness.skills_shelf(home), readiness.FORM)


def _kept(kind: type[Kept], shelf: Shelf, form: str) -> Kept:
    use = shelf.made_in(form)
    if use is None:
        msg = "this is not worked out yet: the worker does so within the hour after a load"
        raise NotEnoughData(msg, have=0, need=1, unit="loads")
    found: Kept = _parsed(cast("Any", kind), shelf.file(use.version))
    return found


@lru_cache(maxsize=12)
def _parsed(kind: Any, path: Path) -> Any:  # noqa: ANN401 -- of the kind that is asked for
    return as_report(kind, json.loads(path.read_text(encoding="utf-8")))
