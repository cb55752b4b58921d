"""New York City's Local Law 144: what a summary of a bias audit has to say, and what candidates are told.

Sources: NYC Administrative Code § 20-870 to 20-874; 6 RCNY § 5-300 to 5-304. Have counsel confirm.
"""

from dataclasses import dataclass
from datetime import date

#: Column of the export → the rule that asks for it; ours alone have none.
FIELDS = {
    "source": ("Source and explanation of the data", "5-303(a)(1)"),
    "audited_on": ("Date of the most recent bias audit", "5-303(a)(1)"),
    "audited_by": ("Independent auditor", "5-300"),
    "distributed_on": ("Distribution date of the tool", "5-303(a)(2)"),
    "measure": ("What was decided or scored", "5-301(b), (c)"),
    "rate_kind": ("Kind of rate", "5-300"),
    "median": ("Median score of the full sample", "5-301(c)(1)"),
    "dimension": ("Grouped by", "5-301(b)(3), (c)(4)"),
    "category": ("Category", "5-301(b)(3), (c)(4)"),
    "people": ("Number of applicants or candidates", "5-303(a)(1)"),
    "through": ("Selected, or above the median", ""),
    "rate": ("Selection rate or scoring rate", "5-301(b)(1), (c)(2)"),
    "ratio": ("Impact ratio", "5-301(b)(2), (c)(3)"),
    "ratio_lo": ("Ratio at least, 95 %", ""),
    "ratio_hi": ("Ratio at most, 95 %", ""),
    "p": ("Chance explains it with probability (Fisher, corrected)", ""),
    "flag": ("Below four fifths", ""),
    "left_out": ("Left out of the ratios because", "5-301(d)"),
    "unknown": ("Number of individuals in an unknown category", "5-301(b)(5), (c)(5)"),
}
SELECTION, SCORING = "selection rate", "scoring rate"
#: Business days before use on which a candidate must have been told.
NOTICE_DAYS = 10


@dataclass(frozen=True)
class Published:
    """What the summary says besides the counts.

    Args:
        audited_on: when an independent auditor last audited the tool; None where none has.
        audited_by: who; empty likewise.
        distributed_on: the first decision taken with an index on the page; None before it.
    """

    audited_on: date | None = None
    audited_by: str = ""
    distributed_on: date | None = None
