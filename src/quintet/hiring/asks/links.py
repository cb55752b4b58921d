"""What the other rooms may ask of scores before hire: which criteria go with what reps give, as sums."""

from collections.abc import Mapping

from quintet.facts.published import Facts
from quintet.hiring.formula.links import criterion_links
from quintet.hiring.metrics.given import read_given
from quintet.hiring.metrics.scores import read_candidates
from quintet.hiring.metrics.success import read_success
from quintet.hiring.models.criteria import Criterion
from quintet.hiring.terms.links import CriterionLink, Measured
from quintet.kernel.errors import BadInput, NotEnoughData


def links(
    facts: Facts, measures: Mapping[str, Mapping[int, Measured]]
) -> tuple[tuple[CriterionLink, ...], str]:
    """Each criterion beside each measure, over those who were hired.

    No score of a person is told, and no sum of fewer than twenty hires.

    Args:
        facts: a published version; call this in the worker, or keep what it answers.
        measures: what is measured → rep_id → how much.

    Returns:
        The links; none and the reason where there is nobody or nothing to compare.
    """
    try:
        data = read_given(facts, read_success(facts))
    except (NotEnoughData, BadInput) as error:
        return (), str(error)
    reps = {
        str(one.candidate_id): one.rep_id
        for one in read_candidates(facts)
        if one.outcome == "hired" and one.rep_id is not None
    }
    return criterion_links(data, reps, measures), ""


def names() -> dict[str, str]:
    """What criteria are called, newest version."""
    return {one.key: one.name for one in Criterion.objects.order_by("key", "version")}
