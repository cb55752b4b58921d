"""The ways to fit a lead score that compete in the loop: which leads each learns from."""

import numpy as np

from quintet.demand.formula.score.subset import subset
from quintet.demand.terms.examples import B1, F8, I8, Examples
from quintet.kernel.errors import BadInput

ALL, YEAR, HALF, FADING = "all past", "last 12 months", "last 6 months", "fading"
RECIPES = {
    ALL: "learns from every lead there ever was",
    YEAR: "learns from the leads of the last twelve months",
    HALF: "learns from the leads of the last six months",
    FADING: "a lead counts half as much for every half year of its age",
}
#: Said of the recipe while the loop has not decided.
UNDECIDED = "The loop has not scored enough leads yet to decide between recipes."
_DAYS = {YEAR: 365, HALF: 183}
_HALF_LIFE_DAYS = 180.0


def window(examples: Examples, recipe: str, until: np.datetime64) -> Examples:
    """The leads a recipe learns from; a fading one is kept by lot, with a chance that halves.

    Args:
        examples: every lead.
        recipe: one of RECIPES.
        until: the present, UTC without a zone.

    Returns:
        Some of the examples; the same object where the recipe leaves none out, as it does where nothing
        has a date.

    Raises:
        BadInput: when there is no such recipe.
    """
    kept = _kept(examples, recipe, until)
    return examples if kept.all() else subset(examples, np.flatnonzero(kept))


def _kept(examples: Examples, recipe: str, until: np.datetime64) -> B1:
    if recipe not in RECIPES:
        raise BadInput(f"the recipe must be one of {', '.join(RECIPES)}, got {recipe!r}")
    if recipe == ALL or np.isnat(examples.handed_at).any():
        return np.ones(len(examples), dtype=bool)
    age = (until - examples.handed_at) / np.timedelta64(1, "D")
    if recipe in _DAYS:
        return np.asarray(age < _DAYS[recipe])
    return np.asarray(_lots(examples.lead_ids) < 0.5 ** (age / _HALF_LIFE_DAYS))


def _lots(lead_ids: I8) -> F8:
    """A number in 0..1 for each lead, always the same for the same lead."""
    mixed = lead_ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    return np.asarray((mixed * np.uint64(0xD6E8FEB86659FD93)) / float(2**64))
