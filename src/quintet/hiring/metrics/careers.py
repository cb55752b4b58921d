"""What the headcount plan is made of: careers of reps, their months, and who leads today."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis

from quintet.facts.asking import FactsTables
from quintet.hiring.terms.plan import RepCareer, RepMonth


def read_careers(facts: FactsTables) -> tuple[RepCareer, ...]:
    """Every rep once, with the first day and the last as a rep; managers and BDRs are not among them.

    Who was promoted has left the reps on that day.
    """
    reps = facts.table("reps")
    found = (
        reps.filter(reps.role == "rep")
        .group_by("rep_id")
        .agg(
            joined_on=reps.joined_on.min(),
            gone_on=reps.left_on.max(),
            is_one=reps.valid_to.isnull().any(),
            until=reps.valid_to.max().date(),
        )
    )
    ended = ibis.ifelse(found.is_one, ibis.null("date"), found.until)
    told = found.select("rep_id", "joined_on", left_on=found.gone_on.coalesce(ended))
    return tuple(RepCareer(**row) for row in _rows(facts, told.order_by("rep_id")))


def read_signed(facts: FactsTables) -> tuple[RepMonth, ...]:
    """What each rep signed in each month with any activity, in the order of reps and months."""
    months = facts.table("rep_months").select("rep_id", "month", "mrr", "quota")
    return tuple(RepMonth(**row) for row in _rows(facts, months.order_by(["rep_id", "month"])))


def managers_today(facts: FactsTables) -> int:
    """How many lead at least one rep today."""
    reps = facts.table("reps")
    led = reps.filter((reps.role == "rep") & reps.valid_to.isnull() & reps.left_on.isnull())
    return int(facts.arrow(led.agg(n=led.manager_id.nunique())).to_pylist()[0]["n"])


def signed_by_month(
    careers: Sequence[RepCareer], signed: Sequence[RepMonth]
) -> dict[date, tuple[int, float]]:
    """Month → reps who were here on its first day or joined in it, and the MRR they signed."""
    reps = {one.rep_id: one for one in careers}
    found: dict[date, tuple[int, float]] = {}
    for month in sorted({one.month for one in signed}):
        mrr = sum(one.mrr for one in signed if one.month == month and one.rep_id in reps)
        found[month] = (sum(_is_here(one, month) for one in careers), mrr)
    return found


def _is_here(one: RepCareer, month: date) -> bool:
    began = one.joined_on is None or (one.joined_on.year, one.joined_on.month) <= (month.year, month.month)
    return began and (one.left_on is None or one.left_on > month)


def _rows(facts: FactsTables, expression: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return list(facts.arrow(expression).to_pylist())
