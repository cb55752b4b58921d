"""What-if for a page: the past read once a version, the answer worked out for each question."""

import numpy as np

from quintet.facts.careers import read_careers, read_signed
from quintet.facts.published import Facts
from quintet.hiring.formula.ramp import learn
from quintet.kernel.errors import NotEnoughData
from quintet.loop.whatif.future import Reps, what_if
from quintet.loop.whatif.past import Past, read_past
from quintet.loop.whatif.terms import Supposed, WhatIf

_KEPT: dict[tuple[str, int], tuple[Past, Reps | None]] = {}


def answer(facts: Facts, supposed: Supposed) -> WhatIf:
    """What would come of what is supposed.

    Raises:
        NotEnoughData: with too few months or customers.
        BadInput: for what nobody can suppose.
    """
    key = (str(facts.home.path), facts.version)
    if key not in _KEPT:
        past = read_past(facts)
        _KEPT.clear()
        _KEPT[key] = (past, _reps(facts, past))
    past, reps = _KEPT[key]
    return what_if(past, supposed, reps)


def _reps(facts: Facts, past: Past) -> Reps | None:
    """How reps ramp and leave; None where too few hires were seen."""
    try:
        learned = learn(read_careers(facts), read_signed(facts), past.until)
    except NotEnoughData:
        return None
    curve = np.clip(np.asarray([one.share for one in learned.ramp]), 0.0, 1.0)
    return Reps(curve, learned.attrition.value)
