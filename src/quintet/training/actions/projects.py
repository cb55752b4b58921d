"""What people do with hands-on projects: say where theirs is, type figures in, have them counted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput
from quintet.ledger.telling import row, tell
from quintet.training.actions.completions import complete, require_open
from quintet.training.asks.certificates import finished
from quintet.training.metrics import projects as metrics
from quintet.training.models.curriculum import Evidence, Module, Project
from quintet.training.terms.curriculum import reached
from quintet.training.terms.words import EVIDENCE

_MOST = 10_000_000


def open_project(
    user: Any,  # noqa: ANN401 -- somebody with an account
    module: Module,
    address: str,
    campaign: str,
    *,
    now: datetime,
) -> Project:
    """Say where one's project stands on the web; figures are counted from the first time it is said.

    Raises:
        BadInput: when the module is no project, something comes before it, or the address is none.
    """
    if module.kind != "hands_on":
        raise BadInput(f"{module.name!r} is no hands-on project")
    require_open(user, module)
    if address.strip() and "." not in metrics.bare(address):
        raise BadInput(f"an address is like blog.example.com/sales, got {address!r}")
    told = {"address": address.strip(), "campaign": campaign.strip()}
    one, is_new = Project.objects.get_or_create(user=user, module=module, defaults={"opened_at": now, **told})
    if not is_new:
        one.address, one.campaign = told["address"], told["campaign"]
        one.save(update_fields=["address", "campaign"])
    return one


def type_in(project: Project, figures: Mapping[str, int], *, now: datetime) -> Evidence:
    """Type in what a project has reached so far; it is marked as typed.

    Raises:
        BadInput: for a figure nobody asks for, or one that cannot be.
    """
    for name, figure in figures.items():
        if name not in EVIDENCE or not 0 <= figure <= _MOST:
            raise BadInput(f"{', '.join(EVIDENCE)} are 0..{_MOST:,}, got {name!r}: {figure}")
    return _show(project, dict(figures), now, is_typed=True)


def count_projects(facts: Facts, now: datetime) -> str:
    """Count the figures of projects that are not finished, from the newest facts; says how many showed any.

    Harmless to repeat: figures that did not move leave no trace.
    """
    shown = 0
    for one in Project.objects.filter(module__retired_at=None).select_related("user", "module"):
        if one.module_id in finished(one.user) or not (one.address or one.campaign):
            continue
        where = metrics.Project(one.address, one.campaign, one.opened_at)
        figures = metrics.project_figures(facts, where)
        last = one.evidence.filter(is_typed=False).first()
        if figures and (last is None or last.figures != figures):
            _show(one, figures, now, is_typed=False)
            shown += 1
    return f"{shown} projects showed new figures"


def _show(project: Project, figures: dict[str, int], now: datetime, *, is_typed: bool) -> Evidence:
    with transaction.atomic():
        one = Evidence.objects.create(project=project, figures=figures, is_typed=is_typed, seen_at=now)
        told = {"figures": figures, "typed": is_typed, "user": project.user_id}
        tell(
            row(
                "project.shown",
                f"evidence:{one.pk}",
                now,
                told,
                rep_id=project.user.rep_id,
                content=project.module.key,
            )
        )
        if reached(figures, project.module.asks_for):
            complete(project.user, project.module, "evidence", now=now)
    return one
