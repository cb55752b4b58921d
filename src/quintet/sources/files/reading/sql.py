"""Names and texts as DuckDB's SQL writes them."""

from collections.abc import Sequence


def identifier(name: str) -> str:
    """A column name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def identifiers(names: Sequence[str]) -> str:
    """Several column names as SQL writes them."""
    return ", ".join(map(identifier, names))


def select(chosen: str, source: str) -> str:
    """A query of expressions over one source; both are written by us, names and texts in them quoted."""
    return f"SELECT {chosen} FROM {source}"  # noqa: S608 - no text of a user gets here unquoted
