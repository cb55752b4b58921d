"""The reports in a sentence or two that a manager can say aloud."""

from quintet.demand.terms.reports import (
    Comparison,
    ContentReport,
    Group,
    Look,
    Rate,
    SourcesReport,
    TermsReport,
)

GOALS = {"qualified": "qualify", "won_soon": "become customers within 90 days", "won": "become customers"}
_FEW = 3
_SURE = 0.95


def share(rate: Rate) -> str:
    """10.1 % (8.9 to 11.4), as far as it may be said."""
    if rate.rate is None or rate.lo is None or rate.hi is None:
        return "not known yet"
    return f"{rate.rate:.1%} ({rate.lo:.1%} to {rate.hi:.1%})"


def rate_of(group: Group, outcome: str) -> Rate:
    """A group's rate to an outcome."""
    return {"qualified": group.qualified, "won_soon": group.won_soon, "won": group.won}[outcome]


def sources_reading(report: SourcesReport, outcome: str) -> str:
    """Which source does best, if any; else that chance explains what is seen."""
    goal = GOALS[outcome]
    test = next((one for one in report.spreads if (one.kind, one.outcome) == ("source", outcome)), None)
    told = [one for one in report.groups if one.kind == "source" and one.name and rate_of(one, outcome).rate]
    if test is None or len(told) < 2:  # noqa: PLR2004
        return "Fewer than two sources have leads in this selection, so there is nothing to compare."
    if not test.is_rankable:
        return (
            f"Sources cannot be told apart by how many of their leads {goal}: chance alone spreads"
            f" {test.groups} sources this far (p = {test.adjusted_p:.2f}). No ranking."
        )
    best = max(told, key=lambda one: rate_of(one, outcome).rate or 0.0)
    worst = min(told, key=lambda one: rate_of(one, outcome).rate or 0.0)
    return (
        f"Sources differ beyond chance (p {_p(test.adjusted_p)}). Of leads from {best.name},"
        f" {share(rate_of(best, outcome))} {goal}; of leads from {worst.name},"
        f" {share(rate_of(worst, outcome))}."
    )


def comparison_reading(pair: Comparison) -> str:
    """One group against another in a sentence."""
    points = 100 * abs(pair.difference)
    word = "more" if pair.difference > 0 else "fewer"
    lo, hi = sorted((100 * pair.lo, 100 * pair.hi))
    sure = max(pair.p_more, 1.0 - pair.p_more)
    ending = "" if sure >= _SURE else " That is within what chance explains."
    return (
        f"Of 100 leads from {pair.one}, {points:.1f} {word} {GOALS[pair.outcome]} than from {pair.other}"
        f" (difference {lo:.1f} to {hi:.1f} points, 90 %); probability that {pair.one} is higher:"
        f" {pair.p_more:.2f}.{ending}"
    )


def terms_reading(report: TermsReport) -> str:
    """How many terms stand after the correction, and which."""
    goal = GOALS[report.outcome]
    found = [one for one in report.terms if one.is_reported]
    if not report.terms:
        return report.warnings[0]
    looked = f"{report.tested:,} of {len(report.terms):,} terms have enough leads to be looked at"
    if not found:
        return (
            f"No search term's leads {goal} more or less often than their source makes expect: {looked},"
            " and what is seen is what so many looks show by chance."
        )
    more = [one.name for one in found if (one.rate.rate or 0.0) > one.expected]
    fewer = [one.name for one in found if (one.rate.rate or 0.0) <= one.expected]
    parts = [f"{_named(more)} bring more leads that {goal}"] if more else []
    parts += (
        [f"{_named(fewer)} fewer" if more else f"{_named(fewer)} bring fewer leads that {goal}"]
        if fewer
        else []
    )
    text = f"{'; '.join(parts)} than their source makes expect"
    ending = f"{looked}; of those reported, at most {report.false_share:.0%} are chance."
    return f"{text[0].upper()}{text[1:]}. {ending}"


def content_reading(report: ContentReport) -> str:
    """What went with more, and what went with faster, after the correction."""
    if not report.looks:
        return report.warnings[0]
    goal = GOALS[report.outcome]
    looks = (*report.contents, *report.behaviours)
    more = sorted((one for one in looks if one.more.is_reported), key=lambda one: -(one.more.raw or 0.0))
    above = [one for one in more if (one.more.raw or 0.0) > 1]
    faster = [one for one in looks if one.faster.is_reported and (one.faster.raw or 0.0) > 1]
    first = f"What goes with leads that {goal} more often, source for source: {_looked(above, 'more')}."
    if not above:
        first = f"No behaviour or content goes with leads that {goal} more often, beyond chance."
    second = (
        f"With faster: {_looked(faster, 'faster')}." if faster else "None goes with faster, beyond chance."
    )
    return f"{first} {second}"


def _looked(looks: list[Look], which: str) -> str:
    """Each look with what kind it is and how much."""
    ratios = [one.more.ratio if which == "more" else one.faster.ratio for one in looks]
    return _listed(
        [f"{one.family.lower()} {one.name} ({ratio:.2f}×)" for one, ratio in zip(looks, ratios, strict=True)]
    )


def _named(names: list[str]) -> str:
    return _listed([f"“{one}”" for one in names])


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_FEW])
    return f"{shown} and {len(names) - _FEW} more" if len(names) > _FEW else shown


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"  # noqa: PLR2004
