"""Read tables as plain rows."""

from quintet.facts.published import Facts
from quintet.facts.schema import TABLES


def rows(facts: Facts, name: str, *columns: str) -> list[dict[str, object]]:
    """Rows of a table in the order of its key; only these columns when some are named."""
    table = facts.table(name)
    ordered = table.order_by([table[column] for column in TABLES[name].key])
    return facts.arrow(ordered.select(*columns) if columns else ordered).to_pylist()


def row(facts: Facts, name: str, *columns: str) -> dict[str, object]:
    """The only row of a table."""
    (one,) = rows(facts, name, *columns)
    return one


def everything(facts: Facts) -> dict[str, list[str]]:
    """Every row of every table as text, sorted, so that two versions can be compared row by row."""
    return {name: sorted(repr(one) for one in facts.arrow(facts.table(name)).to_pylist()) for name in TABLES}
