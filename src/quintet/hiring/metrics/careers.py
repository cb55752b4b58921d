"""What the headcount plan is made of besides careers: who leads today, and how many were here by month."""

from collections.abc import Sequence
from datetime import date

from quintet.facts.asking import FactsTables
from quintet.facts.careers import RepCareer, RepMonth


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
