"""When a call began, as far as the name of its file says."""

import re
from datetime import UTC, datetime

#: Zoom's cloud names a recording by its start: GMT20240305-140102_Recording.transcript.vtt.
_ZOOM = re.compile(r"GMT(\d{8}-\d{6})(?!\d)", re.ASCII)


def started_at(name: str) -> datetime | None:
    """The start in the name of a Zoom recording, in UTC; None in any other name."""
    found = _ZOOM.search(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:  # digits, but no day
        return None
