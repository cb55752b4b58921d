"""What became of each lead, for the contract: attempts, conversations, leads sent back or set aside."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quintet.demand.terms.contract import Happened
from quintet.demand.terms.examples import I8, M8
from quintet.facts.published import Facts


def read_happened(facts: Facts, lead_ids: I8, attempts: Iterable[int]) -> Happened:
    """What became of each lead.

    The table of rejections is made when it is first asked for, so ask in the worker.

    Args:
        facts: a published version.
        lead_ids: [n] whose, in this order.
        attempts: the numbers of attempts whose instant is wanted.
    """
    leads = facts.table("leads")
    told = facts.arrow(leads.select("lead_id", "rep_id", "worked_at", "connected_at", "lost_at"))
    rows = _Rows(lead_ids, told)
    wanted = sorted(set(attempts))
    tried = _attempts(facts, wanted)
    reasons, back, dropped = _sent_back(facts)
    sent = _Rows(lead_ids, back)
    code = sent.numbers("code", otherwise=-1)
    return Happened(
        rep_id=rows.numbers("rep_id"),
        first_attempt_at=rows.instants("worked_at"),
        nth_attempt_at={n: _Rows(lead_ids, tried[n]).instants("attempted_at") for n in wanted},
        attempts=_Rows(lead_ids, _made(facts)).numbers("made"),
        connected_at=rows.instants("connected_at"),
        lost_at=rows.instants("lost_at"),
        rejected_at=sent.instants("rejected_at"),
        reason=code,
        reasons=reasons,
        disqualified_at=_Rows(lead_ids, dropped).instants("rejected_at"),
    )


class _Rows:
    """Columns of a table, one row a lead at most, put into the order of some leads."""

    def __init__(self, lead_ids: I8, table: pa.Table) -> None:
        self.table = table
        ids = table["lead_id"].to_numpy()
        order = np.argsort(ids)
        place = np.minimum(np.searchsorted(ids, lead_ids, sorter=order), max(len(ids) - 1, 0))
        self.at = order[place] if len(ids) else np.zeros(len(lead_ids), dtype=np.int64)
        self.found = ids[self.at] == lead_ids if len(ids) else np.zeros(len(lead_ids), dtype=bool)

    def instants(self, name: str) -> M8:
        given = self.table[name].cast(pa.timestamp("us")).to_numpy().astype("datetime64[us]")
        told = np.full(len(self.at), "NaT", dtype="datetime64[us]")
        told[self.found] = given[self.at[self.found]]
        return told

    def numbers(self, name: str, otherwise: int = 0) -> I8:
        given = pc.fill_null(self.table[name], otherwise).to_numpy().astype(np.int64)
        told = np.full(len(self.at), otherwise, dtype=np.int64)
        told[self.found] = given[self.at[self.found]]
        return told


def _attempts(facts: Facts, wanted: list[int]) -> dict[int, pa.Table]:
    """When each lead was tried for the n-th time."""
    tries = facts.table("attempts")
    chosen = tries.filter(tries.attempt_number.isin(wanted or [0]))
    told = facts.arrow(chosen.select("lead_id", "attempt_number", "attempted_at"))
    return {n: told.filter(pc.equal(told["attempt_number"], n)) for n in wanted}


def _made(facts: Facts) -> pa.Table:
    """How often each lead was tried."""
    tries = facts.table("attempts")
    return facts.arrow(tries.group_by("lead_id").agg(made=tries.attempt_number.max()))


def _sent_back(facts: Facts) -> tuple[tuple[str, ...], pa.Table, pa.Table]:
    """The reasons; when each lead was first sent back, and why; when it was first set aside."""
    told = facts.table("rejections")
    back = told.filter(told.kind == "lead.rejected")
    first = back.group_by("lead_id").agg(
        reason=back.reason.argmin(back.rejected_at), rejected_at=back.rejected_at.min()
    )
    sent = facts.arrow(first.order_by("lead_id"))
    given = pc.fill_null(sent["reason"], "no reason given").to_pylist()
    reasons = tuple(sorted(set(given)))
    codes = pa.array([reasons.index(one) for one in given], pa.int64())
    aside = told.filter(told.kind == "lead.disqualified")
    dropped = facts.arrow(aside.group_by("lead_id").agg(rejected_at=aside.rejected_at.min()))
    return reasons, sent.append_column("code", codes), dropped
