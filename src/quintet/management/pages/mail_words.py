"""The figures of a letter in words: the same in HTML and in plain text."""

from typing import Any

from quintet.management.pages.funnel_panels import estimate_of
from quintet.management.terms.daily import ActivityLine, Amount
from quintet.management.terms.funnel import RateEstimate, RepFunnel, TeamFunnel, TeamRate, Verdict
from quintet.management.words import stage_label, step_label

_TEN = 10
_READINGS = {Verdict.WEAK: "weak", Verdict.STRONG: "strong", Verdict.ORDINARY: "within chance"}


def whole(count: int) -> str:
    """A count, with commas."""
    return f"{count:,}"


def due(value: float | None) -> str:
    """What a count is held against: one decimal below ten, for half a demo a day counts; else a dash."""
    if value is None:
        return "–"
    return f"{value:.1f}" if value < _TEN else f"{value:,.0f}"


def beside(line: ActivityLine) -> str:
    """What heads the column beside the counts: target, or usual where nothing has a target."""
    return "target" if line.has_targets else "usual"


def amounts(line: ActivityLine) -> list[dict[str, Any]]:
    """One row per activity: on the day and in the month, each beside its target, or named as usual."""
    return [
        {
            "label": stage_label(one.stage),
            "day": whole(one.day),
            "due_day": due(one.due_day),
            "month": whole(one.month),
            "due_month": due(one.due_month),
            "kind": kind_of(line, one),
            "standing": standing(one),
        }
        for one in line.amounts
    ]


def kind_of(line: ActivityLine, one: Amount) -> str:
    """The word that marks a usual among targets."""
    return "usual" if line.has_targets and not one.has_target and one.due_month is not None else ""


def standing(one: Amount) -> str:
    """What is said of an amount: behind beyond chance, or met another way; nothing within chance."""
    return one.standing if one.standing in {"behind", "met another way"} else ""


def why_usual(line: ActivityLine) -> str:
    """Why some activities, or all, stand beside what is usual; empty where all have targets."""
    told = [
        f"{', '.join(stage_label(stage).lower() for stage in stages)}: {reason}"
        for reason, stages in line.reasons.items()
    ]
    if not line.has_targets and len(line.reasons) == 1:
        return f"No targets: {next(iter(line.reasons))}."
    return f"No target for {'; '.join(told)}." if told else ""


def stage_counts(funnel: TeamFunnel) -> list[tuple[str, str]]:
    """The team's leads at each recorded stage within the page's period."""
    return [
        (stage_label(one.stage), whole(one.leads)) for one in funnel.team_counts if one.stage in funnel.stages
    ]


def team_rate_rows(funnel: TeamFunnel) -> list[dict[str, str]]:
    """The team's rate from stage to stage, and over all closed opportunities."""
    return [
        {"step": step_label(one.step), "of": _of(one), "percent": _percent(one)} for one in funnel.team_rates
    ]


def rate_rows(funnel: TeamFunnel, rep: RepFunnel) -> list[dict[str, str]]:
    """One rep's rates beside the team's."""
    found = []
    for team in funnel.team_rates:
        one = estimate_of(rep, team.step)
        if one is not None:
            reading = "too young" if one.is_young else _READINGS.get(one.verdict, "too few to say")
            words = {
                "step": step_label(one.step),
                "of": _of(one),
                "percent": _percent(one),
                "reading": reading,
            }
            found.append(words | {"team": _percent(team)})
    return found


def _of(one: RateEstimate | TeamRate) -> str:
    return f"{one.converted:,} of {one.n:,}"


def _percent(one: RateEstimate | TeamRate) -> str:
    if one.rate is None or one.lo is None or one.hi is None:
        return "–"
    return f"{one.rate:.1%} ({one.lo:.1%} to {one.hi:.1%})"
