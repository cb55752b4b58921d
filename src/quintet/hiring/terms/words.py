"""The field's words for what happens in hiring, each with how it is said on a page."""

#: Key under which an interviewer's verdict on the whole is kept beside the criteria.
OVERALL = "overall"
#: A criterion is scored so.
LOWEST, HIGHEST = 1, 10

ROUND_KINDS = {
    "interview": "Interview",
    "role_play": "Role play",
    "exercise": "Exercise",
    "reference": "Reference",
}
OUTCOMES = {"hired": "Hired", "rejected": "Rejected", "withdrew": "Withdrew"}
FATES = {"kept": "Kept", "dropped": "Dropped", "reweighted": "Re-weighted"}
#: When the same person is scored on the same criteria again: so many months after hire.
REVIEW_MONTHS = (3, 6, 12)
#: How a criterion is read: scored by interviewers, or points gained from before coaching to after it.
MEASURES = {"score": "Scored 1 to 10", "gain": "Points gained in a coached role play"}
MODES = {
    "advising": "The index is shown before the decision",
    "descriptive": "Descriptive only: no candidate gets an index",
}
