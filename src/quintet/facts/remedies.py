"""Which file would let the data feed a formula: what data health says beside the reason."""

#: By the name of the formula in data health.
REMEDIES = {
    "funnel: worked to connected": "add calls with outcomes, or say which stage of a deal means connected",
    "funnel: connected to qualified": "add meetings, or say which stage of a deal means qualified",
    "funnel: qualified to demo": "add meetings that were demos, or say which stage of a deal means demo",
    "funnel: demo to won": "add meetings that were demos, or the history of the deals' stages",
    "win rate by rep": "add lost deals, too, each with its rep",
    "peel the onion": "add calls with their outcome, and e-mails with their replies",
    "attempts policy": "add calls and e-mails with their instants, and which of them reached somebody",
    "lead score": "add leads with their source, those that did not buy as well, and what they did",
    "attribution": "add campaign touches or web visits, and the source of every lead",
    "customer lifetime value": "add subscriptions: what each customer pays, since when and until when",
    "forecast": "add open deals with their value and the day each entered its stage",
    "hiring": "score interviews under Candidates, or load past scores under Past scores",
    "training: ramp": "add people with the day they joined, and a file of monthly quotas",
}


def remedy_of(formula: str) -> str:
    """What to add so that this formula can be fed.

    Args:
        formula: its name in data health.
    """
    return REMEDIES[formula]
