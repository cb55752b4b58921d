"""How long records of candidates are kept."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

#: Months after the decision, unless somebody says otherwise.
KEPT_MONTHS = 24


@dataclass(frozen=True)
class Due:
    """A candidate whose time is over.

    Args:
        id: of the record.
        name: as it was written down.
        role: applied for.
        outcome: hired, rejected or withdrew.
        decided_on: when.
    """

    id: UUID
    name: str
    role: str
    outcome: str
    decided_on: date
