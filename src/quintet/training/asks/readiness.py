"""Questions about readiness: exam and field side by side, for those the reader may see."""

from dataclasses import dataclass, replace

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.training.asks.kept import kept_readiness
from quintet.training.models.exams import Exam
from quintet.training.terms.readiness import Readiness


@dataclass(frozen=True)
class ShownReadiness:
    """What a page shows.

    Args:
        found: with the rows of the reps the reader may see; groups are everybody's.
        names: rep → name.
        exams: exam → name.
    """

    found: Readiness
    names: dict[int, str]
    exams: dict[str, str]


def readiness(facts: Facts, scope: Scope) -> ShownReadiness:
    """Exam and field, rep by rep within the scope, and for each module over everybody.

    Raises:
        NotEnoughData: before the worker has put them side by side.
    """
    whole = kept_readiness(facts.home)
    steps = tuple(
        replace(step, reps=tuple(one for one in step.reps if scope.sees(one.rep_id))) for step in whole.steps
    )
    names = names_of_reps(facts)
    return ShownReadiness(replace(whole, steps=steps), names, dict(Exam.objects.values_list("key", "name")))
