"""The daily watch: what drifted by the end of the newest whole day, kept beside the turns.

    formulas/loop.demand.lead_score/drift/2026-11-28.json    what was seen that day, never edited

It sees what was known at the end of that day, so a day looks the same whenever it is watched.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from quintet.facts.history import facts_as_known
from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home
from quintet.loop.drift import Day, Drift, Level, Month, Moved, Watch, drift
from quintet.loop.files import write_whole
from quintet.loop.refits import kept_refits, with_refits
from quintet.loop.running import Turns, shelf_of
from quintet.loop.terms import Turn
from quintet.stats.trials import Formula, Watching


@dataclass(frozen=True)
class Drifts:
    """What the watch saw of one formula, on disk.

    Args:
        home: whose.
        formula: its name.
    """

    home: Home
    formula: str

    @property
    def folder(self) -> Path:
        """Where the days lie."""
        return self.home.formulas / f"loop.{self.formula}" / "drift"

    def days(self) -> list[str]:
        """The days watched, oldest first."""
        return sorted(path.stem for path in self.folder.glob("????-??-??.json"))

    def read(self, day: str) -> Drift | None:
        """What was seen on a day; None where nothing was."""
        path = self.folder / f"{day}.json"
        return _read(path.read_text(encoding="utf-8")) if day in self.days() else None

    def newest(self) -> Drift | None:
        """What was seen last; None before the first day."""
        days = self.days()
        return self.read(days[-1]) if days else None

    def keep(self, seen: Drift) -> None:
        """Write a day, whole or not at all."""
        write_whole(self.folder / f"{seen.day}.json", as_text(seen))


def watch(home: Home, formula: Formula, until: datetime | None = None) -> Drift:
    """Look at what is in use by the end of a day; a day and version seen before are read again.

    Args:
        home: whose.
        formula: which.
        until: the first instant not looked at, with a zone; the start of the newest day of the data, which
            may not be over, when left out.

    Raises:
        NotEnoughData: before a version is in use, or where the formula cannot be watched.
        BadInput: when the data end before that instant.
    """
    if not isinstance(formula, Watching):
        msg = f"{formula.title} does not tell what it promises day by day: it is scored by the turn alone"
        raise NotEnoughData(msg, have=0, need=1, unit="watch hooks")
    end = _end(home, until)
    turn = in_use_at(home, formula.name, end)
    day = f"{(end - timedelta(microseconds=1)).date()}"
    known = Drifts(home, formula.name).read(day)
    if known is not None and known.version == turn.version_in_use:
        return known
    facts = facts_as_known(home, end)
    version = formula.read(shelf_of(home, formula).read(turn.version_in_use))
    seen = formula.watch(facts, version, (datetime.fromisoformat(turn.until), end), turn.setting)
    found = drift(Watch(formula.name, day, turn.version_in_use, turn.next, turn.until), seen)
    Drifts(home, formula.name).keep(found)
    return found


def in_use_at(home: Home, formula: str, instant: datetime) -> Turn:
    """The turn, or early refit, whose version was in use at an instant.

    Raises:
        NotEnoughData: when nothing was.
    """
    turns = with_refits(Turns(home, formula).kept(), kept_refits(home, formula))
    told = [turn for turn in turns if turn.version_in_use and datetime.fromisoformat(turn.until) < instant]
    if not told:
        msg = "nothing is in use yet: the watch begins with the first turn that fits a version"
        raise NotEnoughData(msg, have=0, need=1, unit="versions in use")
    return told[-1]


def as_text(seen: Drift) -> str:
    """A day as JSON; the same day gives the same bytes."""
    return json.dumps(asdict(seen), sort_keys=True, indent=1) + "\n"


def _end(home: Home, until: datetime | None) -> datetime:
    facts = Facts.published(home)
    if facts.as_of is None:
        msg = "no row has a date: drift needs to know what came before what"
        raise NotEnoughData(msg, have=0, need=1, unit="rows with a date")
    newest = facts.as_of.replace(tzinfo=UTC)
    zone = ZoneInfo(facts.manifest.zone)
    if until is None:
        return datetime.combine(newest.astimezone(zone).date(), time(), zone).astimezone(UTC)
    if until > newest + timedelta(days=1):
        msg = f"the data end on {newest.date()}: watch a day before {until.date()}"
        raise BadInput(msg)
    return until.astimezone(UTC)


def _read(text: str) -> Drift:
    told: dict[str, Any] = json.loads(text)
    told["inputs"] = tuple(
        Moved(**one | {"levels": tuple(Level(**level) for level in one["levels"])}) for one in told["inputs"]
    )
    told["days"] = tuple(Day(**one) for one in told["days"])
    told["months"] = tuple(Month(**one) for one in told["months"])
    told["missing"] = tuple(told["missing"])
    return Drift(**told)
