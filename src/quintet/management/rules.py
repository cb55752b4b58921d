"""Who may read the funnels and the plans, and who coaches: whose rows, the scope decides."""

import rules

SEES_FUNNELS = frozenset(
    {"executive", "manager", "rep", "bdr", "marketer", "enablement", "operations", "auditor"}
)
SEES_COACHING = frozenset({"executive", "manager", "rep", "bdr", "operations", "auditor"})
COACHES = frozenset({"executive", "manager"})


@rules.predicate
def sees_funnels(user: object) -> bool:
    """The person's role reads funnels."""
    return getattr(user, "role", None) in SEES_FUNNELS


@rules.predicate
def sees_coaching(user: object) -> bool:
    """The person's role reads coaching plans: a rep his own, a manager his team's."""
    return getattr(user, "role", None) in SEES_COACHING


@rules.predicate
def coaches(user: object) -> bool:
    """The person's role opens plans, logs sessions and closes plans."""
    return getattr(user, "role", None) in COACHES


rules.add_perm("management.see_funnel", sees_funnels)
rules.add_perm("management.see_coaching", sees_coaching)
rules.add_perm("management.coach", coaches)

#: Who reads forecasts and pipelines; whose rows, the scope decides.
SEES_FORECASTS = frozenset({"executive", "manager", "rep", "bdr", "operations", "auditor"})
#: Who says what a period will bring: a rep for himself, a manager for the team.
COMMITS = frozenset({"manager", "rep"})


@rules.predicate
def sees_forecasts(user: object) -> bool:
    """The person's role reads forecasts and pipelines."""
    return getattr(user, "role", None) in SEES_FORECASTS


@rules.predicate
def commits_forecasts(user: object) -> bool:
    """The person's role commits to a figure, and the account is tied to a rep."""
    return getattr(user, "role", None) in COMMITS and getattr(user, "rep_id", None) is not None


rules.add_perm("management.see_forecast", sees_forecasts)
rules.add_perm("management.commit_forecast", commits_forecasts)

#: Who may read statements of pay; whose, the scope decides.
SEES_PAY = frozenset({"executive", "manager", "rep", "bdr", "operations", "auditor"})
#: Who sees proposals, and the last year under them.
REVIEWS_PAY = SEES_PAY - {"rep", "bdr"}
PROPOSES_PAY = frozenset({"executive", "operations"})
ACCEPTS_PAY = frozenset({"executive"})


@rules.predicate
def sees_pay(user: object) -> bool:
    """The person's role reads statements and the plan: a rep his own, a manager his team's."""
    return getattr(user, "role", None) in SEES_PAY


@rules.predicate
def reviews_pay(user: object) -> bool:
    """The person's role judges proposed plans, for the reps he sees."""
    return getattr(user, "role", None) in REVIEWS_PAY


@rules.predicate
def proposes_pay(user: object) -> bool:
    """The person's role proposes versions of the commission plan."""
    return getattr(user, "role", None) in PROPOSES_PAY


@rules.predicate
def accepts_pay(user: object) -> bool:
    """The person's role puts a version of the commission plan in force."""
    return getattr(user, "role", None) in ACCEPTS_PAY


rules.add_perm("management.see_pay", sees_pay)
rules.add_perm("management.review_pay", reviews_pay)
rules.add_perm("management.propose_pay", proposes_pay)
rules.add_perm("management.accept_pay", accepts_pay)

#: Who sees contests; whose rows, the contest and the scope decide.
SEES_CONTESTS = SEES_PAY | {"enablement"}
RUNS_CONTESTS = frozenset({"executive", "manager", "operations"})


@rules.predicate
def sees_contests(user: object) -> bool:
    """The person's role reads contests."""
    return getattr(user, "role", None) in SEES_CONTESTS


@rules.predicate
def runs_contests(user: object) -> bool:
    """The person's role starts contests and ends them; with whose reps, the scope decides."""
    return getattr(user, "role", None) in RUNS_CONTESTS


rules.add_perm("management.see_contests", sees_contests)
rules.add_perm("management.run_contests", runs_contests)

#: Who sees spans, readiness and segments; a manager of the own team.
SEES_ORGANISATION = frozenset({"executive", "manager", "operations", "auditor"})
OBSERVES = frozenset({"executive", "manager"})


@rules.predicate
def sees_organisation(user: object) -> bool:
    """The person's role reads who leads whom and who may be ready to lead."""
    return getattr(user, "role", None) in SEES_ORGANISATION


@rules.predicate
def observes(user: object) -> bool:
    """The person's role notes what somebody was seen doing; of whom, the scope decides."""
    return getattr(user, "role", None) in OBSERVES


rules.add_perm("management.see_organisation", sees_organisation)
rules.add_perm("management.observe", observes)
