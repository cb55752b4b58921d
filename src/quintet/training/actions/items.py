"""Analyse every exam in the worker, and keep what was found for the pages."""

from datetime import UTC, datetime

from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.home import Home
from quintet.kernel.plain import as_plain, text_of
from quintet.kernel.shelf import Shelf
from quintet.training.asks.moves import steps_of_exams
from quintet.training.formula.items import Conversion, analyse, later_conversion
from quintet.training.metrics.items import FirstSittings, read_first_sittings
from quintet.training.metrics.step_leads import read_step, recorded_steps
from quintet.training.terms.items import ExamAnalysis, ItemAnalysis
from quintet.training.terms.words import STEPS

VERSIONS_KEPT = 10
#: The shape in which it is kept: raise it when a field of ItemAnalysis changes.
FORM = "form 1"


def items_shelf(home: Home) -> Shelf:
    """Where what was found of exams is kept."""
    return Shelf(home, "training.items")


def renew_items(facts: Facts, *, now: datetime | None = None) -> str:
    """Analyse the exams of a published version, unless what is kept is of it; says what was done.

    Args:
        facts: the published version.
        now: from when it is in use.
    """
    shelf, steps = items_shelf(facts.home), steps_of_exams()
    bound = ", ".join(f"{exam} {step}" for exam, step in sorted(steps.items()))
    made_from = f"facts version {facts.version} of ledger version {facts.ledger_version}"
    why = f"{made_from}, {bound or 'no exam'}, {FORM}"
    if shelf.is_made_from(why):
        return "up to date"
    if facts.as_of is None:
        return "no data"
    recorded = recorded_steps(facts)
    found = [_analysed(facts, one, steps.get(one.exam, ""), recorded) for one in read_first_sittings(facts)]
    told = ItemAnalysis(facts.as_of.date(), tuple(found))
    shelf.keep(text_of(as_plain(told)), now or datetime.now(UTC), why, VERSIONS_KEPT)
    return f"{len(found)} exams analysed"


def _analysed(facts: Facts, sittings: FirstSittings, step: str, recorded: frozenset[str]) -> ExamAnalysis:
    try:
        conversion, why = _conversion(facts, sittings, step, recorded), ""
    except NotEnoughData as error:
        conversion, why = None, str(error)
    return analyse(sittings, step, conversion, why)


def _conversion(facts: Facts, sittings: FirstSittings, step: str, recorded: frozenset[str]) -> Conversion:
    """What the takers convert on leads that came after their exam."""
    if not step:
        raise NotEnoughData("no module says which step this exam should move: name it there", unit="steps")
    if step not in recorded:
        raise NotEnoughData(f"{STEPS[step].lower()} is not recorded in this data", unit="steps")
    since = dict(zip(sittings.rep_ids, sittings.taken_at, strict=True))
    return later_conversion(read_step(facts, step, min(sittings.taken_at), since=since))
