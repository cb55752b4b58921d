"""The one skill to coach: what it would bring in customers and in money, and how to go about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quintet.management.terms.coaching import Money, Proposal
from quintet.management.terms.funnel import Gain, Onion, RepFunnel
from quintet.stats.rates import shrink_means

#: A rep's own average contract is told apart from everybody's from so many customers on.
MIN_CUSTOMERS = 3

#: What to do in the sessions, by the step that is weak.
_STEPS = {
    "worked-connected": (
        "Look at ten of the rep's last attempts: research done, hour of the day, channel, first sentence.",
        "Plan tomorrow's first ten leads together: whom to call when, and what to open with.",
    ),
    "connected-qualified": (
        "Listen to three connects that went nowhere: where did the buyer stop talking?",
        "Role-play the first two minutes: a reason for the call, one question about the buyer's goal.",
    ),
    "qualified-demo": (
        "Read the notes of five qualifying calls without a demo: is the goal missing, the plan or the date?",
        "Practise to close a qualifying call with a booked demo and its agenda.",
    ),
    "demo-won": (
        "Sit in on two demos: is it the buyer's problem that is shown, or the product?",
        "Practise the last five minutes: next step, who else decides, by when.",
    ),
}
_ANY = (
    "Listen to three conversations at this step with the rep and agree on one thing to change.",
    "Role-play exactly that, then watch the next two live.",
)
#: What to do about the part of the onion that explains most.
_PARTS = {
    "attempts_per_lead": "Agree on a number of attempts per lead; look each week at the open leads below it.",
    "channel_mix": "Compare the share of dials and e-mails with the peers' and try theirs for two weeks.",
    "call_connect_rate": "Change the hours of calling; look at ten dials that nobody answered.",
    "email_connect_rate": "Rewrite the first e-mail together; compare its answers after fifty sent.",
}


@dataclass(frozen=True)
class Signed:
    """Customers a rep signed lately and what they pay.

    Args:
        rep_id: whose.
        customers: with a monthly recurring revenue.
        mean: of their monthly recurring revenue.
        error: standard error of that mean; 0 below two customers.
        currency: ISO 4217.
    """

    rep_id: int
    customers: int
    mean: float
    error: float
    currency: str


def proposal(rep: RepFunnel, onion: Onion | None = None, signed: Sequence[Signed] = ()) -> Proposal:
    """What to coach one rep on, if one skill stands out.

    Args:
        rep: his funnel, compared with everybody's.
        onion: his way to the demo or to won, opened.
        signed: `metrics.coaching.signed_customers`; none where no revenue is recorded.

    Source: docs/formulas/coaching.md#the-one-skill
    """
    bare = Proposal(rep.rep_id, rep.name, reason=rep.no_coach)
    if rep.coach is None:
        return bare
    estimate = next(one for one in rep.conversions if one.step == rep.coach)
    gain = estimate.to_top
    if gain is None:
        return bare
    a_customer, currency = mrr_of_a_customer(rep.rep_id, signed)
    return Proposal(
        rep_id=rep.rep_id,
        name=rep.name,
        step=rep.coach,
        estimate=estimate,
        goal=gain.rate,
        customers=gain.customers_per_month,
        lo=gain.lo,
        hi=gain.hi,
        probability=gain.probability if len(rep.not_judged) < len(rep.conversions) - 1 else None,
        mrr=_in_money(a_customer, gain, currency) if a_customer else None,
        not_judged=rep.not_judged,
        parts=tuple(part for part in onion.parts if not part.is_noise) if onion else (),
        recipe=recipe(rep.coach.key, onion),
    )


def _in_money(a_customer: float, gain: Gain, currency: str) -> Money:
    return Money(a_customer * gain.customers_per_month, a_customer * gain.lo, a_customer * gain.hi, currency)


def recipe(step_key: str, onion: Onion | None = None) -> tuple[str, ...]:
    """How to coach a step: the part of the onion that costs most first, then what the step needs."""
    costly = (
        [part for part in onion.parts if not part.is_noise and part.customers_per_month < 0] if onion else []
    )
    first = [_PARTS[part.name] for part in costly[:1] if part.name in _PARTS]
    return (*first, *_STEPS.get(step_key, _ANY))


def mrr_of_a_customer(rep_id: int, signed: Sequence[Signed]) -> tuple[float, str]:
    """What a customer of this rep pays a month, luck taken out; (0, "") where nobody can say.

    A rep's average is pulled to everybody's by the share of the spread that is luck. Amounts in more than
    one currency are not averaged.
    """
    if len({one.currency for one in signed}) != 1:
        return 0.0, ""
    customers = sum(one.customers for one in signed)
    everybody = sum(one.customers * one.mean for one in signed) / customers
    told = [one for one in signed if one.customers >= MIN_CUSTOMERS and one.error > 0]
    mine = next((place for place, one in enumerate(told) if one.rep_id == rep_id), None)
    if mine is None or len(told) < MIN_CUSTOMERS:
        return everybody, signed[0].currency
    pulled, _, _ = shrink_means(np.array([one.mean for one in told]), np.array([one.error for one in told]))
    return float(pulled[mine]), signed[0].currency
