"""Builders that state only what matters."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from quintet.kernel.ids import entity_id
from quintet.ledger.schema import OFFERED

_IDS = ("lead", "account", "opportunity", "rep", "candidate")
_WHEN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def at(text: str) -> datetime:
    """A UTC instant from "2026-01-05" or "2026-01-05 09:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ref_id(entity: str, ref: str, system: str = "test") -> int:
    """The id that `interaction` gives an entity called `ref`."""
    return entity_id(entity, system, "id", ref)


def interaction(kind: str, when: str | datetime = _WHEN, **facts: object) -> dict[str, object]:
    """One offered row; lead="ann" becomes lead_id, `ref` the source_ref, the rest are columns.

    Without `ref` the row is known by its kind, instant and entities.
    """
    occurred = at(when) if isinstance(when, str) else when
    source = str(facts.pop("source", "test"))
    names = {entity: facts.pop(entity) for entity in _IDS if entity in facts}
    ref = facts.pop("ref", "|".join([occurred.isoformat(), *map(str, names.values())]))
    row: dict[str, object] = {
        "occurred_at": occurred,
        "recorded_at": occurred,
        "kind": kind,
        "source": source,
    }
    row |= {f"{entity}_id": ref_id(entity, str(name), source) for entity, name in names.items()}
    if "amount" in facts:
        row["amount"] = Decimal(str(facts.pop("amount"))).quantize(Decimal("0.01"))
    return row | {"source_ref": f"{ref}#{kind}"} | facts


def offered(*rows: dict[str, object]) -> pa.Table:
    """An Arrow table of interactions, ready for the ledger."""
    return pa.Table.from_pylist(list(rows), schema=OFFERED)


def export(folder: Path, files: Mapping[str, str | Iterable[str]]) -> Path:
    """A folder of files as a system exports them: each a text, or its lines."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else "".join(f"{line}\n" for line in content)
        (folder / name).write_text(text, "utf-8")
    return folder
