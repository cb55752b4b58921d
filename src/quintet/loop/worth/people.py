"""People on whom a formula decided, beside others: what they brought month by month, and their chances."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import Period, month_number
from quintet.stats.beside_rest import Group, beside_rest
from quintet.stats.sure_sums import Sure

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Months:
    """People month by month; all arrays are [people, months].

    Args:
        is_mine: [people] the formula decided on them.
        month: [months] since year 0.
        customers: signed.
        due: chances: months in question, or customers the average rep would have won.
        mrr: monthly recurring revenue signed.
        due_mrr: chances of revenue.
    """

    is_mine: B1
    month: I8
    customers: F8
    due: F8
    mrr: F8
    due_mrr: F8


def beside(told: Months, span: Period, *, rest_from_start: bool) -> tuple[Sure, Sure, int, int]:
    """What mine brought in these days over the rate of the rest: customers, revenue, mine, the rest.

    Args:
        told: everybody.
        span: whole months.
        rest_from_start: the rest tell their rate by all months up to the end of these days, and not by these
            days alone: chances that differ by month are in `due`.

    Raises:
        NotEnoughData: with fewer than 8 people with chances on either side.
    """
    first, end = month_number(span.start), month_number(span.last_day) + 1
    mine_in = (told.month >= first) & (told.month < end)
    rest_in = told.month < end if rest_from_start else mine_in
    found = []
    for brought, due in ((told.customers, told.due), (told.mrr, told.due_mrr)):
        groups = [
            Group.of(brought[who][:, when].sum(axis=1), due[who][:, when].sum(axis=1))
            for who, when in ((told.is_mine, mine_in), (~told.is_mine, rest_in))
        ]
        found.append((beside_rest(groups[0], groups[1]), groups))
    (customers, groups), (mrr, _) = found
    return customers, mrr, len(groups[0]), len(groups[1])
