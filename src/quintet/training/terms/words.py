"""The field's words for what happens in training, each with how it is said on a page."""

#: The seed's sections of a playbook, in reading order, and how one sells.
SECTIONS = {
    "value_proposition": "Value proposition",
    "target_customer": "Target customer",
    "competition": "Competition",
    "objections": "Common objections",
    "product": "Product",
    "process": "How we sell",
    "leading": "How we lead",
}
#: A step of the funnel by the stage it ends in, the words of facts/schema.py STAGES.
STEPS = {
    "connected": "Worked to connected",
    "qualified": "Connected to qualified",
    "demo": "Qualified to demo",
    "won": "Demo to won",
}
MODULE_KINDS = {
    "class": "Class",
    "reading": "Reading",
    "role_play": "Role play",
    "hands_on": "Hands-on project",
    "shadowing": "Shadowing",
}
TRACK_ROLES = {"rep": "Sales rep", "bdr": "BDR", "manager": "Sales manager", "director": "Director"}
#: How a module was finished.
FINISHED_BY = {
    "exam": "Passed its exam",
    "evidence": "Live figures reached what it asks",
    "signed_off": "Signed off",
    "own_word": "Own word",
}
#: What somebody has to do to finish a module.
HOW = {
    "exam": "pass its exam",
    "evidence": "show the figures it asks for",
    "signed_off": "have it signed off by who teaches it",
    "own_word": "read it, and say so",
}
QUESTION_KINDS = {
    "one": "One of several",
    "several": "All that are right",
    "short": "Short answer",
    "graded": "Role play with a rubric",
}
#: Figures a hands-on project may ask for.
EVIDENCE = {"visits": "Visits", "leads": "Leads"}
