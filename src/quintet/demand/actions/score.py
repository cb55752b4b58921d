"""Fit the lead score from the newest facts, try it, score every lead, and keep it all for the pages."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django_tasks import task

from quintet.demand.actions.contract import as_version
from quintet.demand.actions.contract_points import pinned_scores
from quintet.demand.actions.lead_worth import Worth
from quintet.demand.actions.margin import margin_share
from quintet.demand.actions.points import judgements, typed_points
from quintet.demand.formula.lead_trial import try_score
from quintet.demand.formula.leaks.guard import find_leaks, without
from quintet.demand.formula.recipes import ALL, UNDECIDED, window
from quintet.demand.formula.score.features import encoded
from quintet.demand.formula.score.fit import fit_even, fit_score
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.stored import to_json
from quintet.demand.metrics.examples import read_examples, read_timing
from quintet.demand.metrics.lead_scores import (
    origins,
    read_basis,
    rewrite_values,
    scores_file,
    waited,
    write_scores,
)
from quintet.demand.metrics.source_words import source_words
from quintet.demand.models.contract import Contract
from quintet.demand.terms.examples import Examples
from quintet.demand.terms.leads import Card, Trial
from quintet.demand.terms.leaks import Judgements
from quintet.demand.terms.score import Gut
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_plain, text_of
from quintet.kernel.recipe_in_use import RecipeInUse, recipe_in_use
from quintet.kernel.shelf import Shelf

FORMULA = "demand.lead_score"
#: A refresh alone fits no oftener than this; a person may at any time.
EVERY = timedelta(days=1)
#: Versions whose scores of every lead are kept.
KEPT = 3
#: Fits that are kept, besides those a contract counts by.
FITS_KEPT = 60
_SEED = 0
Say = Callable[[str], None]


def shelf_of(home: Home) -> Shelf:
    """Where the versions of the score are kept."""
    return Shelf(home, FORMULA)


def renew(facts: Facts, *, margin: float = 1.0, now: datetime | None = None) -> str:
    """Fit the score if the facts have moved on since and a day has passed; else renew what leads are worth.

    Args:
        facts: the published version.
        margin: gross margin, a share of the revenue; lifetime values have theirs already.
        now: from when it is in use.

    Returns:
        What was done, in a few words.
    """
    moment = now or datetime.now(UTC)
    shelf = shelf_of(facts.home)
    uses = shelf.uses()
    said = ""
    if uses and uses[-1].why == _why(facts):
        said = "up to date"
    elif uses and moment - uses[-1].since < EVERY and uses[-1].why.endswith(_by(_recipe(facts.home)[0])):
        said = "fitted within the last day"
    if said:
        return "values renewed" if renew_values(facts, margin) else said
    version = fit(facts, judged=judgements(), gut=_gut(), now=moment, margin=margin)
    every = tuple(as_version(one) for one in Contract.objects.all())
    shelf.throw_away(FITS_KEPT, pinned_scores(facts.home, every))
    return version


def renew_values(facts: Facts, margin: float) -> bool:
    """Say anew what the leads of the score in use are worth, where that has changed since; the fit stays.

    Args:
        facts: the published version.
        margin: as in `renew`.
    """
    uses = shelf_of(facts.home).uses()
    path = scores_file(facts.home, uses[-1].version) if uses else None
    if path is None or not path.exists():
        return False
    known, worth = read_basis(path), Worth.of(facts, margin)
    if known is not None and known.key == worth.key:
        return False
    rewrite_values(path, worth.told)
    return True


def _why(facts: Facts) -> str:
    recipe, _ = _recipe(facts.home)
    return f"facts version {facts.version} of ledger version {facts.ledger_version}{_by(recipe)}"


def _by(recipe: str) -> str:
    return f", by {recipe or 'the base rate'}"


def _recipe(home: Home) -> tuple[str, RecipeInUse | None]:
    """What the loop has in use: a recipe, or nothing but the base rate; all past before it could decide."""
    use = recipe_in_use(home, FORMULA)
    return (ALL if use is None else use.recipe), use


def _gut() -> Gut | None:
    typed = typed_points()
    return None if typed is None else typed.table


def _quiet(_step: str) -> None:
    """Say nothing."""


def fit(
    facts: Facts,
    *,
    judged: Judgements,
    gut: Gut | None,
    now: datetime,
    margin: float = 1.0,
    say: Say = _quiet,
) -> str:
    """Fit, try and keep the score, whatever is kept already.

    Args:
        facts: the published version.
        judged: what people decided about columns.
        gut: points typed by hand.
        now: from when it is in use.
        margin: gross margin, where no lifetime value is known that has it already.
        say: told each step.

    Returns:
        The version in use now.
    """
    say("Reading the leads as they stood at hand-over")
    whole = read_examples(facts)
    words = source_words(facts.home)
    say("Looking for columns that know the outcome")
    report = find_leaks(whole, read_timing(facts), words, judged)
    examples = without(whole, report)
    recipe, use = _recipe(facts.home)
    say(f"Fitting {_by(recipe)[2:]}")
    score = _fitted(examples, recipe, "" if use is None else use.why)
    say("Trying it on later leads")
    trial, problem = _tried(facts, examples, gut, recipe or ALL)
    say("Scoring every lead")
    worth = Worth.of(facts, margin)
    value, basis = worth.told(origins(facts, examples))
    card = Card(
        report=report,
        trial=trial,
        trial_problem=problem,
        value=basis.value,
        facts_version=facts.version,
        ledger_version=facts.ledger_version,
        as_of=None if facts.as_of is None else facts.as_of.date(),
        scored=len(examples),
        open=int((~examples.is_won & ~examples.is_closed).sum()),
        recipe=recipe,
        recipe_since=None if use is None else use.since.date(),
        recipe_why=UNDECIDED if use is None else f"Turn of {use.period}: {use.why}",
    )
    told = {"score": json.loads(to_json(score)), "card": as_plain(card)}
    shelf = shelf_of(facts.home)
    version = shelf.put(text_of(told))
    codes = encoded(score.features, examples)
    more: dict[str, Any] = {"value": value, "basis": basis, "waited": waited(examples), "codes": codes}
    write_scores(scores_file(facts.home, version), facts, examples, score.predict(examples), more)
    shelf.use(version, now, _why(facts))
    _forget_old(shelf)
    return version


def _forget_old(shelf: Shelf) -> None:
    """Scores of every lead are kept for the newest versions only; fits longer."""
    newest = list(dict.fromkeys(use.version for use in reversed(shelf.uses())))[:KEPT]
    for path in shelf.folder.glob("*.parquet"):
        if path.stem not in newest:
            path.unlink()


def _fitted(examples: Examples, recipe: str, why: str) -> LeadScore:
    """By the recipe in use; the base rate where the loop has none in use."""
    if not recipe:
        return fit_even(examples, f"no recipe has earned to be used ({why.rstrip('.')})", seed=_SEED)
    some = window(examples, recipe, examples.until)
    return fit_score(some, fields=tuple(sorted(examples.fields)), seed=_SEED)


def _tried(facts: Facts, examples: Examples, gut: Gut | None, recipe: str) -> tuple[Trial | None, str]:
    """How a score of that recipe did on later leads."""

    def read_until(moment: datetime) -> Examples:
        then = read_examples(facts, moment)
        kept = {name: field for name, field in then.fields.items() if name in examples.fields}
        return window(Examples(**{**vars(then), "fields": kept}), recipe, then.until)

    fields = tuple(sorted(examples.fields))
    try:
        return try_score(examples, read_until, fields, gut, seed=_SEED), ""
    except NotEnoughData as error:
        return None, f"{error} ({error.have} of {error.need} {error.unit})"


# ---------------------------------------------------------------- in the worker


@task
def fit_score_now() -> str:
    """Fit the lead score from the newest facts; harmless to run twice."""
    facts = Facts.published(settings.HOME)
    return fit(facts, judged=judgements(), gut=_gut(), now=datetime.now(UTC), margin=margin_share())


def ask_for_fit() -> str:
    """Ask the worker for a fit; one waiting request is enough. Returns the task's id."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().filter(task_path=fit_score_now.module_path).first()
    return str(waiting.id if waiting else fit_score_now.enqueue().id)
