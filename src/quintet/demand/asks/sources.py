"""Do leads from search or from e-mail do better?"""

from quintet.demand.asks.reports import Answer, Filters, answer
from quintet.demand.terms.reports import Comparison, SourcesReport
from quintet.facts.published import Facts


def sources(facts: Facts, filters: Filters) -> Answer[SourcesReport]:
    """Every source and campaign: leads, rates, time, value, cost, and what chance does not explain.

    Company figures alone: whoever may see channels sees them all.
    """
    return answer(facts, "sources", SourcesReport, filters)


def comparison(report: SourcesReport, outcome: str, one: str, other: str) -> Comparison | None:
    """One source or campaign against another: the difference of their rates; None for a pair not compared.

    Args:
        report: the stored one.
        outcome: qualified, won_soon or won.
        one: name of the first.
        other: name of the second.
    """
    for pair in report.comparisons:
        if pair.outcome == outcome and {pair.one, pair.other} == {one, other} and one != other:
            return pair if pair.one == one else _turned(pair)
    return None


def _turned(pair: Comparison) -> Comparison:
    return Comparison(
        pair.kind,
        pair.outcome,
        pair.other,
        pair.one,
        -pair.difference,
        -pair.hi,
        -pair.lo,
        1.0 - pair.p_more,
    )
