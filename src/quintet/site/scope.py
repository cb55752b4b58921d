"""What of the facts a person may see: decided here and nowhere else, nothing unless a rule gives it.

| role | reps whose own rows they see |
|---|---|
| executive, operations, auditor | everybody |
| manager | themselves and everybody under them on the day, through every level |
| rep, bdr | themselves |
| marketer, recruiter, interviewer, enablement | nobody: team figures only |
"""

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser

from quintet.facts.scope import Scope
from quintet.site.roles import IS_A_REP, SEES_EVERYBODY, Role
from quintet.site.teams import team_of


def scope_of(user: Any, facts: Any = None, on: date | None = None) -> Scope:  # noqa: ANN401
    """The rows of facts a person may see.

    Args:
        user: who asks; a stranger sees nothing.
        facts: the published facts; the newest ones when left out.
        on: the day whose team counts; the last day of the data when left out.
    """
    if isinstance(user, AnonymousUser) or not user.is_active:
        return Scope(role="stranger")
    if user.role in SEES_EVERYBODY:
        return Scope(rep_ids=None, own_rep_id=user.rep_id, role=user.role)
    own = frozenset() if user.rep_id is None else frozenset({user.rep_id})
    if user.role == Role.MANAGER and own:
        return Scope(own | _team(user.rep_id, facts, on), user.rep_id, user.role)
    return Scope(own if user.role in IS_A_REP | {Role.MANAGER} else frozenset(), user.rep_id, user.role)


def _team(manager_id: int, facts: Any, on: date | None) -> frozenset[int]:  # noqa: ANN401
    from quintet.site.loaded import published_facts

    facts = published_facts() if facts is None else facts
    if facts is None:
        return frozenset()
    day = on or (facts.as_of or datetime.now(UTC)).date()
    return team_of(facts, manager_id, day)
