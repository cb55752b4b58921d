"""The points of each lead: from the fitted points table, else from the one typed by hand, else one a lead.

The lead score leaves them in `formulas/demand.lead_points/leads.parquet`: `lead_id`, `points`, one row a
lead, with the name of the table under `quintet.name` in the file's metadata.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from quintet.demand.formula.contract_rule import plain
from quintet.demand.terms.contract import LeadPoints
from quintet.demand.terms.examples import F8, I8, Examples, Numbers
from quintet.kernel.home import Home

_NAME = b"quintet.name"


def points_file(home: Home) -> Path:
    """Where the lead score leaves the points of each lead."""
    return home.formulas / "demand.lead_points" / "leads.parquet"


def keep_points(home: Home, lead_ids: I8, points: I8 | F8, name: str) -> None:
    """Leave the points of each lead, in place of those before.

    Args:
        home: whose.
        lead_ids: [n].
        points: [n] at hand-over.
        name: the table in words, with what tells it from the one before, e.g. "fitted points 3f9a1c0b".
    """
    path = points_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    order = np.argsort(lead_ids)
    table = pa.table({"lead_id": lead_ids[order], "points": points[order].astype(float)})
    half = path.with_suffix(f".{os.getpid()}.half")
    pq.write_table(table.replace_schema_metadata({_NAME: name.encode()}), half, compression="zstd")
    half.rename(path)


def stored_points(home: Home) -> LeadPoints | None:
    """The points the lead score left; None while there is none."""
    try:
        table = pq.read_table(points_file(home))
    except FileNotFoundError:
        return None
    name = (table.schema.metadata or {}).get(_NAME, b"fitted points").decode()
    return LeadPoints(table["lead_id"].to_numpy(), table["points"].to_numpy(), name, is_scored=True)


def typed_points(examples: Examples, table: Mapping[str, Mapping[str, float]], name: str) -> LeadPoints:
    """The points of a table typed by hand: each behaviour done and each field's value adds its own.

    Args:
        examples: leads as they stood at hand-over.
        table: feature → value → points; of a behaviour the value is empty.
        name: the table in words.
    """
    points = np.zeros(len(examples))
    for feature, levels in table.items():
        for level, worth in levels.items():
            points += worth * (_shows(examples, feature, level) if level else _did(examples, feature))
    order = np.argsort(examples.lead_ids)
    return LeadPoints(examples.lead_ids[order], points[order], name, is_scored=True)


def one_each() -> LeadPoints:
    """Until there is a points table: one point a lead."""
    nothing = np.empty(0, dtype=np.int64)
    return LeadPoints(
        nothing, np.empty(0), "one point a lead, until there is a points table", is_scored=False
    )


def _did(examples: Examples, feature: str) -> np.ndarray:
    wanted = [at for at, name in enumerate(examples.doings.names) if plain(name) == plain(feature)]
    done = np.zeros(len(examples), dtype=bool)
    done[examples.doings.lead[np.isin(examples.doings.name, wanted)]] = True
    return done


def _shows(examples: Examples, feature: str, level: str) -> np.ndarray:
    field = next((one for name, one in examples.fields.items() if plain(name) == plain(feature)), None)
    if field is None:
        return np.zeros(len(examples), dtype=bool)
    if isinstance(field, Numbers):
        return np.array([f"{value:g}" for value in field.values]) == level
    codes = [at for at, word in enumerate(field.levels) if plain(word) == plain(level)]
    return np.isin(field.codes, codes)
