"""Questions about what became of the hires: as last worked out, and the customers behind a number."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import ibis

from quintet.facts.published import Facts
from quintet.hiring.actions.success import FORM, success_shelf
from quintet.hiring.terms.success import Success
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_report


def success(home: Home) -> Success:
    """What became of every rep, newest first.

    Raises:
        NotEnoughData: before it was worked out for the first time by this release.
    """
    shelf = success_shelf(home)
    use = shelf.made_in(FORM)
    if use is None:
        msg = "what became of the hires is not worked out yet: the worker does so after each load"
        raise NotEnoughData(msg, have=0, need=1, unit="loads")
    return _parsed(shelf.file(use.version))


@lru_cache(maxsize=4)
def _parsed(path: Path) -> Success:
    return as_report(Success, json.loads(path.read_text(encoding="utf-8")))


def customers_of(facts: Facts, rep_id: int) -> list[dict[str, Any]]:
    """The customers a rep signed, newest first: what early churn and lifetime value are counted on.

    Args:
        facts: a published version.
        rep_id: whose.
    """
    won, deals = facts.table("customers"), facts.table("opportunities")
    mine = won.filter(won.rep_id == rep_id).left_join(
        deals.select("opportunity_id", deal="label"), "opportunity_id"
    )
    columns = (
        "opportunity_id",
        "deal",
        "won_at",
        "cancelled_at",
        "observed_days",
        "mrr",
        "amount",
        "currency",
    )
    return facts.arrow(mine.select(*columns).order_by(ibis.desc("won_at"))).to_pylist()
