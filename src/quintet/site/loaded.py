"""What is loaded: read from the published facts and from the ledger's own log, never by scanning rows."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home

if TYPE_CHECKING:
    from quintet.facts.health import FormulaHealth

SIMULATED = "simulated"


@dataclass(frozen=True)
class Loaded:
    """The ledger at a glance.

    Args:
        version: its Delta version; -1 while there is none.
        rows: interactions it holds.
        loaded_at: when the newest load was written; None before the first.
        sources: the systems the rows came from, as far as the files say.
    """

    version: int = -1
    rows: int = 0
    loaded_at: datetime | None = None
    sources: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Is there nothing to look at yet?"""
        return self.rows == 0

    @property
    def is_simulated(self) -> bool:
        """Does any of it come from the simulated company?"""
        return SIMULATED in self.sources


def published_facts(home: Home | None = None) -> Any:  # noqa: ANN401
    """The newest published facts, or None before the first load."""
    from quintet.facts.published import Facts

    try:
        return Facts.published(home or settings.HOME)
    except NotEnoughData:
        return None


def data_health_of(home: Home | None = None) -> "tuple[FormulaHealth, ...]":
    """Which formulas the published facts can feed; empty before the first load."""
    from quintet.facts.health import health

    facts = published_facts(home)
    return () if facts is None else health(facts)


def loaded(home: Home | None = None) -> Loaded:
    """What the ledger holds now."""
    from quintet.ledger.interactions import Interactions

    home = home or settings.HOME
    return _loaded(home, Interactions(home).version())


@lru_cache(maxsize=8)
def _loaded(home: Home, version: int) -> Loaded:
    if version < 0:
        return Loaded()
    from quintet.ledger.interactions import Interactions

    interactions = Interactions(home)
    table = interactions.table.opened()
    if table is None:
        return Loaded()
    newest = table.history(1)[0]["timestamp"]
    return Loaded(version, interactions.rows(), _instant(newest), interactions.sources())


def _instant(milliseconds: int) -> datetime:
    from datetime import UTC

    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def facts_are_current(home: Home | None = None) -> bool:
    """Do the published facts already hold everything the ledger does?"""
    facts = published_facts(home)
    at = loaded(home).version
    return at < 0 or (facts is not None and getattr(facts, "ledger_version", None) == at)
