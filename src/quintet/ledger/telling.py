"""How the rooms write what people did into the ledger."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quintet.ledger import inbox

SOURCE = "quintet"


def row(kind: str, record: str, at: datetime, detail: Mapping[str, Any], **columns: Any) -> dict[str, Any]:  # noqa: ANN401 -- columns of OFFERED
    """One interaction.

    Args:
        kind: of the registry.
        record: what it speaks of, e.g. criterion:curiosity:2; one row a record and kind, whenever it is told.
        at: when it happened, and was known.
        detail: what has no column of its own; empty values are left out.
        columns: candidate_id, rep_id, lead_id, content, outcome.
    """
    told = {key: value for key, value in detail.items() if value is not None and value != ""}
    return {
        "occurred_at": at,
        "recorded_at": at,
        "kind": kind,
        "source": SOURCE,
        "source_ref": f"{record}#{kind}",
        "detail": json.dumps(told, sort_keys=True, default=str),
        **{key: value for key, value in columns.items() if value is not None and value != ""},
    }


def tell(*rows: dict[str, Any]) -> None:
    """Append interactions, all or none."""
    inbox.offer(rows)


def person(user: Any) -> str:  # noqa: ANN401 -- somebody with an account
    """Who scores, in the words of the facts: rep:<id> of a rep, user:<id> of an account."""
    return f"user:{user.pk}" if user.rep_id is None else f"rep:{user.rep_id}"
