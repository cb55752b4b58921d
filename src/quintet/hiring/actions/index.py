"""Fit the index in the worker, by the recipe the loop has in use, and keep it for the pages."""

import json
from datetime import UTC, datetime

from quintet.facts.published import Facts
from quintet.hiring.formula.given import HiringData
from quintet.hiring.formula.index import HiringFit, fit_index
from quintet.hiring.formula.raters import rater_lines
from quintet.hiring.formula.recipes import LEARNED, WRITTEN, scores_of
from quintet.hiring.formula.reviewed import reviewed_lines
from quintet.hiring.formula.stored import to_json
from quintet.hiring.metrics.given import COACHED, read_given, read_reviewed
from quintet.hiring.metrics.scores import read_candidates
from quintet.hiring.metrics.success import read_success
from quintet.hiring.terms.index import IndexCard
from quintet.hiring.terms.success import Success
from quintet.hiring.terms.words import OVERALL
from quintet.kernel.errors import QuintetError
from quintet.kernel.home import Home
from quintet.kernel.plain import as_plain, text_of
from quintet.kernel.recipe_in_use import recipe_in_use
from quintet.kernel.shelf import Shelf

FORMULA = "hiring.index"
VERSIONS_KEPT = 40
#: The shape in which it is kept: raise it when a field of what is kept changes.
FORM = "form 2"


def index_shelf(home: Home) -> Shelf:
    """Where the versions of the index are kept."""
    return Shelf(home, FORMULA)


def renew_index(facts: Facts, *, now: datetime | None = None) -> str:
    """Fit the index if the facts or the recipe have moved on since; says what was done.

    Args:
        facts: the published version.
        now: from when it is in use.
    """
    recipe, recipe_why = _recipe(facts.home)
    shelf = index_shelf(facts.home)
    made_from = f"facts version {facts.version} of ledger version {facts.ledger_version}"
    why = f"{made_from}, by {recipe or 'written weights'}, {FORM}"
    if shelf.is_made_from(why):
        return "up to date"
    try:
        told = _told(facts, recipe, recipe_why)
    except QuintetError as error:
        return str(error)
    shelf.keep(text_of(told), now or datetime.now(UTC), why, VERSIONS_KEPT)
    return "a new version"


def fitted(facts: Facts, success: Success, recipe: str) -> tuple[HiringData, HiringFit]:
    """The data of a recipe, and its fit.

    Args:
        facts: a published version.
        success: of the same version.
        recipe: of formula/recipes.py; empty for the written weights.

    Raises:
        BadInput: when there is no criterion at all.
    """
    data = read_given(facts, success, scores_of(recipe))
    return data, fit_index(data, learns=recipe not in {WRITTEN, ""})


def _told(facts: Facts, recipe: str, recipe_why: str) -> dict[str, object]:
    success = read_success(facts)
    data, fit = fitted(facts, success, recipe)
    criteria = data if scores_of(recipe) == "" else read_given(facts, success)
    lines = tuple(one for one in rater_lines(criteria) if one.rater != COACHED) if criteria.scores else ()
    after = read_reviewed(facts, success)
    reviewed = reviewed_lines(criteria, after) if after is not None and criteria.scores else ()
    card = _card(facts, success, data, (recipe, recipe_why))
    return {
        "fit": json.loads(to_json(fit)),
        "raters": as_plain(lines),
        "card": as_plain(card),
        "reviewed": as_plain(reviewed),
    }


def _card(facts: Facts, success: Success, data: HiringData, recipe: tuple[str, str]) -> IndexCard:
    hired = [one for one in read_candidates(facts) if one.outcome == "hired"]
    scored = set(data.candidates)
    mine = [one for one in hired if str(one.candidate_id) in scored]
    early = {one.rep_id for one in success.left_early}
    verdicts = read_given(facts, success, OVERALL)
    verdict = fit_index(verdicts).leading.validity if verdicts.scores else None
    return IndexCard(
        as_of=success.as_of,
        facts_version=facts.version,
        ledger_version=facts.ledger_version,
        applicants=len(data.candidates),
        hired=len(mine),
        judged=len(data.followed(data.outcomes[0])),
        left_early=sum(one.rep_id in early for one in mine),
        nobody=sum(one.rep_id not in success.by_rep for one in mine),
        recipe=recipe[0],
        recipe_why=recipe[1],
        verdict=verdict,
    )


def _recipe(home: Home) -> tuple[str, str]:
    """What the loop has in use; what outcomes tell before it could decide."""
    use = recipe_in_use(home, FORMULA)
    if use is None:
        return LEARNED, "the loop has not decided yet: enough hires must come after a version to try it on"
    return use.recipe, f"turn of {use.period}: {use.why}"
