"""Which way to fit a formula is in use: the loop decides it, whoever fits the formula asks for it.

formulas/demand.lead_score/recipe.json    what the newest turn left in use; no file before it could decide
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime

from quintet.kernel.home import Home


@dataclass(frozen=True)
class RecipeInUse:
    """What the loop decided.

    Args:
        recipe: its name; empty where the naive answer is in use.
        since: instant with a zone from which it is.
        period: the turn that decided it, e.g. 2026Q3.
        why: one sentence.
    """

    recipe: str
    since: datetime
    period: str
    why: str

    @property
    def is_naive(self) -> bool:
        """Nothing was shown to beat the naive answer."""
        return not self.recipe


def recipe_in_use(home: Home, formula: str) -> RecipeInUse | None:
    """The recipe a formula is to be fitted by; None before the loop could decide."""
    try:
        told = json.loads((home.formulas / formula / "recipe.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return RecipeInUse(told["recipe"], datetime.fromisoformat(told["since"]), told["period"], told["why"])


def use_recipe(home: Home, formula: str, use: RecipeInUse | None) -> None:
    """Write down what is in use, whole or not at all; None where nothing is decided."""
    path = home.formulas / formula / "recipe.json"
    if use is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.half")
    half.write_text(json.dumps(asdict(use) | {"since": use.since.isoformat()}, sort_keys=True), "utf-8")
    half.rename(path)
