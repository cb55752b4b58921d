"""What the collector and imports saw of a hands-on project: visits and leads since it was opened."""

import re
from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.types as ir

from quintet.facts.asking import FactsTables

_SCHEME = r"^(https?://)?(www\.)?"
_ENDS = "/?#"


@dataclass(frozen=True)
class Project:
    """Where a project stands on the web.

    Args:
        address: of the blog or page, with what lies under it; empty where it has none.
        campaign: whose visits and leads are its own, too; empty for none.
        since: figures count from here on, UTC.
    """

    address: str
    campaign: str
    since: datetime


def project_figures(facts: FactsTables, project: Project) -> dict[str, int]:
    """Visits and leads of a project, as far as the data holds them; empty where it holds none of either.

    A visit is one page seen by somebody we know by now. A lead counts where it came in by the address or
    the campaign. Reads `behaviour`, so ask for it in the worker.

    Args:
        facts: a published version.
        project: where it stands.
    """
    since = ibis.literal(project.since.replace(tzinfo=None))
    behaviour, leads = facts.table("behaviour"), facts.table("leads")
    seen = behaviour.filter(behaviour.kind == "web.visited", behaviour.happened_at >= since)
    new = leads.filter(leads.created_at >= since)
    visits = seen.filter(_is_of(project, seen.content, seen.campaign)).count()
    came = new.filter(_is_of(project, new.landing, new.campaign)).count()
    figures = {
        name: int(facts.arrow(count.name("n").as_table()).to_pylist()[0]["n"])
        for name, count in (("visits", visits), ("leads", came))
    }
    return figures if any(figures.values()) else {}


def bare(address: str) -> str:
    """An address as it is compared: without scheme, www, query and slash at the end, in lower case."""
    return re.sub(_SCHEME, "", address.strip().lower()).split("?")[0].split("#")[0].rstrip("/")


def _is_of(project: Project, page: ir.StringValue, campaign: ir.StringValue) -> ir.BooleanValue:
    """Lies the page under the project's address, or does it belong to its campaign?"""
    found = ibis.literal(value=False)
    if project.campaign:
        found |= campaign.lower() == project.campaign.lower()
    if bare(project.address):
        mine = bare(project.address)
        told = page.lower().re_replace(_SCHEME, "")
        found |= told == mine
        for end in _ENDS:
            found |= told.startswith(mine + end)
    return ibis.coalesce(found, ibis.literal(value=False))
