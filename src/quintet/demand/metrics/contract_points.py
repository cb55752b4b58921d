"""The points of each lead: by the fitted points table, else by the one typed by hand, else one a lead."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quintet.demand.formula.contract_rule import plain
from quintet.demand.formula.score.features import encoded
from quintet.demand.formula.score.points import totals
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.stored import from_json
from quintet.demand.terms.contract import LeadPoints
from quintet.demand.terms.examples import F8, Examples, Numbers
from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf

#: How a table names having done something at all.
_DONE = {"", "ever"}


@dataclass(frozen=True, eq=False)
class FittedPoints:
    """The points table of a version of the lead score.

    Args:
        score: the score.
    """

    score: LeadScore

    def of(self, examples: Examples, name: str) -> LeadPoints:
        """The points of leads, also of those handed over after the fit; the table's name in words."""
        points = totals(self.score.points, encoded(self.score.features, examples), self.score.features)
        return _sorted(examples, points.astype(float), name)


def fitted_points(home: Home, version: str) -> FittedPoints:
    """The points table of a version of the lead score.

    Raises:
        BadInput: when there is no such version.
    """
    told = json.loads(Shelf(home, "demand.lead_score").read(version))
    return FittedPoints(from_json(json.dumps(told["score"])))


def typed_points(examples: Examples, table: Mapping[str, Mapping[str, float]], name: str) -> LeadPoints:
    """The points of a table typed by hand: each behaviour done and each field's value adds its own.

    Args:
        examples: leads as they stood at hand-over.
        table: feature → value → points; of a behaviour the value is empty, or "ever".
        name: the table in words.
    """
    points = np.zeros(len(examples))
    for feature, levels in table.items():
        for level, worth in levels.items():
            points += worth * (
                _did(examples, feature) if level in _DONE else _shows(examples, feature, level)
            )
    return _sorted(examples, points, name)


def one_each() -> LeadPoints:
    """One point a lead, whatever it did."""
    nothing = np.empty(0, dtype=np.int64)
    return LeadPoints(nothing, np.empty(0), "one point a lead", is_scored=False)


def _sorted(examples: Examples, points: F8, name: str) -> LeadPoints:
    order = np.argsort(examples.lead_ids)
    return LeadPoints(examples.lead_ids[order], points[order], name, is_scored=True)


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
