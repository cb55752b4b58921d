"""Demand by API: the same questions as its pages."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router

from quintet.demand import answers
from quintet.demand.asks import experiments as experiments_asked
from quintet.demand.models.experiments import Experiment
from quintet.facts.published import Facts
from quintet.kernel.access import needs

router = Router(tags=["demand"])


@router.get("leads", summary="Open leads, most valuable first, with reasons that add up")
@needs("demand.see_leads")
def leads(request: HttpRequest, source: str = "", segment: str = "", rep: str = "", limit: int = 100) -> Any:  # noqa: ANN401
    """The leads the owner of the token may see; no score of those held out of it."""
    query = {"source": source, "segment": segment, "rep": rep, "limit": str(limit)}
    return _answered(request, "leads", query | ({"ready": "on"} if "ready" in request.GET else {}))


@router.get("leads/{lead_id}", summary="One lead with every reason")
@needs("demand.see_leads")
def lead(request: HttpRequest, lead_id: int) -> Any:  # noqa: ANN401
    """What it is likely to become, why, and what it could still do."""
    return answers.one_lead(_facts(), request.scope, lead_id)  # type: ignore[attr-defined]


@router.get("score", summary="How good the lead score was on later leads, and what was left out")
@needs("demand.see_leads")
def score(request: HttpRequest) -> Any:  # noqa: ANN401
    """The card of the score in use."""
    return _answered(request, "score", {})


@router.get("worth", summary="What following the lead score brings, by the leads held out of it")
@needs("demand.see_channels")
def worth(request: HttpRequest) -> Any:  # noqa: ANN401
    """Customers per 100 leads by score, minus those of leads worked as they come, with the interval."""
    return _answered(request, "worth", {})


@router.get("points", summary="The points table, beside the one typed by hand")
@needs("demand.see_leads")
def points(request: HttpRequest) -> Any:  # noqa: ANN401
    """Small whole numbers one can say aloud."""
    return _answered(request, "points", {})


@router.get("contract", summary="What marketing and sales owe each other, at the end of a day")
@needs("demand.see_leads")
def contract(request: HttpRequest, on: str = "") -> Any:  # noqa: ANN401
    """Points against the pace, promises broken, and the target derived from the quota."""
    return _answered(request, "contract", {"on": on})


@router.get("sources", summary="Rate, worth, time and cost of each source and campaign")
@needs("demand.see_channels")
def sources(request: HttpRequest, period: str = "", segment: str = "") -> Any:  # noqa: ANN401
    """With n and interval, young leads corrected."""
    return _answered(request, "sources", {"period": period, "segment": segment})


@router.get("terms", summary="What each search term goes with, corrected for many looks")
@needs("demand.see_channels")
def terms(request: HttpRequest, period: str = "", segment: str = "", outcome: str = "") -> Any:  # noqa: ANN401
    """Shrunken, and reported only beyond chance."""
    return _answered(request, "terms", {"period": period, "segment": segment, "outcome": outcome})


@router.get("content", summary="What each behaviour and content goes with, in rate and in speed")
@needs("demand.see_channels")
def content(request: HttpRequest, period: str = "", segment: str = "", outcome: str = "") -> Any:  # noqa: ANN401
    """Source for source."""
    return _answered(request, "content", {"period": period, "segment": segment, "outcome": outcome})


@router.get("attribution", summary="Credit of each channel by seven rules")
@needs("demand.see_channels")
def attribution(request: HttpRequest, period: str = "", level: str = "", outcome: str = "") -> Any:  # noqa: ANN401
    """Credit, not cause."""
    return _answered(request, "attribution", {"period": period, "level": level, "outcome": outcome})


@router.get("lifetime", summary="How long customers stay and what they are worth")
@needs("demand.see_channels")
def lifetime(request: HttpRequest) -> Any:  # noqa: ANN401
    """By source and segment; by rep for the reps one may see."""
    return _answered(request, "lifetime", {})


@router.get("experiments", summary="Every experiment with what it has shown")
@needs("demand.see_channels")
def experiments(request: HttpRequest) -> list[dict[str, Any]]:  # noqa: ARG001
    """Running ones first, then newest first."""
    return [answers.experiment(one) for one in experiments_asked.experiments()]


@router.get("experiments/{experiment_id}", summary="One experiment, look by look")
@needs("demand.see_channels")
def experiment(request: HttpRequest, experiment_id: UUID) -> dict[str, Any]:  # noqa: ARG001
    """Its design, its plan, and its result with every look."""
    return answers.experiment(experiments_asked.known(get_object_or_404(Experiment, pk=experiment_id)))


def _answered(request: HttpRequest, question: str, query: dict[str, str]) -> Any:  # noqa: ANN401
    return answers.answered(_facts(), request.scope, question, query)  # type: ignore[attr-defined]


def _facts() -> Facts:
    return Facts.published(settings.HOME)
