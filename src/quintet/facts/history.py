"""The facts as they were known at a past instant, to fit and to score without a look at what came later.

They are computed from the ledger alone, in a folder of their own: the published version is not touched. Asked
for again, they are opened; after the ledger has grown they are computed anew, for a file loaded today may
bring what was recorded long ago.
"""

import shutil
from dataclasses import replace
from datetime import UTC, datetime

from quintet.facts.published import Facts
from quintet.facts.refresh import built
from quintet.facts.tables import columns_digest
from quintet.facts.versions import Manifest, current_manifest, known_folder, only_writer
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

#: Instants of one home that stay on disk; those asked for longest ago go first.
MOST_KNOWN = 16


def facts_as_known(home: Home, known_at: datetime) -> Facts:
    """What the facts said at a past instant: rows, names and merges recorded later are not in them.

    Args:
        home: whose facts.
        known_at: the instant; the first load costs a full build.

    Returns:
        Facts like the published ones: same tables, time zone of the published version (UTC before the first).
        `as_of` is the newest instant of the rows that was not in the future then; None before there was one.

    Raises:
        BadInput: when the instant has no time zone.
    """
    if known_at.tzinfo is None:
        msg = f"known_at needs a time zone, got {known_at.isoformat()}: add +00:00"
        raise BadInput(msg)
    place = _place(home, known_at.astimezone(UTC))
    published = current_manifest(home.facts)
    zone = published.zone if published else "UTC"
    with only_writer(known_folder(home.facts)), only_writer(place.facts):
        if not _is_up_to_date(home, current_manifest(place.facts), zone):
            built(place, zone, known_at, keep_older=False, known_at=known_at)
        facts = Facts.published(place)
        _forget_oldest(home, place)
    return facts


def _place(home: Home, known_at: datetime) -> Home:
    """The same ledger with another folder for its facts."""
    return replace(home, path=known_folder(home.facts) / f"{known_at:%Y%m%dT%H%M%S%f}Z")


def _is_up_to_date(home: Home, manifest: Manifest | None, zone: str) -> bool:
    return manifest is not None and (
        (manifest.ledger_version, manifest.columns, manifest.zone)
        == (Interactions(home).version(), columns_digest(), zone)
    )


def _forget_oldest(home: Home, asked: Home) -> None:
    """Keep the instants asked for last; what is open on another one is read to its end in memory alone."""
    asked.path.touch()
    places = [path for path in known_folder(home.facts).iterdir() if path.is_dir()]
    for path in sorted(places, key=lambda path: path.stat().st_mtime_ns)[:-MOST_KNOWN]:
        shutil.rmtree(path)
