"""What crosses the wall about forecasts: deals as they were known, quotas, and a forecast with its spread."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]

_EPOCH = date(1970, 1, 1)

#: What a period brings, each forecast by itself.
MEASURES = ("amount", "mrr", "customers")
#: The quantiles a forecast is kept as.
LEVELS = (0.01, 0.025, *(round(0.05 * one, 2) for one in range(1, 20)), 0.975, 0.99)


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day of a number."""
    return _EPOCH + timedelta(days=int(number))


@dataclass(frozen=True, eq=False)
class Deals:
    """Deals as they were known, by rising id; days are numbers, -1 for none.

    Args:
        ids: [n] opportunity_id.
        rep: [n] owner; 0 where nobody is named.
        created: [n] day it was opened.
        closed: [n] day it was won or lost; -1 while open.
        is_won: [n] won.
        amount: [n] value; nan where it was not known.
        mrr: [n] monthly recurring part; nan where it was not known.
        product: [n] number of what was offered.
        segment: [n] number of the customer type.
        stage: [n] number of the stage it is in; -1 where none is recorded.
    """

    ids: I8
    rep: I8
    created: I8
    closed: I8
    is_won: B1
    amount: F8
    mrr: F8
    product: I8
    segment: I8
    stage: I8

    @property
    def is_open(self) -> B1:
        """[n] not closed so far."""
        return np.asarray(self.closed < 0)

    def chosen(self, rows: I8) -> "Deals":
        """Some of the deals."""
        return Deals(**{name: values[rows] for name, values in vars(self).items()})

    def places(self, ids: I8) -> I8:
        """Where deals of these ids stand; -1 for one that is not here."""
        if not len(self.ids):
            return np.full(len(ids), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[at] == ids, at, -1)


@dataclass(frozen=True, eq=False)
class Spells:
    """Stays of deals in stages, by deal and day entered.

    Args:
        deal: [m] opportunity_id.
        rep: [m] owner at the time; 0 where nobody is named.
        stage: [m] number of the stage.
        entered: [m] day.
    """

    deal: I8
    rep: I8
    stage: I8
    entered: I8

    def chosen(self, rows: I8) -> "Spells":
        """Some of the stays."""
        return Spells(**{name: values[rows] for name, values in vars(self).items()})


@dataclass(frozen=True, eq=False)
class Quotas:
    """Quotas by rep and month.

    Args:
        rep: [q] rep_id.
        month: [q] day number of the month's first day.
        quota: [q] amount.
    """

    rep: I8
    month: I8
    quota: F8
