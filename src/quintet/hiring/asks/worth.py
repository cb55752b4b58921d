"""What hires brought month by month, by whether the index spoke for them: for sums alone, nobody is named."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from quintet.calendar.periods import month_number
from quintet.facts.published import Facts
from quintet.hiring.asks.success import success
from quintet.hiring.metrics.lead_values import LeadValues
from quintet.hiring.metrics.success import judged_months
from quintet.hiring.models.candidates import Decision
from quintet.hiring.terms.success import RepSuccess

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
_MONTHS_BEFORE_1970 = 1970 * 12


@dataclass(frozen=True, eq=False)
class HiredMonths:
    """Hires in the months in which they are judged, [hires, months]; 0 outside of them.

    Args:
        is_by_index: [hires] hired with an index at or above the usual one before the eyes.
        month: [months] since year 0.
        customers: of leads of the month, won so far.
        due: customers the average rep would have won from them by now.
        mrr: signed by them so far.
        due_mrr: the average rep would have signed.
    """

    is_by_index: npt.NDArray[np.bool_]
    month: I8
    customers: F8
    due: F8
    mrr: F8
    due_mrr: F8


def hires_by_index(facts: Facts, taken: Container[tuple[int, int]]) -> HiredMonths:
    """Everybody who was hired and whose rep is known, in the fourth to twelfth month.

    Args:
        facts: a published version.
        taken: months of reps, (rep, month since year 0), that are left out.

    Raises:
        NotEnoughData: before it was worked out what became of the hires.
    """
    told = success(facts.home)
    hired = Decision.objects.filter(outcome="hired", rep_id__isnull=False)
    follows = dict(hired.values_list("rep_id", "follows"))
    people = [one for one in told.reps if one.rep_id in follows]
    over = told.as_of + timedelta(days=1)
    windows = {
        one.rep_id: {month for month in _months(one, over) if (one.rep_id, month) not in taken}
        for one in people
    }
    months = np.array(sorted(set().union(*windows.values())), dtype=np.int64)
    sums = [_by_month(LeadValues.read(facts, measure), windows, months) for measure in ("customers", "mrr")]
    (customers, due), (mrr, due_mrr) = sums
    is_by_index = np.array([follows[one.rep_id] is True for one in people], dtype=bool)
    return HiredMonths(is_by_index, months, customers, due, mrr, due_mrr)


def _months(one: RepSuccess, over: date) -> set[int]:
    return {month_number(month) for month in judged_months(one.joined_on, one.left_on, over)}


def _by_month(values: LeadValues, windows: dict[int, set[int]], months: I8) -> tuple[F8, F8]:
    """What each hire's leads brought, and should have, by month; [hires, months]."""
    people: Sequence[int] = list(windows)
    signed, expected = np.zeros((2, len(people), len(months)))
    when = values.month.astype("datetime64[M]").astype(np.int64) + _MONTHS_BEFORE_1970
    for at, rep in enumerate(people):
        mine = values.rep == rep
        for place, month in enumerate(months.tolist()):
            if month in windows[rep]:
                cells = mine & (when == month)
                signed[at, place] = values.value[cells].sum()
                expected[at, place] = values.expected[cells].sum()
    return signed, expected
