"""What the name of a column says about when it was filled: the words CRMs use for things after the fact."""

import re

from quintet.demand.terms.leaks import Evidence, Sign

_DOING = "activity|action|engagement|interaction|modified|modification|updated?|touch|note|status"
_ENGINES = (
    "lead|activity|profile|engagement|behaviou?r|fit|predictive|conversion|einstein|pardot|marketo|hubspot"
)
_DECIDED = "converted|conversion|closed?|won|lost|lose|loss|churned|cancelled|signed"
#: Names of what exists only once a lead is being worked, or is decided: enough alone. Where such a column
#: says nothing, nothing is lost with it.
AFTER = (
    r"(lead )?(status|stage|phase|disposition)( (label|name|reason|detail))?",
    r".*\b(lead|contact|prospect|deal) (status|stage|quality|grade|rating|profile|rank|temperature)\b.*",
    r"(quality|tags?|labels?)",
    rf".*\b(last|latest|recent) (\w+ )?({_DOING})\b.*",
    rf".*\b({_ENGINES}) ?(score|index|grade|rating|rank)\b.*",
    rf".*\b({_DECIDED})\b( (date|at|on|time|reason|by|flag|amount|value|month|day))?",
    r".*\b(lost|loss|closed?|rejection|disqualif\w+|unqualified|dead) reason\b.*",
    r".*\breason (for )?(lost|loss|closing|rejection|disqualif\w+)\b.*",
    r".*\b(next step|follow up date|call (duration|length|time|outcome|result|disposition)|talk time)\b.*",
    r"(deal|opportunity|contract|order|invoice) (id|number|value|amount|size|stage|name)",
    r"(sales? )?(amount|revenue|mrr|arr)( (won|usd|eur))?",
    r"duration( \w+)?|(\w+ )?duration",
    r"(is )?(qualified|mql|sql|customer|opportunity)( (date|at|on|since))?",
)
#: Words that may be of before or after: kept out with one more sign.
MAYBE = (
    r"outcome|result|response|disposition|verdict",
    r"score|index|grade|rating|rank|profile|quality|tags?|priority|temperature",
    r"status|stage|phase",
    r"last|latest|recent",
    r"notes?|comments?|remarks?|feedback|follow|callback|revert",
    r"meeting|demo|appointment|proposal|quote|trial",
    r"contacts?|attempts?|calls?|called|contacted|worked|replied|answered",
    r"owner|assigned|assignee|rep|handler|agent",
    r"final|end|ended|completed?|updated|modified",
)
_AFTER = re.compile("|".join(f"(?:{one})" for one in AFTER))
_MAYBE = re.compile("|".join(rf"\b(?:{one})\b" for one in MAYBE))
#: What a person allowed or asked for is known before.
_BEFORE = re.compile(
    r"\b(do not|don t|opt (in|out)|previous|prior|prev|before|free copy|requested|wants?|how did you)\b"
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

NAMED_AFTER, NAMED_MAYBE = 3, 2


def plain(name: str) -> str:
    """A name in small words: "LastNotableActivity", "last_notable_activity" → "last notable activity"."""
    return " ".join(_PARTS.findall(name)).lower()


def name_evidence(words: str) -> Evidence | None:
    """What the column's name says; None where it says nothing."""
    told = plain(words)
    if _BEFORE.search(told):
        return None
    if _AFTER.fullmatch(told):
        sentence = f"“{words}” is by its name filled while a lead is worked, or afterwards"
        return Evidence(Sign.NAME, NAMED_AFTER, sentence)
    found = _MAYBE.search(told)
    if found:
        sentence = f"“{words}” may by its name (“{found.group()}”) be filled while a lead is worked"
        return Evidence(Sign.NAME, NAMED_MAYBE, sentence)
    return None
