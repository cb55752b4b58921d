"""The ten roles, and what each is for."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person does here; it decides what they see."""

    EXECUTIVE = "executive", "Executive"
    MANAGER = "manager", "Sales manager"
    REP = "rep", "Sales rep"
    BDR = "bdr", "BDR"
    MARKETER = "marketer", "Marketer"
    RECRUITER = "recruiter", "Recruiter"
    INTERVIEWER = "interviewer", "Interviewer"
    ENABLEMENT = "enablement", "Enablement"
    OPERATIONS = "operations", "Operations"
    AUDITOR = "auditor", "Auditor"


#: Who sees every rep.
SEES_EVERYBODY = frozenset({Role.EXECUTIVE, Role.OPERATIONS, Role.AUDITOR})
#: Who sees a rep's own rows because they are that rep's.
IS_A_REP = frozenset({Role.REP, Role.BDR})
#: Whose home page is about the own rows, or the team's: their account must be tied to a rep.
NEEDS_A_REP = IS_A_REP | {Role.MANAGER}
