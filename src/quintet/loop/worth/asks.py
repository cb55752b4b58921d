"""Worth asked: as it was last worked out, one period of it, and the cases behind a number."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_report
from quintet.loop.actions.worth import FORM, worth_shelf
from quintet.loop.worth.terms import PeriodWorth, Worth


@dataclass(frozen=True)
class KeptWorth:
    """What is known.

    Args:
        worth: as last worked out.
        is_current: it rests on the facts as they are now.
    """

    worth: Worth
    is_current: bool


def worth(facts: Facts) -> KeptWorth:
    """What the formulas in use were worth, as last worked out.

    Raises:
        NotEnoughData: before it was worked out for the first time by this release.
    """
    told = kept(facts.home)
    if told is None:
        msg = "what the formulas are worth is not worked out yet: the worker does so within an hour of a load"
        raise NotEnoughData(msg, have=0, need=1, unit="loads")
    return KeptWorth(told, told.facts_version == facts.version)


def period_of(home: Home, period: str) -> tuple[Worth, PeriodWorth] | None:
    """The whole and one period of it; None where it was not worked out for that period."""
    told = kept(home)
    found = {one.period: one for one in told.periods} if told else {}
    return (told, found[period]) if told and period in found else None


def kept(home: Home) -> Worth | None:
    """As last worked out; None before the first time by this release."""
    shelf = worth_shelf(home)
    use = shelf.made_in(FORM)
    return None if use is None else _parsed(shelf.file(use.version))


@lru_cache(maxsize=4)
def _parsed(path: Path) -> Worth:
    return as_report(Worth, json.loads(path.read_text(encoding="utf-8")))
