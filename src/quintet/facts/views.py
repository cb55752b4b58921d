"""A table as its generations say: the newest rows of each lead, none of an older generation."""

from collections.abc import Sequence
from pathlib import Path

from quintet.facts.engines import Engine, compiled
from quintet.facts.tables import BUYER_ROWS, BUYERS, BY_LEAD, inputs, stored_columns
from quintet.facts.versions import Generation


def identity_of(name: str) -> str:
    """The column whose ids a generation replaces."""
    return BY_LEAD.get(name, "record_id")


def define_buyers(engine: Engine) -> None:
    """Let buyer_rows stand for the rows of buyers, which are kept in two tables."""
    columns = ", ".join(stored_columns(BUYERS))
    parts = (f"SELECT {columns} FROM {name}" for name in BUYER_ROWS)  # noqa: S608
    engine.define(BUYERS, " UNION ALL ".join(parts))


def define_inputs(engine: Engine, name: str, *, after: bool = False) -> None:
    """Let the inputs of a small table stand for what they are, see `tables.inputs`."""
    for known, one in inputs(name, after=after).items():
        engine.define(known, compiled(one, engine.dialect))


def define(
    engine: Engine, folder: Path, name: str, generations: Sequence[Generation], alias: str = ""
) -> None:
    """Let a table's name stand for its current rows.

    Args:
        engine: where it will be asked.
        folder: the version's folder.
        name: the table.
        generations: its files, oldest first.
        alias: the name to use instead of the table's.
    """
    known = alias or name
    if len(generations) == 1:
        engine.read(known, [folder / generations[0].file])
        return
    columns = ", ".join(f"t.{column}" for column in stored_columns(name))
    parts = [
        _part(engine, folder, generations, place, (f"{known}_{place}", columns, identity_of(name)))
        for place in range(len(generations))
    ]
    engine.define(known, " UNION ALL ".join(parts))


def _part(
    engine: Engine, folder: Path, generations: Sequence[Generation], place: int, names: tuple[str, str, str]
) -> str:
    """The rows of one generation that no later one replaced, as SQL that both engines read."""
    known, columns, identity = names
    engine.read(known, [folder / generations[place].file])
    later = [folder / one.gone for one in generations[place + 1 :] if one.gone]
    query = f"SELECT {columns} FROM {known} t"  # noqa: S608 -- names of ours
    if not later:
        return query
    engine.read(f"{known}_gone", later)
    # Both engines read this, and run it as an anti join.
    return f"{query} WHERE NOT EXISTS (SELECT 1 FROM {known}_gone g WHERE g.{identity} = t.{identity})"  # noqa: S608
