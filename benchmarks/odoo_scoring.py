"""The peer: naive Bayes in the manner of Odoo's predictive lead scoring.

Written from its published behaviour.

Frequencies per team of won and lost by (field, value); every cell starts at 0.1; a won lead counts in all
stages, a lost one in those up to its own; P = won / (won + lost) of the products, within 0.01..99.99 %.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.demand.formula.score.features import Feature, encoded
from quintet.demand.terms.examples import Examples

CELL_START = 0.1
LEAST, MOST = 0.0001, 0.9999
F8 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OdooLead:
    """One lead as Odoo sees it.

    Args:
        team: its team; None for no team.
        stage: position of its stage, from 0.
        values: field → value; e-mail and phone state count even when empty.
        is_won: True won, False lost, None open.
    """

    team: int | None
    stage: int
    values: Mapping[str, str]
    is_won: bool | None


Cells = dict[tuple[str, str], list[float]]


def frequencies(leads: Sequence[OdooLead], stages: int) -> dict[int | None, Cells]:
    """[won, lost] per team, field and value; `stages` counts the won stage."""
    tables: dict[int | None, Cells] = defaultdict(dict)
    for lead in leads:
        if lead.is_won is None:
            continue
        reached = range(stages) if lead.is_won else range(lead.stage + 1)
        for key in [("stage", str(stage)) for stage in reached] + list(lead.values.items()):
            cell = tables[lead.team].setdefault(key, [CELL_START, CELL_START])
            cell[0 if lead.is_won else 1] += 1.0
    return tables


def probability(lead: OdooLead, tables: Mapping[int | None, Cells]) -> float:
    """Chance that an open lead is won; 0 when its team has won or lost nothing yet."""
    cells = tables.get(lead.team, {}) if lead.team is not None else _all_teams(tables)
    won, lost = cells.get(("stage", "0"), [0.0, 0.0])
    if not won or not lost:
        return 0.0
    first = (won, lost)
    chance = [won / (won + lost), lost / (won + lost)]
    for key in [("stage", str(lead.stage)), *lead.values.items()]:
        if key in cells:
            total = first if key[0] == "stage" else _totals(cells, key[0])
            chance = [chance[k] * cells[key][k] / total[k] for k in (0, 1)]
    return float(np.clip(chance[0] / sum(chance), LEAST, MOST))


def odoo_scores(
    features: Sequence[Feature], learned: Examples, won: npt.NDArray[np.bool_], later: Examples
) -> F8:
    """P of later leads by the peer, with everybody in one team and at the first stage."""
    codes, asked = encoded(features, learned), encoded(features, later)
    first = np.array([won.sum(), (~won).sum()]) + CELL_START
    chance = np.log(first / first.sum()) * np.ones((len(asked), 1))
    for feature, size in enumerate(len(one.said) for one in features):
        shown = [np.bincount(codes[who, feature], minlength=size) for who in (won, ~won)]
        cells = np.stack(shown).astype(float)
        met = cells.sum(axis=0) > 0
        cells[:, met] += CELL_START
        share = np.where(met, cells / np.maximum(cells.sum(axis=1, keepdims=True), CELL_START), 1.0)
        chance += np.log(share[:, asked[:, feature]]).T
    p = 1.0 / (1.0 + np.exp(chance[:, 1] - chance[:, 0]))
    return np.asarray(np.clip(p, LEAST, MOST))


def _totals(cells: Cells, field: str) -> tuple[float, float]:
    found = [cell for (name, _), cell in cells.items() if name == field]
    return sum(cell[0] for cell in found), sum(cell[1] for cell in found)


def _all_teams(tables: Mapping[int | None, Cells]) -> Cells:
    whole: Cells = {}
    for cells in tables.values():
        for key, cell in cells.items():
            summed = whole.setdefault(key, [0.0, 0.0])
            summed[0] += cell[0]
            summed[1] += cell[1]
    return whole
