"""Fit the lead score from the newest facts, try it, score every lead, and keep it all for the pages."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from django.conf import settings
from django_tasks import task

from quintet.demand.actions.points import judgements, typed_points
from quintet.demand.formula.lead_trial import try_score
from quintet.demand.formula.leaks.guard import find_leaks, without
from quintet.demand.formula.recipes import ALL, UNDECIDED, window
from quintet.demand.formula.reports.stored import as_plain, text_of
from quintet.demand.formula.score.features import encoded
from quintet.demand.formula.score.fit import fit_even, fit_score
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.stored import to_json
from quintet.demand.metrics.examples import read_examples, read_timing
from quintet.demand.metrics.lead_scores import scores_file, waited, worth_of, write_scores
from quintet.demand.metrics.source_words import source_words
from quintet.demand.terms.examples import F8, Examples
from quintet.demand.terms.leads import Card, Trial, ValueBasis
from quintet.demand.terms.leaks import Judgements
from quintet.demand.terms.lifetime import LifetimeFit
from quintet.demand.terms.score import Gut
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.recipe_in_use import RecipeInUse, recipe_in_use
from quintet.kernel.shelf import Shelf

FORMULA = "demand.lead_score"
#: A refresh alone fits no oftener than this; a person may at any time.
EVERY = timedelta(days=1)
#: Versions whose scores of every lead are kept.
KEPT = 3
_SEED = 0
Say = Callable[[str], None]


def shelf_of(home: Home) -> Shelf:
    """Where the versions of the score are kept."""
    return Shelf(home, FORMULA)


def renew(facts: Facts, *, now: datetime | None = None) -> str:
    """Fit the score if the facts have moved on since and a day has passed; says what was done."""
    moment = now or datetime.now(UTC)
    uses = shelf_of(facts.home).uses()
    if uses and uses[-1].why == _why(facts):
        return "up to date"
    if uses and moment - uses[-1].since < EVERY and uses[-1].why.endswith(_by(_recipe(facts.home)[0])):
        return "fitted within the last day"
    return fit(facts, judged=judgements(), gut=_gut(), now=moment)


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


def fit(facts: Facts, *, judged: Judgements, gut: Gut | None, now: datetime, say: Say = _quiet) -> str:
    """Fit, try and keep the score, whatever is kept already.

    Args:
        facts: the published version.
        judged: what people decided about columns.
        gut: points typed by hand.
        now: from when it is in use.
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
    value, basis = _values(facts, examples)
    card = Card(
        report=report,
        trial=trial,
        trial_problem=problem,
        value=basis,
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
    more: dict[str, Any] = {"value": value, "waited": waited(examples), "codes": codes}
    write_scores(scores_file(facts.home, version), facts, examples, score.predict(examples), more)
    shelf.use(version, now, _why(facts))
    _forget_old(shelf)
    return version


def _forget_old(shelf: Shelf) -> None:
    """Scores of leads are kept for the newest versions; fits are kept for ever."""
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


# ---------------------------------------------------------------- what a lead is worth


def _values(facts: Facts, examples: Examples) -> tuple[F8, ValueBasis]:
    """What each lead is worth if it becomes a customer."""
    found = _lifetime(facts.home)
    if found is not None:
        return _by_lifetime(facts, examples, found)
    return _by_mrr(facts, examples)


def _lifetime(home: Home) -> LifetimeFit | None:
    text = Shelf(home, "demand.lifetime").in_use()
    found = None if text is None else LifetimeFit.of(text)
    return None if found is None or found.value().estimate is None else found


def _by_lifetime(facts: Facts, examples: Examples, found: LifetimeFit) -> tuple[F8, ValueBasis]:
    """By source and segment, asked once for each pair."""
    told, _ = worth_of(facts, examples)
    pairs = pa.table({"source": told["source"], "segment": told["segment"]})
    codes = [
        pairs[name].combine_chunks().dictionary_encode(null_encoding="encode")
        for name in ("source", "segment")
    ]
    words = [one.dictionary.to_pylist() for one in codes]
    grid = np.array([[_worth(found, source, segment) for segment in words[1]] for source in words[0]])
    at = [one.indices.to_numpy(zero_copy_only=False) for one in codes]
    value: F8 = grid[at[0], at[1]]
    sentence = "expected lifetime value by source and segment"
    return value, ValueBasis("lifetime", found.currency, float(value.mean()), found.customers, sentence)


def _worth(found: LifetimeFit, source: str | None, segment: str | None) -> float:
    told = found.value(source or "", segment or "").estimate
    return float(told if told is not None else found.value().estimate or 0.0)


def _by_mrr(facts: Facts, examples: Examples) -> tuple[F8, ValueBasis]:
    """The mean of all customers; nothing in money where none has an MRR in the commonest currency."""
    leads = facts.table("leads")
    won = leads.filter(leads.is_won & leads.mrr.notnull())
    counted = won.group_by("currency").agg(n=won.count(), mean=won.mrr.mean())
    rows = sorted(facts.arrow(counted).to_pylist(), key=lambda row: -row["n"])
    if not rows:
        one = ValueBasis("none", "customers", 1.0, 0, "every customer counted alike: no value is recorded")
        return np.ones(len(examples)), one
    mean, currency, n = float(rows[0]["mean"]), rows[0]["currency"] or "", int(rows[0]["n"])
    sentence = "the mean monthly revenue of a customer, as lifetime value was not worked out yet"
    return np.full(len(examples), mean), ValueBasis("mrr", currency, mean, n, sentence)


# ---------------------------------------------------------------- in the worker


@task
def fit_score_now() -> str:
    """Fit the lead score from the newest facts; harmless to run twice."""
    facts = Facts.published(settings.HOME)
    return fit(facts, judged=judgements(), gut=_gut(), now=datetime.now(UTC))


def ask_for_fit() -> str:
    """Ask the worker for a fit; one waiting request is enough. Returns the task's id."""
    from django_tasks_db.models import DBTaskResult

    waiting = DBTaskResult.objects.ready().filter(task_path=fit_score_now.module_path).first()
    return str(waiting.id if waiting else fit_score_now.enqueue().id)
