"""What a customer from a channel costs, what he brings, and when he has paid for himself."""

import math
from collections.abc import Mapping

import numpy as np

from quintet.demand.terms.attribution import AGREE, Budget, ChannelCredit
from quintet.demand.terms.lifetime import LifetimeFit, Range, Worth
from quintet.kernel.finding import Status

#: What a customer should bring for each dollar he cost: the field's rule of thumb.
GOOD_RATIO = 3.0
_YEAR = 12


def budgets(
    channels: tuple[ChannelCredit, ...],
    spent: Mapping[str, float],
    lifetime: LifetimeFit | None,
    source_of: Mapping[str, str],
) -> tuple[Budget, ...]:
    """Every channel that money was spent on, most expensive first.

    Args:
        channels: credit of customers, of leads that had the time to buy.
        spent: channel → money, over the same time.
        lifetime: what customers are worth; None when not known.
        source_of: campaign → its source, whose lifetime value counts.
    """
    known = {one.name: one for one in channels}
    found = [
        _budget(name, amount, known.get(name), _worth(lifetime, source_of.get(name, name)), lifetime)
        for name, amount in spent.items()
        if amount > 0
    ]
    return tuple(sorted(found, key=lambda one: (-one.spend, one.name)))


def _worth(lifetime: LifetimeFit | None, source: str) -> Worth | None:
    found = None if lifetime is None else lifetime.worth(source)
    return None if found is None or found.status is Status.SILENT else found


def _budget(
    name: str, spend: float, channel: ChannelCredit | None, worth: Worth | None, lifetime: LifetimeFit | None
) -> Budget:
    customers = Range(0.0, 0.0, 0.0) if channel is None else channel.span
    speaks = channel is not None and channel.status is not Status.SILENT and customers.lo > 0
    cac = Range(spend / customers.estimate, spend / customers.hi, spend / customers.lo) if speaks else None
    ltv = None if worth is None else worth.value
    ratio = None if cac is None or ltv is None else _over(ltv, cac)
    payback = None
    if cac is not None and worth is not None and lifetime is not None:
        payback = _payback(cac, worth, lifetime)
    word, why = _advice(channel, cac, ratio)
    return Budget(name, spend, customers, cac, ltv, ratio, payback, word, why)


def _advice(channel: ChannelCredit | None, cac: Range | None, ratio: Range | None) -> tuple[str, str]:
    if channel is None or cac is None:
        return "unclear", "too few customers to say what one costs"
    if not channel.agrees:
        times = "endlessly" if channel.disagreement is None else f"{channel.disagreement:.1f} times"
        return "test it", f"the rules differ {times}, more than {AGREE}: no rule can tell, an experiment can"
    if ratio is None:
        return "unclear", "no lifetime value is known for its customers"
    return _judged(ratio)


def _judged(ratio: Range) -> tuple[str, str]:
    if ratio.lo >= GOOD_RATIO:
        return "raise", f"a customer brings at least {GOOD_RATIO:.0f} times his cost, by every rule"
    if ratio.hi < 1.0:
        return "lower", "a customer brings less than he costs, by every rule"
    if ratio.lo >= 1.0:
        return "keep", f"a customer brings more than he costs; {GOOD_RATIO:.0f} times is not certain"
    return "unclear", "a customer may bring more or less than he costs"


def _over(value: Range, cost: Range) -> Range:
    """A ratio with its interval: the widths of both in logs, added as of independent figures."""
    middle = value.estimate / cost.estimate
    up = math.hypot(math.log(value.hi / value.estimate), math.log(cost.estimate / cost.lo))
    down = math.hypot(math.log(value.estimate / value.lo), math.log(cost.hi / cost.estimate))
    return Range(middle, middle * math.exp(-down), middle * math.exp(up))


def _payback(cac: Range, worth: Worth, lifetime: LifetimeFit) -> Range | None:
    """Months until the margin on the revenue has paid the cost; those who left pay nothing.

    None beyond the horizon.
    """
    everybody = np.array([one.estimate for one in lifetime.curve])
    faster = math.log1p(-worth.churn.estimate) * _YEAR / math.log(everybody[_YEAR])
    paid = np.cumsum(everybody[:-1] ** faster) * lifetime.margin
    found = [
        _month(paid * arpa, cost)
        for arpa, cost in (
            (worth.arpa.estimate, cac.estimate),
            (worth.arpa.hi, cac.lo),
            (worth.arpa.lo, cac.hi),
        )
    ]
    return None if None in found else Range(*(float(one) for one in found if one is not None))


def _month(paid: np.ndarray, cost: float) -> int | None:
    reached = np.flatnonzero(paid >= cost)
    return int(reached[0]) + 1 if len(reached) else None
