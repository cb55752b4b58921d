"""Work out the chain, in the worker, and keep it for the page."""

from datetime import UTC, datetime

from quintet.facts.published import Facts
from quintet.hiring.asks.links import links as criterion_links
from quintet.hiring.asks.links import names as criterion_names
from quintet.kernel.plain import as_plain, text_of
from quintet.loop.chain.apart import apart_of
from quintet.loop.chain.fitting import Told, tell_apart
from quintet.loop.chain.kept import FORM, chain_shelf
from quintet.loop.chain.leads import read_worked
from quintet.loop.chain.lifetimes import lifetimes, read_customers, worths
from quintet.loop.chain.linking import joined, of_criteria, of_modules
from quintet.loop.chain.terms import COLUMNS, CUSTOMER, LIFETIME, STEPS, Chain, ColumnRate
from quintet.training.asks.ramp import module_names
from quintet.training.metrics.steps import finished

VERSIONS_KEPT = 10


def renew_chain(facts: Facts, *, now: datetime | None = None) -> str:
    """Work it out from a published version, unless what is kept is of that version; says what was done.

    Args:
        facts: the published version.
        now: from when it is in use.
    """
    if facts.as_of is None:
        return "no row has a date"
    why = f"facts version {facts.version} of ledger version {facts.ledger_version}, {FORM}"
    shelf = chain_shelf(facts.home)
    if shelf.is_made_from(why):
        return "up to date"
    told = worked_out(facts, facts.as_of)
    shelf.keep(text_of(as_plain(told)), now or datetime.now(UTC), why, VERSIONS_KEPT)
    return f"{told.tested} links looked at, {len(told.claimed)} stand"


def worked_out(facts: Facts, as_of: datetime) -> Chain:
    """The whole answer, anew.

    Args:
        facts: a published version.
        as_of: its newest instant.
    """
    customers = read_customers(facts)
    read = read_worked(facts) | {LIFETIME: customers.months}
    told = {name: tell_apart(worked) for name, worked in read.items()}
    measures = {name: told[name].measured() for name in STEPS if told[name].fit is not None}
    measures |= lifetimes(told[LIFETIME]) | worths(told[LIFETIME], customers)
    found, missing = criterion_links(facts, measures)
    criteria = of_criteria(found, {name: told[name].rate for name in STEPS}, criterion_names())
    modules = of_modules(told, finished(facts), module_names())
    known = [name for name in COLUMNS if name in told and told[name].fit is not None]
    return Chain(
        until=as_of.date(),
        apart=apart_of(told[CUSTOMER]),
        links=joined([*criteria, *modules]),
        rates=tuple(ColumnRate(name, told[name].rate, int(told[name].worked.tried.sum())) for name in known),
        notes=_notes(told, missing, has_modules=bool(modules)),
    )


def _notes(told: dict[str, Told], missing: str, *, has_modules: bool) -> tuple[str, ...]:
    """What is left out, and why."""
    columns = [name for name in (*STEPS, LIFETIME) if told[name].missing]
    notes = [f"{COLUMNS[name]}: {told[name].missing}" for name in columns]
    if missing:
        notes.append(f"Interview criteria: {missing}")
    if not has_modules:
        notes.append("Modules: nobody finished one yet")
    return tuple(notes)
