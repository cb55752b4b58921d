"""What attribution and lifetime have in common: the stored answer, and the records behind a number."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.shelf import Shelf

Stored = TypeVar("Stored")
_REMEMBERED = 8
#: Marketing sees every lead it brought, without its rep.
_WITHOUT_REPS = "marketer"
_SHOWN = ("label", "source", "campaign", "segment", "created_at", "qualified_at", "won_at", "mrr", "currency")


@dataclass(frozen=True)
class Answer(Generic[Stored]):
    """A stored answer.

    Args:
        stored: what was computed; None when nothing is.
        is_current: computed from the facts as they are now.
    """

    stored: Stored | None
    is_current: bool


@dataclass(frozen=True)
class Records:
    """The leads a reader may see, newest first, and how many the number counts in all."""

    rows: tuple[dict[str, Any], ...]
    total: int


_memory: OrderedDict[tuple[str, str], object] = OrderedDict()
_lock = Lock()


def stored(facts: Facts, shelf_name: str, read: Callable[[str], Stored]) -> Answer[Stored]:
    """What is in use on a shelf, read once per process and version.

    Args:
        facts: the published version.
        shelf_name: the formula's.
        read: text to answer.
    """
    shelf = Shelf(facts.home, shelf_name)
    uses = shelf.uses()
    if not uses:
        return Answer(None, is_current=False)
    key = (str(shelf.folder), uses[-1].version)
    with _lock:
        found = _memory.get(key)
    if found is None:
        found = read(shelf.read(uses[-1].version))
        with _lock:
            _memory[key] = found
            while len(_memory) > _REMEMBERED:
                _memory.popitem(last=False)
    why = f"facts version {facts.version} of ledger version {facts.ledger_version}"
    return Answer(cast("Stored", found), is_current=uses[-1].why.split(",")[0] == why)


def leads_of(facts: Facts, scope: Scope, lead_ids: pa.ChunkedArray) -> Records:
    """The leads of these ids that a reader may see, newest first.

    Marketers see every lead; others those of their people and of nobody.

    Args:
        facts: the published version.
        scope: the reader's.
        lead_ids: each as often as the number counts it.
    """
    leads = facts.table("leads")
    found = facts.arrow(leads.select("lead_id", "rep_id", *_SHOWN))
    found = found.filter(pc.is_in(found["lead_id"], value_set=pc.unique(lead_ids)))
    if scope.role != _WITHOUT_REPS and scope.rep_ids is not None:
        own = pc.is_in(found["rep_id"], value_set=pa.array(sorted(scope.rep_ids), pa.int64()))
        found = found.filter(pc.or_(own, pc.is_null(found["rep_id"])))
    order = pc.sort_indices(found, sort_keys=[("created_at", "descending"), ("lead_id", "ascending")])
    return Records(tuple(found.take(order).to_pylist()), len(np.unique(lead_ids.to_numpy())))
