"""Making the next version of the facts: from everything, or from what is new.

`rebuild` is the oracle: every row of the ledger, every table. `refresh` finds the leads and opportunities
that new rows speak of, and computes only theirs again. Both publish a version at one instant: rows, tables
and the ledger version they belong to become visible together.
"""

import shutil
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from quintet.facts.building import Building
from quintet.facts.tables import columns_digest
from quintet.facts.versions import Manifest, current_manifest, known_folder, only_writer
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions


@dataclass(frozen=True)
class Refreshed:
    """What a load of the facts did.

    Args:
        version: the version now published.
        rows: rows of each table now.
        seconds: how long it took.
        incremental: were only the leads with news computed?
    """

    version: int
    rows: dict[str, int]
    seconds: float
    incremental: bool


def rebuild(home: Home, *, zone: str | None = None, now: datetime | None = None) -> Refreshed:
    """Compute every table from every interaction, and publish it.

    Args:
        home: whose facts.
        zone: IANA name of the time zone the team works in, for hours of the day; None for the one of the
            version before, UTC for the first.
        now: instant of the load; the clock's by default. Later rows do not move `as_of`.

    Raises:
        BadInput: when the zone is not in the IANA list.
    """

    def everything(old: Manifest | None, moment: datetime) -> tuple[Manifest, bool]:
        place = zone or (old.zone if old else "UTC")
        return built(home, place, moment), False

    return _loaded(home, now, everything)


def refresh(home: Home, *, now: datetime | None = None) -> Refreshed:
    """Bring the facts up to date with the ledger; what it costs follows what is new.

    The first load, the first with a release that has other columns, and the load after a person was erased
    compute everything; the last also removes the older versions, which still hold the person.

    Args:
        home: whose facts.
        now: instant of the load; the clock's by default.

    Returns:
        The version published; the one before when the ledger holds nothing new.
    """

    def what_is_new(old: Manifest | None, moment: datetime) -> tuple[Manifest, bool]:
        if old is None:
            return built(home, "UTC", moment), False
        if old.columns != columns_digest():
            return built(home, old.zone, moment), False
        if Interactions(home).version() == old.ledger_version:
            return old, True
        return _refreshed(home, old, moment)

    return _loaded(home, now, what_is_new)


def _loaded(
    home: Home, now: datetime | None, load: Callable[[Manifest | None, datetime], tuple[Manifest, bool]]
) -> Refreshed:
    started = time.perf_counter()
    with only_writer(home.facts):
        manifest, incremental = load(current_manifest(home.facts), now or datetime.now(UTC))
    return Refreshed(manifest.version, manifest.rows, time.perf_counter() - started, incremental)


def built(
    home: Home, zone: str, now: datetime, *, keep_older: bool = True, known_at: datetime | None = None
) -> Manifest:
    """A version of everything in the ledger, or of what was known then; for whoever holds the lock.

    Args:
        home: whose facts.
        zone: IANA name of the time zone the team works in.
        now: instant of the load.
        keep_older: False to remove all older versions.
        known_at: only rows, names and merges recorded until then.
    """
    interactions = Interactions(home)
    with closing(Building.begin(home, zone, interactions.version())) as building:
        building.known_at = known_at
        building.keep_all(interactions)
        building.compute_all()
        return building.publish(now, keep_older=keep_older)


def _refreshed(home: Home, old: Manifest, now: datetime) -> tuple[Manifest, bool]:
    interactions = Interactions(home)
    with closing(Building.begin(home, old.zone, interactions.version(), old)) as building:
        news = building.keep_news(interactions, old.ledger_version)
        if news is not None:
            building.compute_touched(news)
            return building.publish(now), True
    shutil.rmtree(known_folder(home.facts), ignore_errors=True)  # they hold whoever was erased
    return built(home, old.zone, now, keep_older=False), False
