"""Who may read what demand knows, and who may decide: whose leads, the scope decides."""

import rules

SEES_DEMAND = frozenset({"executive", "manager", "rep", "bdr", "marketer", "operations", "auditor"})
SEES_CHANNELS = SEES_DEMAND - {"rep", "bdr"}
#: Who speaks for each side of the contract.
ACCEPTS = {
    "marketing": frozenset({"executive", "marketer"}),
    "sales": frozenset({"executive", "manager"}),
}
REJECTS = frozenset({"executive", "manager", "rep", "bdr"})
#: Who sets the share of leads held out of the score.
SETS_HOLDOUT = frozenset({"executive", "operations"})
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


@rules.predicate
def speaks_for_a_side(user: object) -> bool:
    """The person's role proposes and accepts contracts, for one side or both."""
    return any(getattr(user, "role", None) in roles for roles in ACCEPTS.values())


@rules.predicate
def rejects_leads(user: object) -> bool:
    """The person's role sends leads back to marketing; whose leads, the scope decides."""
    return getattr(user, "role", None) in REJECTS


@rules.predicate
def sets_holdout(user: object) -> bool:
    """The person's role sets the share of leads held out of the score."""
    return getattr(user, "role", None) in SETS_HOLDOUT


rules.add_perm("demand.set_holdout", sets_holdout)
rules.add_perm("demand.speak", speaks_for_a_side)
rules.add_perm("demand.reject_leads", rejects_leads)
rules.add_perm("demand.see_leads", sees_demand)
rules.add_perm("demand.see_channels", sees_channels)
rules.add_perm("demand.decide", decides)
