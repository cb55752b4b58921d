"""Turning the periods of a company: those of its history at once, the newest when it is over.

    formulas/loop.demand.lead_score/turns/2026Q4.json     what the turn left, never edited
    formulas/loop.demand.lead_score/turns/seen.json       the ledger each was last computed from

A turn sees only what was known at the end of its period, so a past one comes out the same whenever it is run.
Killed on the way, the next run goes on with the first period that has no file. A period is computed again
only when the ledger since got a row that was known at its end: a file loaded today may tell of long ago.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from quintet.calendar.fiscal import FiscalCalendar
from quintet.calendar.periods import Grain, Period
from quintet.facts.history import facts_as_known
from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.recipe_in_use import use_recipe
from quintet.kernel.shelf import Shelf
from quintet.ledger.interactions import Interactions
from quintet.loop.files import write_whole
from quintet.loop.news import News
from quintet.loop.promotion import decided
from quintet.loop.refits import accepted, early_refits, with_refits
from quintet.loop.terms import Cluster, Contest, Turn
from quintet.loop.turning import Span, turned
from quintet.stats.trials import Formula

Say = Callable[[str], None]


@dataclass(frozen=True)
class Turns:
    """The turns of one formula, on disk.

    Args:
        home: whose.
        formula: its name.
    """

    home: Home
    formula: str

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.home.formulas / f"loop.{self.formula}" / "turns"

    def kept(self) -> list[Turn]:
        """Every turn, oldest first."""
        if not self.folder.exists():
            return []
        files = [path for path in self.folder.glob("*.json") if path.name != "seen.json"]
        found = [_read(path.read_text(encoding="utf-8")) for path in files]
        return sorted(found, key=lambda turn: turn.until)

    def keep(self, turn: Turn, ledger_version: int | None) -> None:
        """Write a turn, whole or not at all, and which ledger it was computed from; None to say so later."""
        write_whole(self.folder / f"{turn.period}.json", as_text(turn))
        if ledger_version is not None:
            self.keep_seen({turn.period: ledger_version})

    def standing(self, through: Period, ledger_version: int) -> list[Turn]:
        """The turns through a period, where each was held against this very ledger; else none.

        Nothing but the turns' own files is read.
        """
        kept = self.kept()
        names = [turn.period for turn in kept]
        if through.name not in names or self.seen() != dict.fromkeys(names, ledger_version):
            return []
        return kept[: names.index(through.name) + 1]

    def keep_seen(self, versions: Mapping[str, int]) -> None:
        """Write down which ledger the turns of these periods were last held against."""
        known = self.seen()
        if any(known.get(period) != version for period, version in versions.items()):
            write_whole(self.folder / "seen.json", json.dumps(known | dict(versions), sort_keys=True))

    def seen(self) -> dict[str, int]:
        """Period → version of the ledger its turn was last computed from."""
        path = self.folder / "seen.json"
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def run(
    home: Home,
    formula: Formula,
    through: Period,
    *,
    calendar: FiscalCalendar | None = None,
    say: Say = lambda _: None,
    most: int | None = None,
) -> list[Turn]:
    """Turn every period from the first with data through the one named; those done before are left alone.

    Args:
        home: whose.
        formula: which formula.
        through: the last period; month or quarter.
        calendar: of the company.
        say: told each period as it is turned.
        most: turn no more periods than this now; all of them when left out.

    Returns:
        Every turn, oldest first; where `most` cut the run short, those so far.

    Raises:
        NotEnoughData: when the ledger holds nothing with a date.
        BadInput: when the period has not ended in the data, or another length was turned before.
    """
    turns, shelf, version = Turns(home, formula.name), shelf_of(home, formula), Interactions(home).version()
    standing = turns.standing(through, version)
    if standing:
        return standing
    facts = Facts.published(home)
    zone = facts.manifest.zone
    spans = [_span(period, zone) for period in periods_due(facts, through, calendar)]
    past: list[Turn] = []
    done, news = {turn.period: turn for turn in turns.kept()}, News(home, turns.seen())
    _require_same_grain(done, spans)
    when = accepted(home, formula.name)
    for span in spans:
        turn = done.get(span.name)
        if turn is None or news.reach(span.name, span.until):
            if most is not None and most <= 0:
                return past
            say(f"{formula.title}: {span.name}")
            early = early_refits(home, formula, shelf, past, [at for at in when if at < span.until])
            facts_then = facts_as_known(home, span.until)
            turn = turned(formula, shelf, with_refits(past, early), span, facts_then)
            turns.keep(turn, None if span is spans[-1] else version)  # not done before it is in use
            most = None if most is None else most - 1
        past.append(turn)
    put_in_use(shelf, with_refits(past, early_refits(home, formula, shelf, past, when)))
    use_recipe(home, formula.name, decided(past))
    turns.keep_seen({span.name: version for span in spans})
    return past


def is_turned(home: Home, formula: Formula, through: Period) -> bool:
    """Has everything been turned through this period, and the ledger not moved on since?"""
    seen = Turns(home, formula.name).seen()
    return through.name in seen and set(seen.values()) == {Interactions(home).version()}


def shelf_of(home: Home, formula: Formula) -> Shelf:
    """Where the loop keeps the versions of a formula."""
    return Shelf(home, f"loop.{formula.name}")


def as_text(turn: Turn) -> str:
    """A turn as JSON; the same turn gives the same bytes."""
    return json.dumps(asdict(turn), sort_keys=True, indent=1) + "\n"


def newest_period(facts: Facts, grain: Grain, calendar: FiscalCalendar) -> Period:
    """The newest period of that length that is over in the data.

    Raises:
        NotEnoughData: when no row has a date.
    """
    return calendar.previous(calendar.containing(_newest_day(facts) + timedelta(days=1), grain))


def periods_due(facts: Facts, through: Period, calendar: FiscalCalendar | None = None) -> Sequence[Period]:
    """Every period a company's history is turned in: from the first lead with a date through the one named.

    Raises:
        NotEnoughData: when no row, or no lead, has a date.
        BadInput: when the last period is not over in the data.
    """
    newest = _newest_day(facts)
    if through.end > newest + timedelta(days=1):
        msg = f"{through} is not over in the data, which ends on {newest}: turn an earlier period"
        raise BadInput(msg)
    leads = facts.table("leads")
    first = facts.arrow(leads.agg(first=leads.created_at.min()))["first"][0].as_py()
    if first is None:
        msg = "no lead has a date: a turn needs to know what came before what"
        raise NotEnoughData(msg, have=0, need=1, unit="leads with a date")
    return list((calendar or FiscalCalendar()).range(first.date(), through.end, through.grain))


def _newest_day(facts: Facts) -> date:
    if facts.as_of is None:
        msg = "no row has a date: a turn needs to know what came before what"
        raise NotEnoughData(msg, have=0, need=1, unit="rows with a date")
    return facts.as_of.date()


def _span(period: Period, zone: str) -> Span:
    since, until = period.instants(zone)
    return Span(period.name, since.astimezone(UTC), until.astimezone(UTC))


def _require_same_grain(done: dict[str, Turn], spans: Sequence[Span]) -> None:
    known = {span.name for span in spans}
    strange = [
        turn
        for turn in done.values()
        if turn.period not in known and turn.until <= spans[-1].until.isoformat()
    ]
    if strange:
        msg = f"{strange[0].period} was turned before: go on with periods of that length"
        raise BadInput(msg)


def put_in_use(shelf: Shelf, turns: Sequence[Turn]) -> None:
    """Let the shelf say which version is in use, once for each turn or early refit that changed it."""
    if not turns or not turns[-1].version_in_use:
        return
    last = turns[-1]
    why = f"turn of {last.period}: {last.reading}"
    uses = shelf.uses()
    if not uses or (uses[-1].version, uses[-1].why) != (last.version_in_use, why):
        shelf.use(last.version_in_use, datetime.fromisoformat(last.until), why)


def _read(text: str) -> Turn:
    told: dict[str, Any] = json.loads(text)
    told["clusters"] = tuple(Cluster(**one) for one in told["clusters"])
    told["contests"] = tuple(Contest(**one) for one in told["contests"])
    return Turn(**told)
