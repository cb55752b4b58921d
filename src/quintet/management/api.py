"""Management by API: the same questions as its pages."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from quintet.facts.published import Facts
from quintet.kernel.access import needs
from quintet.management.asks import funnel as asks

router = Router(tags=["management"])


@router.get("funnel", summary="Each rep's funnel, with intervals and verdicts")
@needs("management.see_funnel")
def funnel(
    request: HttpRequest, team: str | None = None, period: str = "", segment: str = "", source: str = ""
) -> dict[str, Any]:
    """The team's funnel with the rows of those reps the owner of the token may see."""
    facts = Facts.published(settings.HOME)
    told = {"period": period, "segment": segment, "source": source}
    filters = asks.Filters.of(told if team is None else told | {"team": team})
    scope = request.scope  # type: ignore[attr-defined]
    return asdict(asks.funnel(facts, scope, asks.question(facts, scope, filters)))
