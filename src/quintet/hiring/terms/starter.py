"""A starter set of criteria, offered as an example: what sells here is for the company's own data to say."""

from quintet.hiring.terms.criteria import CriterionText
from quintet.hiring.terms.starter_skills import SKILLS
from quintet.hiring.terms.starter_traits import TRAITS, Row

COACHING_GAIN = CriterionText(
    key="coaching_gain",
    name="Points gained by coaching",
    definition="How much better the second try is after one piece of feedback.",
    assessed_by="A role play scored before and after coaching; worked out, not scored.",
    anchors={
        "1": "A point more than before",
        "4": "Four points more",
        "7": "Seven points more",
        "10": "From the bottom to the top of the scale",
    },
    measure="gain",
)


def _text(row: Row) -> CriterionText:
    key, name, definition, assessed_by, *earned = row
    return CriterionText(
        key, name, definition, assessed_by, dict(zip(("1", "4", "7", "10"), earned, strict=True))
    )


#: In the order they are offered; every prior weight is 1, until somebody writes down another.
STARTER = (*map(_text, (*TRAITS, *SKILLS)), COACHING_GAIN)
BY_KEY = {one.key: one for one in STARTER}
