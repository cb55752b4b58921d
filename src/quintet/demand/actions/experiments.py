"""What people do with experiments: plan and start one, let leads be drawn, stop it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from quintet.demand.formula.experiments import checked, drawn_cells, forecast, judged
from quintet.demand.metrics import experiments as leads_of
from quintet.demand.models.experiments import Experiment, ExperimentLead
from quintet.demand.terms.experiments import Cell, Design, Result
from quintet.facts.published import Facts
from quintet.kernel.errors import BadInput
from quintet.ledger import inbox

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

#: What may be decided at the end.
DECISIONS = {"adopt": "Do it for all", "drop": "Do not do it", "unclear": "It did not show"}
_CHUNK = 500


def start(
    facts: Facts, name: str, question: str, design: Design, *, by: "AbstractBaseUser", now: datetime
) -> Experiment:
    """Begin an experiment: from now on new leads come into its cells.

    Raises:
        BadInput: when it cannot be judged, or one of that name exists.
    """
    checked(design)
    if Experiment.objects.filter(name=name).exists():
        raise BadInput(f"there is an experiment called {name!r} already: give this one another name")
    plan = forecast(design, leads_of.flow(facts, design).leads_per_week)
    since = _since(facts, now)
    with transaction.atomic():
        one = Experiment.objects.create(
            name=name,
            question=question,
            design=as_json(design),
            needed=plan.sample.needed,
            fixed_size=plan.sample.fixed,
            weeks=plan.weeks,
            started_at=since,
            started_by=by,  # type: ignore[misc]
        )
        _tell("started", one, now, detail={"design": one.design, "needed": one.needed, "by": by.pk})
    return one


def draw_new_leads(facts: Facts, one: Experiment, now: datetime) -> int:
    """Draw the leads that became known since the last time; returns how many. Running it twice draws none."""
    design = design_of(one)
    if not design.is_drawn or one.stopped_at is not None:
        return 0
    found = leads_of.new_leads(facts, design, one.started_at)
    known = set(one.leads.values_list("lead_id", flat=True))
    fresh = [row for row in found.to_pylist() if row["lead_id"] not in known]
    cells = drawn_cells(design, str(one.pk), len(known), len(fresh))
    for at in range(0, len(fresh), _CHUNK):
        some = zip(fresh[at : at + _CHUNK], cells[at : at + _CHUNK].tolist(), strict=True)
        _draw(one, design, [(row["lead_id"], row["created_at"], cell) for row, cell in some], now)
    return len(fresh)


def judge(facts: Facts, one: Experiment) -> Result:
    """Work out what it has shown by now, and keep it for the page."""
    design = design_of(one)
    if design.is_drawn:
        rows = list(one.leads.values_list("lead_id", "cell", "entered_at"))
        ids, cell, entered = zip(*rows, strict=True) if rows else ((), (), ())
        leads = leads_of.drawn(facts, design, ids, cell, entered)
    else:
        leads = leads_of.of_channel(facts, design, one.started_at, one.stopped_at)
    costs = leads_of.costs(facts, design, one.started_at, one.stopped_at)
    result = judged(design, leads, costs=costs, needed=one.needed)
    one.result = json.loads(json.dumps(asdict(result), default=date.isoformat))
    one.judged_at = datetime.now(UTC)
    one.save(update_fields=["result", "judged_at"])
    return result


def stop(one: Experiment, decision: str, reason: str, *, by: "AbstractBaseUser", now: datetime) -> None:
    """End an experiment with what was decided, and why; its result is kept.

    Raises:
        BadInput: when it has ended already, the decision is none of DECISIONS, or there is no reason.
    """
    if one.stopped_at is not None:
        raise BadInput(f"{one.name!r} has ended already, on {one.stopped_at:%-d %b %Y}")
    if decision not in DECISIONS:
        raise BadInput(f"the decision must be one of {', '.join(DECISIONS)}, got {decision!r}")
    if not reason.strip():
        raise BadInput("say why: the next person will want to know")
    with transaction.atomic():
        one.stopped_at, one.stopped_by = now, by  # type: ignore[assignment]
        one.decision, one.reason = decision, reason.strip()
        one.save(update_fields=["stopped_at", "stopped_by", "decision", "reason"])
        _tell("stopped", one, now, outcome=decision, detail={"reason": one.reason, "by": by.pk})


def turn(facts: Facts, now: datetime) -> str:
    """Draw new leads into every running experiment and judge it; says what happened in a few words."""
    running = list(Experiment.objects.filter(stopped_at=None))
    drawn = sum(draw_new_leads(facts, one, now) for one in running)
    for one in running:
        judge(facts, one)
    return f"{len(running)} running, {drawn} leads drawn" if running else "none runs"


def design_of(one: Experiment) -> Design:
    """The design an experiment was started with."""
    told: Mapping[str, Any] = one.design
    return Design(**{**told, "cells": tuple(Cell(**cell) for cell in told["cells"])})


def as_json(design: Design) -> dict[str, Any]:
    """A design as it is kept."""
    return asdict(design)


def _draw(one: Experiment, design: Design, drawn: list[tuple[int, datetime, int]], now: datetime) -> None:
    with transaction.atomic():
        ExperimentLead.objects.bulk_create(
            [
                ExperimentLead(experiment=one, lead_id=lead, cell=cell, entered_at=at.replace(tzinfo=UTC))
                for lead, at, cell in drawn
            ],
            ignore_conflicts=True,
        )
        inbox.offer(
            [
                _row("assigned", one, now, lead_id=lead, outcome=design.cells[cell].name, record=str(lead))
                for lead, _, cell in drawn
            ]
        )


def _since(facts: Facts, now: datetime) -> datetime:
    """From when leads count: now, or where the data ends when the company's clock is behind."""
    newest = (facts.as_of or now).replace(tzinfo=UTC) + timedelta(microseconds=1)
    return min(now, newest)


def _tell(what: str, one: Experiment, now: datetime, *, outcome: str = "", detail: dict[str, Any]) -> None:
    inbox.offer([_row(what, one, now, outcome=outcome, detail=json.dumps(detail, sort_keys=True))])


def _row(what: str, one: Experiment, now: datetime, *, record: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    given = {key: value for key, value in more.items() if value not in {"", None}}
    place = f":{record}" if record else ""
    return {
        "occurred_at": now,
        "recorded_at": now,
        "kind": f"experiment.{what}",
        "content": one.name,
        "source": "quintet",
        "source_ref": f"experiment:{one.pk}{place}#experiment.{what}",
        **given,
    }
