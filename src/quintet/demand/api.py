"""Demand by API: the same questions as its pages."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router

from quintet.demand.asks import experiments as experiments_asked
from quintet.demand.models.experiments import Experiment
from quintet.kernel.access import needs

router = Router(tags=["demand"])


@router.get("experiments", summary="Every experiment with what it has shown")
@needs("demand.see_channels")
def experiments(request: HttpRequest) -> list[dict[str, Any]]:  # noqa: ARG001
    """Running ones first, then newest first."""
    return [_experiment(one) for one in experiments_asked.experiments()]


@router.get("experiments/{experiment_id}", summary="One experiment, look by look")
@needs("demand.see_channels")
def experiment(request: HttpRequest, experiment_id: UUID) -> dict[str, Any]:  # noqa: ARG001
    """Its design, its plan, and its result with every look."""
    return _experiment(experiments_asked.known(get_object_or_404(Experiment, pk=experiment_id)))


def _experiment(one: experiments_asked.Known) -> dict[str, Any]:
    record = one.record
    return {
        "id": str(record.pk),
        "name": record.name,
        "question": record.question,
        "design": record.design,
        "needed": record.needed,
        "started_at": record.started_at,
        "stopped_at": record.stopped_at,
        "decision": record.decision,
        "reason": record.reason,
        "grade": one.design.grade.value,
        "result": record.result,
    }
