"""Who may read what demand knows, and who may decide: whose leads, the scope decides."""

import rules

SEES_DEMAND = frozenset({"executive", "manager", "rep", "bdr", "marketer", "operations", "auditor"})
SEES_CHANNELS = SEES_DEMAND - {"rep", "bdr"}
DECIDES = frozenset({"executive", "marketer", "manager", "operations"})


@rules.predicate
def sees_demand(user: object) -> bool:
    """The person's role reads leads with their score, and the contract."""
    return getattr(user, "role", None) in SEES_DEMAND


@rules.predicate
def sees_channels(user: object) -> bool:
    """The person's role reads sources, terms, content, attribution, spend and experiments."""
    return getattr(user, "role", None) in SEES_CHANNELS


@rules.predicate
def decides(user: object) -> bool:
    """The person's role changes points, contract and experiments."""
    return getattr(user, "role", None) in DECIDES


rules.add_perm("demand.see_leads", sees_demand)
rules.add_perm("demand.see_channels", sees_channels)
rules.add_perm("demand.decide", decides)
