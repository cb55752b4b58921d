"""Who may be on a call and whom it may be about: people of the company, leads and opportunities."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
from django.contrib.auth import get_user_model

from quintet.facts.asking import names_of_reps
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.sources.transcripts.terms import CrmRecord
from quintet.training.asks.calls import sees_rep
from quintet.training.terms.calls import Person

_MOST_SHOWN = 5


@dataclass(frozen=True)
class Buyer:
    """Whom a call is about.

    Args:
        lead_id: of the facts.
        opportunity_id: of the facts; None where nobody said.
    """

    lead_id: int | None = None
    opportunity_id: int | None = None


def people(facts: Facts | None) -> tuple[Person, ...]:
    """Everybody of the company: reps by the facts, and accounts that are a rep, with their address."""
    names = {} if facts is None else names_of_reps(facts)
    accounts = get_user_model().objects.filter(rep_id__isnull=False, is_active=True)
    told = [Person(rep_id, name) for rep_id, name in names.items()]
    told += [Person(one.rep_id, one.name, one.email) for one in accounts]
    return tuple(told)


def rep_choices(facts: Facts | None, scope: Scope) -> list[tuple[int, str]]:
    """The reps whose calls the reader may bring or see, by name."""
    known = {one.rep_id: one.name for one in reversed(people(facts)) if one.name}
    seen = {rep_id: name for rep_id, name in known.items() if sees_rep(scope, rep_id)}
    return sorted(seen.items(), key=lambda one: one[1].casefold())


def find_buyer(facts: Facts | None, text: str, scope: Scope) -> Buyer:
    """The lead that is called so, or has that number; of a rep's or manager's own rows.

    Raises:
        BadInput: when none, or several, are called so.
    """
    wanted = " ".join(text.split())
    if facts is None:
        raise BadInput("no leads are loaded yet: import them, and link the call then")
    leads = facts.table("leads")
    named = leads.label.lower() == wanted.lower()
    if wanted.isdigit():
        named |= leads.lead_id.cast("string") == wanted
    chosen = leads.filter(named).select("lead_id", "opportunity_id", "rep_id", "label")
    rows = [row for row in facts.arrow(chosen).to_pylist() if sees_rep(scope, row["rep_id"])]
    if not rows:
        raise BadInput(f"no lead of yours is called {wanted!r}: write it as the CRM does, or its number")
    if len(rows) > 1:
        numbers = ", ".join(str(row["lead_id"]) for row in rows[:_MOST_SHOWN])
        raise BadInput(f"{len(rows)} leads are called {wanted!r}: write the number, one of {numbers}")
    return Buyer(rows[0]["lead_id"], rows[0]["opportunity_id"])


def buyer_of(home: Home, facts: Facts | None, records: Iterable[CrmRecord]) -> Buyer:
    """Whom a call is about by the CRM records its source names; nobody where none is known."""
    refs = [(one.kind, one.ref) for one in records if one.kind in {"opportunity", "lead"}]
    if not refs or facts is None:
        return Buyer()
    ids = _known(home, refs)
    leads = facts.table("leads")
    deals = facts.table("opportunities")
    for kind, key in ids:
        table, column = (deals, "opportunity_id") if kind == "opportunity" else (leads, "lead_id")
        found: list[dict[str, Any]] = facts.arrow(
            table.filter(table[column] == key).select("lead_id", "opportunity_id").limit(1)
        ).to_pylist()
        if found:
            return Buyer(found[0]["lead_id"], found[0]["opportunity_id"])
    return Buyer()


def _known(home: Home, refs: list[tuple[str, str]]) -> list[tuple[str, int]]:
    """(entity, id) of references anybody linked; Salesforce writes an id in 15 or 18 letters."""
    aliases = Aliases(home)
    with duckdb.connect() as con:
        names = aliases.relation(con)
        merged = {(entity, loser): winner for entity, loser, winner in aliases.merges(con).fetchall()}
        found = []
        for entity, ref in refs:
            rows = names.filter(
                duckdb.ColumnExpression("entity") == duckdb.ConstantExpression(entity)
            ).filter(
                duckdb.ColumnExpression("ref").isin(
                    *(duckdb.ConstantExpression(one) for one in _spellings(ref))
                )
            )
            ids = rows.project("entity_id").limit(1).fetchall()
            found += [(entity, merged.get((entity, one), one)) for (one,) in ids]
    return found


def _spellings(ref: str) -> tuple[str, ...]:
    return (ref, ref[:15]) if len(ref) == 18 else (ref,)  # noqa: PLR2004 -- an id of Salesforce


def lead_names(facts: Facts | None, lead_ids: Iterable[int]) -> dict[int, str]:
    """What leads are called; those without a name are left out."""
    wanted = {one for one in lead_ids if one is not None}
    if facts is None or not wanted:
        return {}
    leads = facts.table("leads")
    rows = facts.arrow(leads.filter(leads.lead_id.isin(sorted(wanted))).select("lead_id", "label"))
    return {row["lead_id"]: row["label"] for row in rows.to_pylist() if row["label"]}
