"""What the score is worth, as it was last worked out, and which share of leads is held out of it."""

import json
from dataclasses import dataclass
from datetime import datetime

from quintet.demand.actions.routing import share_in_force
from quintet.demand.actions.worth import StoredWorth, shelf_of
from quintet.demand.formula.routing import DEFAULT_SHARE, MOST_SHARE
from quintet.demand.models.routing import HoldoutShare
from quintet.facts.published import Facts
from quintet.kernel.plain import as_report


@dataclass(frozen=True)
class Share:
    """The share of new leads held out of the score.

    Args:
        share: 0..0.2; 0 where it is switched off.
        most: the most it may be.
        is_set: somebody or the worker has set it; else it is what the worker will begin with.
        by: who set it; empty for the worker.
        reason: why; empty for the worker.
        set_at: when; None while it is not set.
        since: leads handed over from then on are drawn; None while it is not set.
    """

    share: float
    most: float
    is_set: bool
    by: str
    reason: str
    set_at: datetime | None
    since: datetime | None


@dataclass(frozen=True)
class WorthAnswer:
    """What is known of the score's worth.

    Args:
        stored: the answer; None before the first lead was drawn.
        is_current: it rests on the facts as they are now.
        share: of leads held out.
        history: every share there was, newest first.
    """

    stored: StoredWorth | None
    is_current: bool
    share: Share
    history: tuple[Share, ...]


def worth(facts: Facts) -> WorthAnswer:
    """The answer as it was last worked out; aggregates only, the same for everybody who may ask."""
    text = shelf_of(facts.home).in_use()
    stored = None if text is None else as_report(StoredWorth, json.loads(text))
    policy = share_in_force()
    first = _share(policy) if policy else Share(DEFAULT_SHARE, MOST_SHARE, False, "", "", None, None)  # noqa: FBT003
    rows = HoldoutShare.objects.select_related("set_by")
    is_current = stored is not None and stored.facts_version == facts.version
    return WorthAnswer(stored, is_current, first, tuple(_share(one) for one in rows))


def _share(one: HoldoutShare) -> Share:
    by = str(one.set_by) if one.set_by else ""
    return Share(
        one.share, MOST_SHARE, is_set=True, by=by, reason=one.reason, set_at=one.set_at, since=one.since
    )
