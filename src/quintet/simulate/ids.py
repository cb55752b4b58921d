"""Surrogate ids of simulated records: the same numbers `kernel.ids` gives, for whole columns."""

import duckdb
import numpy as np

from quintet.kernel.ids import entity_id, hash63_sql
from quintet.simulate.spec import I8, SOURCE

PREFIX = {"lead": "L", "account": "A", "opportunity": "O", "rep": "R", "candidate": "C"}


def reference(entity: str, number: int) -> str:
    """The reference of one simulated record, e.g. L42."""
    return f"{PREFIX[entity]}{number}"


def surrogate_id(entity: str, number: int) -> int:
    """The surrogate id of one simulated record."""
    return entity_id(entity, SOURCE, "id", reference(entity, number))


def surrogate_ids(entity: str, first: int, count: int) -> I8:
    """The surrogate ids of `count` simulated records whose numbers start at `first`."""
    text = f"'{entity}|{SOURCE}|id|{PREFIX[entity]}' || n"
    query = f"SELECT {hash63_sql(text)} AS id FROM range({first}, {first + count}) AS t(n)"  # noqa: S608
    with duckdb.connect() as con:
        return np.asarray(con.sql(query).fetchnumpy()["id"], dtype=np.int64)
