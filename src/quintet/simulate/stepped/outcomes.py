"""What became of a stepped company, quarter by quarter: counted from what happened, nothing estimated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quintet.simulate.journeys import NEVER
from quintet.simulate.spec import B1, F8, I8
from quintet.simulate.stepped.company import SteppedCompany

_RAMPED = 0.999


@dataclass(frozen=True)
class Quarter:
    """One quarter of a company.

    Args:
        quarter: from 1.
        worked: leads whose work began in it.
        customers: of these, those who sign sooner or later.
        signed: customers signed in it, of leads of any age.
        new_mrr: monthly recurring revenue they signed.
        mrr: monthly recurring revenue at its end.
        skill: mean of all skills of those here in its last month, in logits.
        ramp_months: mean months to full speed of those who got there in it; None where nobody did.
        ramped: how many did.
        quality: mean planted quality of the leads worked, in logits.
    """

    quarter: int
    worked: int
    customers: int
    signed: int
    new_mrr: float
    mrr: float
    skill: float
    ramp_months: float | None
    ramped: int
    quality: float

    @property
    def win_rate(self) -> float:
        """Customers a lead worked."""
        return self.customers / self.worked if self.worked else 0.0


def quarters(company: SteppedCompany) -> list[Quarter]:
    """Every quarter that is over."""
    return [_quarter(company, number) for number in range(1, company.month // 3 + 1)]


def _quarter(company: SteppedCompany, number: int) -> Quarter:
    first, last = 3 * (number - 1), 3 * number
    begun = [one for one in company.cohorts if first <= one.month + 1 < last]
    since, until = company.spec.month_starts[[first, last]]
    told = _customers(company)
    is_new = (told["won"] >= since) & (told["won"] < until)
    pays = (told["started"] < until) & (told["cancelled"] >= until)
    now = np.where(told["changed"] < until, told["new_mrr"], told["mrr"])
    worked = sum(len(one.rep) for one in begun)
    quality = np.concatenate([one.visits.quality for one in begun]) if worked else np.zeros(0)
    months = _months_to_full_speed(company, first, last)
    return Quarter(
        quarter=number,
        worked=worked,
        customers=sum(int((one.ending.won < NEVER).sum()) for one in begun),
        signed=int(is_new.sum()),
        new_mrr=float(told["mrr"][is_new].sum()),
        mrr=float(now[pays].sum()),
        skill=float(company.states[last - 1][0][_here(company, last - 1)].mean()),
        ramp_months=float(np.mean(months)) if months else None,
        ramped=len(months),
        quality=float(quality.mean()) if worked else 0.0,
    )


def _customers(company: SteppedCompany) -> dict[str, F8 | I8]:
    names = ("won", "started", "changed", "cancelled", "mrr", "new_mrr")
    ends = [one.ending for one in company.cohorts]
    return {name: np.concatenate([np.zeros(0), *(getattr(end, name) for end in ends)]) for name in names}


def _here(company: SteppedCompany, month: int) -> B1:
    return np.asarray(company.plan.world.people.team[:, month] >= 0)


def _months_to_full_speed(company: SteppedCompany, first: int, last: int) -> Sequence[float]:
    """Of those hired inside the history who got there in these months."""
    joined = company.plan.world.people.joined_month
    found: list[float] = []
    for month in range(max(first, 1), last):
        before, after = company.states[month - 1][1], company.states[month][1]
        new = company.plan.hires[joined[company.plan.hires] < month]
        there = new[(before[new] < _RAMPED) & (after[new] >= _RAMPED)]
        found += (month - joined[there]).tolist()
    return found
