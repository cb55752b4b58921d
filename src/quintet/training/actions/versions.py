"""Telling the ledger of something that is written again and again: each time is a version of its record."""

import hashlib
from typing import Any

from quintet.ledger.telling import tell


def tell_version(told: dict[str, Any]) -> None:
    """Append an interaction about a record that may have been told before.

    Args:
        told: `ledger.telling.row`; what it says and when makes the version.
    """
    digest = hashlib.sha256(f"{told['occurred_at'].isoformat()}{told['detail']}".encode()).hexdigest()[:16]
    tell({**told, "source_ref": f"{told['source_ref']}@{digest}"})
