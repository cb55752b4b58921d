"""Reps: who sells, for whom, since when."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
from ibis import _

from quintet.facts.flags import NO
from quintet.facts.schema import REPS

_KEPT = ("name", "role", "manager_id", "team", "segment", "region")
_LONG_AGO = "1970-01-01 00:00:00"


#: Tables in whose column rep_id everybody is found who has anything to do with a lead.
NAMING_REPS = ("rep_months", "leads", "opportunities", "stage_spells", "attempts")


def reps(people: ir.Table, names: ir.Table, seen: ir.Table) -> ir.Table:
    """One row per person and spell of unchanged manager, team, segment and role.

    Everybody has one: somebody of whom no row tells, but whom another table or a colleague's row names, has
    one spell from 1970, without anything but a name. A name is the one told in the rows, else what the
    aliases call him: a label, else the id the source gives him.

    What a row does not say stays as it was. A person who left has no open spell. A team without a name is
    called after its manager. A joining without a date counts from 1970, and `joined_on` stays null.

    Args:
        people: rows.ROWS of the rows of people.
        names: rep_names.REP_NAMES.
        seen: everybody there is, as `seen_reps` says.

    Returns:
        schema.REPS.
    """
    told = people.filter(people.kind.startswith("rep.") & people.rep_id.notnull())
    told = told.mutate(at=ibis.coalesce(told.occurred_at, ibis.timestamp(_LONG_AGO)))
    dates = _dates(told)
    carried = _carried(told)
    spells = _named(_spells(carried), names)
    joined = _with_team(spells, names).left_join(dates, [("rep_id", "dated_id")])
    whole = joined.select(*REPS.columns)
    return whole.union(_silent(seen.anti_join(whole, "rep_id"), names, dates))


def seen_reps(people: ir.Table, naming: Sequence[ir.Table]) -> ir.Table:
    """Every rep_id there is, once.

    Args:
        people: rows.ROWS of the rows of people.
        naming: the tables NAMING_REPS, or what of them may name somebody whom no row of people tells of.
    """
    *some, attempts = naming
    # Attempts with a date are in rep_months, the first table; reading those without is cheap.
    tables = [*some, attempts.filter(attempts.attempted_at.isnull()), people]
    found = [table.filter(table.rep_id.notnull()).select("rep_id") for table in tables]
    found.append(people.filter(people.manager_id.notnull()).select(rep_id=people.manager_id))
    return ibis.union(*found).distinct()


def _silent(unknown: ir.Table, names: ir.Table, dates: ir.Table) -> ir.Table:
    """One spell for each of whom no row tells, or only that he left."""
    known = names.select(known_id="rep_id", name="name")
    joined = unknown.left_join(known, unknown.rep_id == known.known_id)
    dated = joined.left_join(dates, joined.rep_id == dates.dated_id)
    told = {
        "valid_from": ibis.timestamp(_LONG_AGO).cast("timestamp"),
        "valid_to": dated.left_on.cast("timestamp"),
    }
    return dated.select(
        **{
            name: told[name] if name in told else dated[name] if name in dated.columns else ibis.null(kind)
            for name, (kind, _) in REPS.columns.items()
        }
    )


def _named(spells: ir.Table, names: ir.Table) -> ir.Table:
    """A person's own name, else what the aliases call him."""
    known = names.select(known_id="rep_id", known_name="name")
    joined = spells.left_join(known, spells.rep_id == known.known_id)
    return joined.mutate(name=ibis.coalesce(joined.name, joined.known_name)).drop("known_id", "known_name")


def _dates(told: ir.Table) -> ir.Table:
    joined_at = told.occurred_at.min(where=told.kind == "rep.joined")
    left_at = told.occurred_at.argmax(told.order_key, where=told.kind == "rep.left")
    came_key = told.order_key.max(where=told.kind == "rep.joined")
    left_key = told.order_key.max(where=told.kind == "rep.left")
    one = told.group_by(dated_id=told.rep_id).agg(
        joined_on=joined_at.date(), left_on=left_at.date(), came_key=came_key, left_key=left_key
    )
    back = (one.came_key > one.left_key).fill_null(NO)
    return one.select("dated_id", "joined_on", left_on=back.ifelse(ibis.null("date"), one.left_on))


def _carried(told: ir.Table) -> ir.Table:
    """Each row with what was last said of every field: the newest non-null value so far."""
    so_far = ibis.cumulative_window(group_by="rep_id", order_by="order_key")
    keys = {
        f"{name}_key": told[name].notnull().ifelse(told.order_key, ibis.null("int64")).max().over(so_far)
        for name in _KEPT
    }
    current = told.select("rep_id", "order_key", "at", "kind", **keys)
    for name in _KEPT:
        said = told.filter(told[name].notnull()).select(
            **{f"{name}_rep": "rep_id", f"{name}_at": "order_key", name: name}
        )
        current = current.left_join(
            said,
            [("rep_id", f"{name}_rep"), (f"{name}_key", f"{name}_at")],
        ).drop(f"{name}_rep", f"{name}_at")
    return current


def _spells(carried: ir.Table) -> ir.Table:
    """Rows at which something changed, each lasting until the next."""
    inside = ibis.window(group_by="rep_id", order_by="order_key")
    last = (
        carried.group_by(["rep_id", "at"])
        .agg(last_key=_.order_key.max())
        .rename(last_rep="rep_id", last_at="at")
    )
    final = carried.join(last, [("rep_id", "last_rep"), ("order_key", "last_key")])
    state = ibis.literal("")
    for name in (*_KEPT, "kind"):
        value = (
            (final.kind == "rep.left").ifelse("left", "") if name == "kind" else final[name].cast("string")
        )
        state = state + "\x1f" + value.fill_null("\x1e")
    marked = final.mutate(state=state)
    marked = marked.mutate(before=marked.state.lag().over(inside))
    changes = marked.filter(marked.before.isnull() | (marked.before != marked.state))
    dated = changes.mutate(valid_from=changes["at"], valid_to=changes["at"].lead().over(inside))
    return dated.filter(dated.kind != "rep.left").drop(
        "last_rep", "last_at", "last_key", "before", "state", "at"
    )


def _with_team(spells: ir.Table, names: ir.Table) -> ir.Table:
    """A team's own name, else its manager's newest name."""
    told = spells.group_by(boss_id=spells.rep_id).agg(
        boss_name=spells.name.argmax(spells.order_key, where=spells.name.notnull())
    )
    known = names.select(known_id="rep_id", known_name="name")
    joined = spells.left_join(told, [("manager_id", "boss_id")])
    joined = joined.left_join(known, joined.manager_id == known.known_id)
    return joined.mutate(team=ibis.coalesce(joined.team, joined.boss_name, joined.known_name))
