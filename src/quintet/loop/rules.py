"""Who may see how good each formula was, and who may start a turn."""

import rules

SEES_SCORES = frozenset(
    {"executive", "manager", "marketer", "enablement", "recruiter", "operations", "auditor"}
)
TURNS = frozenset({"executive", "operations"})
DECIDES = frozenset({"executive", "manager", "marketer", "operations"})

#: Who reads the quarter book, which holds every decision on advice about reps.
SEES_BOOK = frozenset({"executive", "operations", "auditor"})

#: Who reads what the formulas were worth, which is told by sums over reps and hires.
SEES_WORTH = frozenset({"executive", "operations", "auditor"})
#: Who reads the chain: sums over hires, and reps as far as the reader's scope goes.
SEES_CHAIN = frozenset({"executive", "operations"})


@rules.predicate
def sees_book(user: object) -> bool:
    """The person's role reads the quarter book."""
    return getattr(user, "role", None) in SEES_BOOK


@rules.predicate
def sees_worth(user: object) -> bool:
    """The person's role reads what the formulas were worth."""
    return getattr(user, "role", None) in SEES_WORTH


@rules.predicate
def sees_chain(user: object) -> bool:
    """The person's role reads which trait and which module go with which step."""
    return getattr(user, "role", None) in SEES_CHAIN


@rules.predicate
def sees_scores(user: object) -> bool:
    """The person's role reads curves, versions and decisions."""
    return getattr(user, "role", None) in SEES_SCORES


@rules.predicate
def turns(user: object) -> bool:
    """The person's role starts a turn."""
    return getattr(user, "role", None) in TURNS


@rules.predicate
def decides(user: object) -> bool:
    """The person's role accepts or refuses what formulas advise; whose advice, the scope decides."""
    return getattr(user, "role", None) in DECIDES


rules.add_perm("loop.decide", decides)
rules.add_perm("loop.see_scores", sees_scores)
rules.add_perm("loop.turn", turns)
rules.add_perm("loop.see_book", sees_book)
rules.add_perm("loop.see_worth", sees_worth)
rules.add_perm("loop.see_chain", sees_chain)
