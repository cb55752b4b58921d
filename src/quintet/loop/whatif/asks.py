"""What-if for a page: the past read once a version, the answer worked out for each question."""

import numpy as np

from quintet.facts.careers import read_careers, read_signed
from quintet.facts.published import Facts
from quintet.hiring.formula.ramp import learn
from quintet.kernel.errors import NotEnoughData
from quintet.loop.whatif.future import Reps, what_if
from quintet.loop.whatif.past import Past, read_past
from quintet.loop.whatif.terms import Supposed, WhatIf
from quintet.management.asks.funnel import kept


def answer(facts: Facts, supposed: Supposed) -> WhatIf:
    """What would come of what is supposed.

    Raises:
        NotEnoughData: with too few months or customers.
        BadInput: for what nobody can suppose.
    """
    past, reps = kept(facts, "what if", lambda: _read(facts))
    return what_if(past, supposed, reps)


def _read(facts: Facts) -> tuple[Past, Reps | None]:
    past = read_past(facts)
    return past, _reps(facts, past)


def _reps(facts: Facts, past: Past) -> Reps | None:
    """How reps ramp and leave; None where too few hires were seen."""
    try:
        learned = learn(read_careers(facts), read_signed(facts), past.until)
    except NotEnoughData:
        return None
    curve = np.clip(np.asarray([one.share for one in learned.ramp]), 0.0, 1.0)
    return Reps(curve, learned.attrition.value)
