"""Who teaches, who learns, and who reads how the others do.

Everybody who sells, leads or teaches reads the playbook and takes what they are asked to take. Answers
belong to who gave them: only who marks them reads them, and managers see what came out, not what was said.
"""

import rules

#: Who reads the playbook and takes modules and exams.
LEARNS = frozenset({"rep", "bdr", "manager", "executive", "enablement", "operations", "marketer"})
#: Who writes playbook, modules, exams and certificates, marks answers and keeps classes.
TEACHES = frozenset({"enablement", "executive"})
#: Who sees how classes do: everybody's, or a manager the own team's.
SEES_CLASSES = TEACHES | {"manager", "operations"}
#: Who reads what shortens the ramp, person by person within the own scope of rows.
SEES_EFFECTS = SEES_CLASSES | {"auditor"}
#: Who sees calls: a rep the own, a manager the team's, those who teach all of them.
SEES_CALLS = SEES_CLASSES | {"rep", "bdr"}

#: Who scores calls, the team's or all: never the own.
REVIEWS_CALLS = TEACHES | {"manager"}


def _with_role(roles: frozenset[str], name: str) -> rules.Predicate:
    return rules.predicate(lambda user: getattr(user, "role", None) in roles, name=name)


rules.add_perm("training.learn", _with_role(LEARNS, "reads the playbook and learns"))
rules.add_perm("training.teach", _with_role(TEACHES, "writes what is taught"))
rules.add_perm("training.see_classes", _with_role(SEES_CLASSES, "sees how classes do"))
rules.add_perm("training.see_effects", _with_role(SEES_EFFECTS, "reads what shortens the ramp"))
rules.add_perm("training.see_calls", _with_role(SEES_CALLS, "sees calls"))
rules.add_perm("training.review_calls", _with_role(REVIEWS_CALLS, "scores calls"))

#: Who reads item analysis: it shows questions, so nobody who takes the exams.
SEES_ITEMS = TEACHES | {"operations"}
#: Who reads readiness and mentors: a rep the own, a manager the team's, those who teach the groups alone.
SEES_READINESS = SEES_CLASSES | {"rep", "bdr"}
#: Who starts and ends pairs, of reps within the own scope.
PAIRS = frozenset({"executive", "manager"})

rules.add_perm("training.see_items", _with_role(SEES_ITEMS, "reads what questions are good for"))
rules.add_perm("training.see_readiness", _with_role(SEES_READINESS, "reads exam beside field"))
rules.add_perm("training.see_mentors", _with_role(SEES_READINESS, "sees mentors"))
rules.add_perm("training.pair", _with_role(PAIRS, "gives reps a mentor"))
