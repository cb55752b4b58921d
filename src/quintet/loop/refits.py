"""Early refits: what is in use, fitted anew between two turns because people accepted the advice to.

    formulas/loop.demand.lead_score/refits/20261112T090000000000.json

Which ones there are, the ledger says: an accepted advice is one, at the instant it was accepted, from what
was known then. So the next turn, and any later run of it, finds the same ones.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from quintet.facts.history import facts_as_known
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf
from quintet.ledger.delta import connect
from quintet.ledger.interactions import Interactions
from quintet.loop.files import write_whole
from quintet.loop.terms import BASELINE, Turn
from quintet.stats.trials import Fitted, Formula

TOPIC = "early refit"


@dataclass(frozen=True)
class EarlyRefit:
    """One early refit.

    Args:
        at: when it was accepted: what was known then is all it sees; ISO 8601.
        after: the turn before it.
        recipe: the recipe in use, or the baseline.
        version: what was fitted; empty where it was refused.
        refused: why nothing could be fitted.
    """

    at: str
    after: str
    recipe: str
    version: str
    refused: str = ""


def early_refits(
    home: Home, formula: Formula, shelf: Shelf, turns: Sequence[Turn], when: Sequence[datetime]
) -> tuple[EarlyRefit, ...]:
    """The early refits accepted at these instants, oldest first; fitted where they were not yet.

    Args:
        home: whose.
        formula: which.
        shelf: where its versions are kept.
        turns: oldest first; a refit before the first of them is left out.
        when: as `accepted` tells.
    """
    found = (_refit(home, formula, shelf, turns, at) for at in when)
    return tuple(one for one in found if one is not None)


def with_refits(turns: Sequence[Turn], refits: Sequence[EarlyRefit]) -> list[Turn]:
    """The turns, with each early refit in its place as one that fitted a single recipe and scored nothing."""
    told: list[Turn] = []
    for turn in turns:
        told.append(turn)
        for one in (one for one in refits if one.after == turn.period and one.version):
            told.append(_as_turn(told[-1], one))
    return told


def accepted(home: Home, formula: str) -> tuple[datetime, ...]:
    """When people accepted the advice to refit a formula early, by the ledger."""
    ledger = Interactions(home).table.opened()
    if ledger is None:
        return ()
    mine = f"recommendation:{formula}:"
    told = _all_accepted(home, ledger.version(), str(ledger.metadata().id))
    return tuple(sorted(at for advice, at in told if advice.startswith(mine)))


@lru_cache(maxsize=4)
def _all_accepted(home: Home, _version: int, _identity: str) -> tuple[tuple[str, datetime], ...]:
    """Advice and instant, of all formulas: the ledger is read once a version, however many ask."""
    known = Interactions(home).relation(connect())
    kind, topic = "kind = 'recommendation.decided'", f"content = '{TOPIC}' and outcome = 'accepted'"
    rows = known.filter(f"{kind} and {topic}").project("occurred_at, detail").to_arrow_table().to_pylist()
    return tuple(
        (str(json.loads(row["detail"]).get("advice", "")), row["occurred_at"].astimezone(UTC)) for row in rows
    )


def kept_refits(home: Home, formula: str) -> tuple[EarlyRefit, ...]:
    """The early refits that were made, oldest first."""
    return tuple(_read(path) for path in sorted(_folder(home, formula).glob("*.json")))


def _refit(
    home: Home, formula: Formula, shelf: Shelf, turns: Sequence[Turn], at: datetime
) -> EarlyRefit | None:
    before = [turn for turn in turns if datetime.fromisoformat(turn.until) <= at]
    if not before or not before[-1].fitted:
        return None
    path = _folder(home, formula.name) / f"{at:%Y%m%dT%H%M%S%f}.json"
    if path.exists() and (known := _read(path)).after == before[-1].period:
        return known
    made = _made(home, formula, shelf, before[-1], at)
    write_whole(path, json.dumps(asdict(made), sort_keys=True, indent=1) + "\n")
    return made


def _made(home: Home, formula: Formula, shelf: Shelf, turn: Turn, at: datetime) -> EarlyRefit:
    try:
        version = shelf.put(_fitted(home, formula, turn, at).text)
    except NotEnoughData as error:
        return EarlyRefit(at.isoformat(), turn.period, turn.next, "", str(error))
    return EarlyRefit(at.isoformat(), turn.period, turn.next, version)


def _fitted(home: Home, formula: Formula, turn: Turn, at: datetime) -> Fitted:
    facts = facts_as_known(home, at)
    if turn.next == BASELINE:
        return formula.baseline(facts, at, turn.setting)
    return formula.fit(facts, at, turn.next, turn.setting)


def _as_turn(before: Turn, one: EarlyRefit) -> Turn:
    return replace(
        before,
        since=before.until,
        until=one.at,
        in_use=before.next,
        fitted={**before.fitted, one.recipe: one.version},
        refused={},
        units=0,
        clusters=(),
        contests=(),
        reading="refitted early, as accepted",
    )


def _folder(home: Home, formula: str) -> Path:
    return home.formulas / f"loop.{formula}" / "refits"


def _read(path: Path) -> EarlyRefit:
    return EarlyRefit(**json.loads(path.read_text(encoding="utf-8")))
