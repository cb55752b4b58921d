"""Which behaviour makes a lead go faster, and which content closes fast and often?"""

from dataclasses import replace

from quintet.demand.asks.reports import Answer, Filters, answer
from quintet.demand.formula.reports.content import GradeOf
from quintet.demand.terms.reports import ContentReport, Look
from quintet.facts.published import Facts
from quintet.kernel.finding import CausalGrade


def content(facts: Facts, filters: Filters, grade_of: GradeOf | None = None) -> Answer[ContentReport]:
    """First-visit behaviours and contents against rate and speed.

    Args:
        facts: the published version.
        filters: what was picked.
        grade_of: how far a look's name may be read as cause; what experiments say when left out.
    """
    found = answer(facts, "content", ContentReport, filters, filters.outcome)
    if found.report is None:
        return found
    grade = grade_of or tried()
    report = replace(
        found.report,
        behaviours=tuple(_graded(one, grade) for one in found.report.behaviours),
        contents=tuple(_graded(one, grade) for one in found.report.contents),
    )
    return replace(found, report=report)


def tried() -> GradeOf:
    """How far each content may be read as cause: randomised where leads were drawn into a cell of its name.

    Only an experiment that has shown a difference says so.
    """
    from quintet.demand.models.experiments import Experiment

    names: set[str] = set()
    for one in Experiment.objects.filter(result__isnull=False).only("design", "result"):
        pairs = (one.result or {}).get("comparisons", ())
        decided = {pair["name"] for pair in pairs if pair.get("is_decided")}
        if one.design.get("is_drawn"):
            names |= decided
    return lambda name: CausalGrade.RANDOMISED if name in names else CausalGrade.ASSOCIATION


def _graded(look: Look, grade: GradeOf) -> Look:
    return replace(look, grade=grade(look.name))
