"""The scores that the audit looks at, each by name."""

from quintet.facts.published import Facts
from quintet.hiring.metrics.criterion_scores import mean_scores
from quintet.hiring.models.criteria import Criterion
from quintet.hiring.terms.fairness import NamedScores
from quintet.hiring.terms.words import OVERALL


def named_scores(facts: Facts) -> tuple[NamedScores, ...]:
    """The mean score of each candidate on each criterion; the interviewers' verdict comes first.

    Args:
        facts: a published version.
    """
    names = criterion_names()
    names[OVERALL] = "Verdict of the interviewers on the whole"
    found = [
        NamedScores(key, names.get(key, key.replace("_", " ").capitalize()), of)
        for key, of in mean_scores(facts).items()
    ]
    return tuple(sorted(found, key=lambda one: (one.key != OVERALL, one.label.lower())))


def criterion_names() -> dict[str, str]:
    """Key → name of every criterion, as its newest version has it."""
    names: dict[str, str] = {}
    for one in Criterion.objects.all():
        names.setdefault(one.key, one.name)
    return names
