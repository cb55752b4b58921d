"""Who may read the funnels: everybody who sells, leads or watches; whose rows, the scope decides."""

import rules

SEES_FUNNELS = frozenset(
    {"executive", "manager", "rep", "bdr", "marketer", "enablement", "operations", "auditor"}
)


@rules.predicate
def sees_funnels(user: object) -> bool:
    """The person's role reads funnels."""
    return getattr(user, "role", None) in SEES_FUNNELS


rules.add_perm("management.see_funnel", sees_funnels)
