"""Who may know that a candidate exists, and who does what. Nobody else, operations included.

Only those with a hiring role see candidates: recruiters and executives all of them, interviewers those
they were asked to score. Whoever is marked as also interviewing candidates is an interviewer besides the own
role, and nothing more. An auditor reads the fairness audit, which holds sums and no candidate.
"""

import rules

HIRES = frozenset({"recruiter", "executive"})
SEES_CANDIDATES = HIRES | {"interviewer"}
#: Who reads sums about candidates: never a row.
AUDITS = HIRES | {"auditor"}
#: Who scores reps after hire, the own team or everybody.
REVIEWS = frozenset({"executive", "manager"})
#: Who reads the headcount plan, which is made of reps and holds no candidate.
PLANS = HIRES | {"operations"}


def _with_role(roles: frozenset[str], name: str) -> rules.Predicate:
    return rules.predicate(lambda user: getattr(user, "role", None) in roles, name=name)


@rules.predicate
def also_interviews(user: object) -> bool:
    """The person interviews candidates beside the work of the own role."""
    return bool(getattr(user, "interviews", False))


rules.add_perm("hiring.see_candidates", _with_role(SEES_CANDIDATES, "sees candidates") | also_interviews)
rules.add_perm("hiring.interview", _with_role(SEES_CANDIDATES, "interviews") | also_interviews)
rules.add_perm("hiring.hire", _with_role(HIRES, "hires"))
rules.add_perm("hiring.see_index", _with_role(HIRES, "reads the index"))
rules.add_perm("hiring.audit", _with_role(AUDITS, "audits fairness"))
rules.add_perm("hiring.switch_index", _with_role(frozenset({"executive"}), "switches the index"))
rules.add_perm("hiring.review_reps", _with_role(REVIEWS, "scores reps after hire"))
rules.add_perm("hiring.see_plan", _with_role(PLANS, "reads the headcount plan"))
