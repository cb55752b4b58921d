"""The loop by API: the same questions as its pages."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Router

from quintet.kernel.access import needs
from quintet.loop import asks, asks_decisions, asks_drift
from quintet.loop.pages_decisions import reader_of

router = Router(tags=["loop"])
SEES = "loop.see_scores"


@router.get("formulas", summary="Every formula with its compounding curve")
@needs(SEES)
def formulas(request: HttpRequest) -> list[dict[str, Any]]:  # noqa: ARG001
    """How much better than the naive answer, period by period."""
    return [_standing(one) for one in asks.standings(settings.HOME)]


@router.get("formulas/{formula}", summary="One formula with its compounding curve")
@needs(SEES)
def formula(request: HttpRequest, formula: str) -> dict[str, Any]:  # noqa: ARG001
    """Falls are shown."""
    return _standing(asks.standing(settings.HOME, formula))


@router.get("formulas/{formula}/turns", summary="What each turn scored and decided")
@needs(SEES)
def turns(request: HttpRequest, formula: str) -> list[dict[str, Any]]:  # noqa: ARG001
    """Oldest first, with the losses of each cluster."""
    return [asdict(one) for one in asks.standing(settings.HOME, formula).turns]


@router.get("formulas/{formula}/versions", summary="Every fitted version, newest first")
@needs(SEES)
def versions(request: HttpRequest, formula: str) -> list[dict[str, Any]]:  # noqa: ARG001
    """With the recipe, and whether it came into use."""
    return [asdict(one) for one in asks.versions(settings.HOME, formula)]


@router.get("formulas/{formula}/changes", summary="What changed between two versions, term by term")
@needs(SEES)
def changes(request: HttpRequest, formula: str, before: str, after: str) -> list[dict[str, Any]]:
    """What changed most surely first."""
    found = asks.changes(settings.HOME, formula, before, after, request.scope).shown  # type: ignore[attr-defined]
    return [asdict(one) | {"points": one.points, "why": one.why} for one in found]


@router.get("drift", summary="Every formula: did inputs move, are promises kept, which window is in use")
@needs(SEES)
def drifts(request: HttpRequest, day: str = "") -> list[dict[str, Any]]:  # noqa: ARG001
    """As the watch saw it last, or on a day it looked at."""
    return [_drift(one) for one in asks_drift.drifts(settings.HOME, day)]


@router.get("formulas/{formula}/drift", summary="One formula: did inputs move, are promises kept")
@needs(SEES)
def drift(request: HttpRequest, formula: str, day: str = "") -> dict[str, Any]:  # noqa: ARG001
    """With each day's promises and the two sums."""
    return _drift(asks_drift.drift(settings.HOME, formula, day))


@router.get("decisions", summary="What was advised, what was decided and why, and what followed")
@needs(SEES)
def decisions(request: HttpRequest, formula: str = "", state: str = "") -> list[dict[str, Any]]:
    """Newest first; only advice the owner of the token may see."""
    found = asks_decisions.decisions(reader_of(request), formula, state)
    return [asks_decisions.as_plain(one) for one in found]


@router.get("decisions/{recommendation_id}", summary="One advice with what became of it")
@needs(SEES)
def decision(request: HttpRequest, recommendation_id: UUID) -> dict[str, Any]:
    """Its evidence, the decision, the outcome."""
    found = asks_decisions.decision(reader_of(request), recommendation_id)
    if found is None:
        raise Http404
    return asks_decisions.as_plain(found)


@router.get("advisers", summary="How good each adviser is: share accepted, promised beside delivered")
@needs(SEES)
def advisers(request: HttpRequest, formula: str = "") -> list[dict[str, Any]]:
    """Silent below 10, with the number missing."""
    return [asdict(one) for one in asks_decisions.advisers(reader_of(request), formula)]


def _drift(one: asks_drift.DriftStanding) -> dict[str, Any]:
    windows = [asdict(each) | {"reading": each.reading} for each in one.windows]
    return {
        "name": one.formula.name,
        "title": one.formula.title,
        "seen": asdict(one.seen) | {"alarms": one.seen.alarms} if one.seen else None,
        "days": one.days,
        "windows": windows,
        "missing": one.missing,
    }


def _standing(one: asks.Standing) -> dict[str, Any]:
    told = one.formula
    recipes = [asdict(recipe) for recipe in told.recipes]
    return {
        "name": told.name,
        "title": told.title,
        "unit": told.unit,
        "recipes": recipes,
        "in_use": one.last.next if one.last else None,
        "curve": asdict(one.curve),
    }
