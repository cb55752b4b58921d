"""How long the customers of each rep stay, and what they are worth, beside customers of the same kinds."""

import math
from dataclasses import dataclass

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quintet.calendar.periods import month_number
from quintet.facts.asking import FactsTables
from quintet.hiring.terms.links import Measured
from quintet.kernel.errors import NotEnoughData
from quintet.loop.chain.fitting import Told
from quintet.loop.chain.leads import FAMILIES, Worked, joined_months, kinds_of, tenures
from quintet.loop.chain.terms import LIFETIME, WORTH
from quintet.stats.crossed_means import fit_crossed_means

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

_MONTH_DAYS = 30.4375
#: Months of being a customer at which a stretch begins: early ones are lost more often.
_STRETCHES = (0, 3, 6, 12)
_LONGEST = 1200
#: Of fewer customers' prices nothing is said of a rep.
_FEWEST_PRICES = 5


@dataclass(frozen=True, eq=False)
class Customers:
    """Customers, one row each, and the months they were watched.

    Args:
        months: customer-months as `tried`, customers lost as `won`; one row a customer and stretch.
        rep_id: of each customer, shape (N,).
        kinds: of each customer.
        mrr: monthly revenue; NaN where none is known, shape (N,).
    """

    months: Worked
    rep_id: I8
    kinds: dict[str, npt.NDArray[np.object_]]
    mrr: F8


def read_customers(facts: FactsTables) -> Customers:
    """Everybody who became a customer of a known rep; nobody where no cancellation is on record.

    Revenue counts in the currency that most customers pay in.

    Args:
        facts: a published version.
    """
    rows = facts.arrow(_rows(facts))
    rep = np.asarray(rows["rep_id"].to_numpy(), dtype=np.int64)
    sold = np.asarray([month_number(one) for one in rows["month"].to_pylist()], dtype=np.int64)
    lost = rows["lost"].to_numpy(zero_copy_only=False).astype(bool)
    months = np.floor(rows["observed_days"].to_numpy() / _MONTH_DAYS) + lost
    kinds = kinds_of(rows)
    tenure = tenures(rep, sold, joined_months(facts))
    parts = [_stretch(at, months, lost) for at in range(len(_STRETCHES))]
    who = np.concatenate([one[0] for one in parts])
    told = Worked(
        rep_id=rep[who],
        month=sold[who],
        tenure=tenure[who],
        kinds={name: one[who] for name, one in kinds.items()},
        tried=np.concatenate([one[1] for one in parts]),
        won=np.concatenate([one[2] for one in parts]),
        age=np.repeat(np.arange(len(parts)), [len(one[0]) for one in parts]),
    )
    return Customers(told, rep, kinds, _prices(rows))


def _rows(facts: FactsTables) -> ibis.Table:
    won = facts.table("customers")
    known = won.filter(
        won.rep_id.notnull() & won.won_at.notnull() & won.cancelled_at.notnull().any().over()
    ).mutate(month=won.won_at.truncate("M").date(), lost=won.cancelled_at.notnull())
    leads = facts.table("leads").select("lead_id", *FAMILIES)
    told = known.left_join(leads, "lead_id").order_by("opportunity_id")
    return told.select("rep_id", "month", "lost", "observed_days", "mrr", "currency", *FAMILIES)


def _stretch(at: int, months: F8, lost: npt.NDArray[np.bool_]) -> tuple[I8, F8, F8]:
    """Who was a customer in a stretch, for how many of its months, and whether he was lost in it."""
    begin = _STRETCHES[at]
    end = _STRETCHES[at + 1] if at + 1 < len(_STRETCHES) else _LONGEST
    inside = np.clip(months - begin, 0, end - begin)
    who = np.flatnonzero(inside > 0)
    return who, inside[who], (lost & (months > begin) & (months <= end))[who].astype(np.float64)


def _prices(rows: pa.Table) -> F8:
    """Monthly revenue in the commonest currency; NaN elsewhere."""
    mrr = np.asarray(rows["mrr"].to_numpy(zero_copy_only=False), dtype=np.float64)
    named = np.asarray([one or "" for one in rows["currency"].to_pylist()], dtype=object)
    if not len(named):
        return mrr
    words, count = np.unique(named.astype(str), return_counts=True)
    is_usual = named == words[int(np.argmax(count))]
    return np.where(is_usual & (mrr > 0), mrr, np.nan)


def lifetimes(told: Told) -> dict[str, dict[int, Measured]]:
    """Log of how long each rep's customers stay beside others of their kinds; nothing where nobody knows."""
    if told.fit is None:
        return {}
    return {LIFETIME: {rep: Measured(-one.value, one.error) for rep, one in told.measured().items()}}


def worths(told: Told, customers: Customers) -> dict[str, dict[int, Measured]]:
    """Log of what each rep's customers are worth: how long they stay times what they pay a month."""
    stay = lifetimes(told).get(LIFETIME, {})
    known = np.isfinite(customers.mrr) & np.isin(customers.rep_id, list(stay))
    reps, rep = np.unique(customers.rep_id[known], return_inverse=True)
    kinds = tuple(
        np.unique(customers.kinds[name][known].astype(str), return_inverse=True)[1] for name in FAMILIES[:2]
    )
    try:
        paid = fit_crossed_means(rep, kinds, np.log(customers.mrr[known]))
    except NotEnoughData:
        return {}
    enough = np.bincount(rep) >= _FEWEST_PRICES if rep.size else np.zeros(0, dtype=bool)
    found = {
        who: Measured(
            stay[who].value + float(paid.reps[at]), math.hypot(stay[who].error, float(paid.errors[at]))
        )
        for at, who in enumerate(reps.tolist())
        if enough[at]
    }
    return {WORTH: found}
