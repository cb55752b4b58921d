"""Which search terms make a lead qualified?"""

from quintet.demand.asks.reports import Answer, Filters, answer
from quintet.demand.terms.reports import TermsReport
from quintet.facts.published import Facts


def terms(facts: Facts, filters: Filters) -> Answer[TermsReport]:
    """Search terms against what their sources make expect, corrected for how many there are."""
    return answer(facts, "terms", TermsReport, filters, filters.outcome)
