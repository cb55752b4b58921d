"""What people decide by gut: the impression a candidate made, first come first served, half a guess right."""

from collections.abc import Sequence

import numpy as np

from quintet.simulate.people import MODULE_NAMES, SKILLS
from quintet.simulate.spec import I8
from quintet.simulate.stepped.company import SteppedCompany, Waiting
from quintet.simulate.stepped.plan import MODULES_TAKEN
from quintet.simulate.training import AIMED


def hired(company: SteppedCompany) -> list[int]:
    """Whoever made the best impression on the interviewers."""
    return [int(np.argmax(company.plan.verdicts[row])) for row in company.due()]


def taught(company: SteppedCompany) -> list[list[int]]:
    """What the trainer of the day likes to teach, in any order."""
    rng = company.spec.random(71, company.month)
    return [rng.permutation(len(MODULE_NAMES))[:MODULES_TAKEN].tolist() for _ in company.due()]


def coached(company: SteppedCompany) -> list[tuple[int, int]]:
    """Some reps, each on some skill; of a weak rep, half the time the weakness is seen."""
    rng = company.spec.random(72, company.month)
    reps = rng.permutation(company.present())
    weak = company.plan.world.people.weak_skill
    is_seen, other = rng.random(len(reps)) < AIMED, rng.integers(len(SKILLS), size=len(reps))
    skill = np.where((weak[reps] >= 0) & is_seen, weak[reps], other)
    return [(int(rep), int(one)) for rep, one in zip(reps, skill, strict=True)]


def worked(company: SteppedCompany, order: Sequence[int] | I8 | None = None) -> I8:
    """As many leads as each rep can work, in an order; as they came where none is given.

    Args:
        company: on its way.
        order: surrogate ids, those to work first in front; leads it does not name come last, as they came.
    """
    waiting = company.waiting()
    return waiting.lead_id[_first(company, waiting, _places(waiting, order))]


def _places(waiting: Waiting, order: Sequence[int] | I8 | None) -> I8:
    every = np.arange(len(waiting.lead_id))
    if order is None:
        return every
    place = {int(lead): at for at, lead in enumerate(order)}
    first = [place.get(int(lead), len(place) + at) for at, lead in zip(every, waiting.lead_id, strict=True)]
    return np.array(first, dtype=np.int64)


def _first(company: SteppedCompany, waiting: Waiting, places: I8) -> I8:
    """Rows of the first of each rep, up to what he can work."""
    by_rep = np.lexsort((places, waiting.rep))
    rep = waiting.rep[by_rep]
    starts = np.searchsorted(rep, rep)
    return by_rep[np.arange(len(rep)) - starts < company.capacity()[rep]]
