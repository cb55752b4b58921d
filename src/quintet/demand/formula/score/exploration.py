"""How much each worked lead counts: for those like it that the score kept from being worked."""

from dataclasses import dataclass

import numpy as np

from quintet.demand.terms.examples import B1, F8, Examples, Routed
from quintet.stats.propensity import LEAST_EFFECTIVE, chosen_share, effective_cases, inverse_weights

#: A drawn lead that was not worked within so many days counts as one that was not.
SETTLED_DAYS = 30
#: Leads without weights until so many held-out ones, settled, were worked: below it they represent nobody.
HELD_FROM = 30


@dataclass(frozen=True, eq=False)
class WorkWeights:
    """How much each lead counts in a fit.

    Args:
        weight: [n] of all leads; 1 where a lead was not drawn. Those taken sum to `effective`.
        effective: evenly weighted leads that would say as much.
        capped: leads held at the largest weight.
    """

    weight: F8
    effective: float
    capped: int

    @property
    def sentence(self) -> str:
        """What to keep in mind, for the card."""
        return (
            "Worked leads count for those like them that the score kept from being worked:"
            f" they say as much as {self.effective:,.0f} even ones."
        )


def work_weights(examples: Examples, taken: B1, *, least: float = LEAST_EFFECTIVE) -> WorkWeights | None:
    """One over the chance each lead had of being worked, before the lot: by score or held out.

    That chance is (1 - share) times what leads of such a score had by score, counted, plus share times what
    held-out leads had, the same for all. Leads drawn before there was a score count as they are.

    Args:
        examples: all leads, worked or not.
        taken: [n] those a fit learns from; all of them worked.
        least: part of the drawn leads the weighted ones must say as much as; 0 undoes the whole choice.

    Returns:
        None where too few leads were drawn and worked to tell: a fit then counts every lead once.

    Source: docs/formulas/demand/worth.md#what-a-fit-makes-of-it
    """
    routed = examples.routed
    if routed is None or np.isnan(examples.observed_days).all():
        return None
    settled = routed.is_drawn & (examples.observed_days >= SETTLED_DAYS)
    if int((settled & routed.is_held & examples.is_worked).sum()) < HELD_FROM:
        return None
    chosen = taken & routed.is_drawn
    if not chosen.any() or not (settled & ~routed.is_held).any():
        return None
    found = inverse_weights(
        _propensity(routed, settled, examples.is_worked, chosen),
        float(examples.is_worked[settled].mean()),
        least=least,
    )
    weight = np.ones(len(examples))
    weight[chosen] = found.weight
    effective = effective_cases(weight[taken])
    return WorkWeights(weight * (effective / weight[taken].sum()), effective, found.capped)


def _propensity(routed: Routed, settled: B1, is_worked: B1, wanted: B1) -> F8:
    """[wanted] chance of being worked, before the lot."""
    by_score, held = settled & ~routed.is_held, settled & routed.is_held
    share = routed.share[wanted]
    scored = chosen_share(routed.p[by_score], is_worked[by_score], routed.p[wanted])
    as_it_comes = (is_worked[held].sum() + 0.5) / (held.sum() + 1.0)
    return np.asarray((1.0 - share) * scored + share * as_it_comes)
