"""Who did it: the rep each funnel step of a lead counts for, also after the lead moved to somebody else."""

import ibis
import ibis.expr.types as ir

from quintet.facts.schema import STAGES

#: A minimum by key passes over nulls on one engine and not on another: nobody is a number, for a while.
_NOBODY = -1
_OWNING = ("lead.created", "lead.assigned")


def makers(owned: ir.Table) -> dict[str, ir.Value]:
    """Aggregates per lead: the rep on the first dated row of each step but the last; -1 when it names none.

    Args:
        owned: rows with `journey_id` and the flags says_worked … says_demo.
    """
    dated = owned.occurred_at.notnull()
    return {
        f"maker_{stage}": _named(owned).argmin(owned.order_key, where=owned[f"says_{stage}"] & dated)
        for stage in STAGES[:-1]
    }


def credited(owned: ir.Table, staged: ir.Table) -> ir.Table:
    """Leads with who each step counts for: worked_by … won_by.

    The rep on the interaction that made the step's instant, the earliest if there are several; of a step
    filled from a later one, the rep of that later one. Where that interaction names nobody: who owned the
    lead then, by the latest assignment at or before it; else, and for steps without a date, `current_rep_id`.

    Args:
        owned: rows with `journey_id`.
        staged: one row per lead with maker_*, first_*, deal_won_at, worked_at … won_at, reached and
            current_rep_id.
    """
    instants = staged.select(
        moment_id="lead_id", **{f"moment_{stage}": _said(staged, stage) for stage in STAGES}
    )
    owners, winners = _owners(owned, instants), _winners(owned, instants)
    joined = staged.left_join(owners, staged.lead_id == owners.owners_id)
    joined = joined.left_join(winners, joined.lead_id == winners.winners_id)
    columns = {f"{stage}_by": _credit(joined, place) for place, stage in enumerate(STAGES)}
    return joined.mutate(**columns).drop("owners_id", "winners_id")


def _said(staged: ir.Table, stage: str) -> ir.TimestampValue:
    """When the source itself says the step was reached."""
    return staged.deal_won_at if stage == "won" else staged[f"first_{stage}"]


def _named(rows: ir.Table) -> ir.IntegerValue:
    return rows.rep_id.fill_null(_NOBODY)


def _owners(owned: ir.Table, instants: ir.Table) -> ir.Table:
    """Who owned each lead at the instant of each step."""
    given = owned.filter(
        owned.rep_id.notnull()
        & owned.occurred_at.notnull()
        & (owned.kind.isin(_OWNING) | owned.kind.startswith("opportunity."))
    )
    timed = given.join(instants, given.journey_id == instants.moment_id)
    return timed.group_by(owners_id=timed.journey_id).agg(
        **{
            f"owner_{stage}": timed.rep_id.argmax(
                timed.order_key, where=timed.occurred_at <= timed[f"moment_{stage}"]
            )
            for stage in STAGES
        }
    )


def _winners(owned: ir.Table, instants: ir.Table) -> ir.Table:
    """The rep on the win that made the lead a customer."""
    wins = owned.filter(
        (owned.kind == "opportunity.won")
        | ((owned.kind == "opportunity.stage_entered") & (owned.content == "won"))
    )
    timed = wins.join(
        instants, [wins.journey_id == instants.moment_id, wins.occurred_at == instants.moment_won]
    )
    return timed.group_by(winners_id=timed.journey_id).agg(maker_won=_named(timed).argmin(timed.order_key))


def _credit(joined: ir.Table, place: int) -> ir.IntegerValue:
    """Who a step counts for: whoever made the first of the steps from here on that has its instant."""
    at = joined[f"{STAGES[place]}_at"]
    made = [
        (
            _said(joined, stage) == at,
            ibis.coalesce(
                joined[f"maker_{stage}"].nullif(_NOBODY), joined[f"owner_{stage}"], joined.current_rep_id
            ),
        )
        for stage in STAGES[place:]
    ]
    dated = ibis.cases(*made)
    undated = (joined.reached > place).ifelse(joined.current_rep_id, ibis.null("int64"))
    return at.notnull().ifelse(dated, undated).cast("int64")
