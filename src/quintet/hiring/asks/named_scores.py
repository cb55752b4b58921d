"""The scores that the audit looks at, each by name: the index, the verdict, every criterion."""

from quintet.facts.published import Facts
from quintet.hiring.asks.index import criterion_names, index_or_none, scores_by_candidate
from quintet.hiring.metrics.criterion_scores import mean_scores
from quintet.hiring.terms.fairness import INDEX, NamedScores
from quintet.hiring.terms.words import OVERALL


def named_scores(facts: Facts) -> tuple[NamedScores, ...]:
    """The index of each candidate, the interviewers' verdict, and the mean score on each criterion.

    Args:
        facts: a published version.
    """
    names = criterion_names()
    names[OVERALL] = "Verdict of the interviewers on the whole"
    found = [
        NamedScores(key, names.get(key, key.replace("_", " ").capitalize()), of)
        for key, of in mean_scores(facts).items()
    ]
    found.sort(key=lambda one: (one.key != OVERALL, one.label.lower()))
    index = index_or_none(facts.home)
    told = scores_by_candidate(index) if index is not None else {}
    return ((NamedScores(INDEX, "Index", told),) if told else ()) + tuple(found)
