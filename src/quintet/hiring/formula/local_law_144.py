"""The rows of the audit export: one a measure, grouping and category, each complete by itself."""

from collections.abc import Iterator
from typing import Any

from quintet.hiring.terms.fairness import FEWEST_SHOWN, SMALL_SHARE, Audit, AuditTable, Measure
from quintet.hiring.terms.local_law_144 import SCORING, SELECTION, Published
from quintet.stats.adverse_impact import Impact

NOT_AUDITED = "no independent audit was entered: these are the company's own counts"
NOT_USED = "no decision was taken with the index on the page yet"


def export_rows(audit: Audit, published: Published) -> list[dict[str, Any]]:
    """Every category of every measure, with what the rules ask of the whole beside each.

    Returns:
        One mapping a row, with the keys of terms.local_law_144.FIELDS.
    """
    whole = {
        "source": explanation(audit),
        "audited_on": published.audited_on or NOT_AUDITED,
        "audited_by": published.audited_by or NOT_AUDITED,
        "distributed_on": published.distributed_on or NOT_USED,
    }
    return [whole | row for measure in audit.measures for row in _of_measure(measure)]


def explanation(audit: Audit) -> str:
    """Where the counts come from, in one paragraph."""
    if audit.first_on is None or audit.last_on is None:
        return "Nothing is counted yet."
    since, until = (f"{day:%-d %B %Y}" for day in (audit.first_on, audit.last_on))
    return (
        f"Historical data of this company: {audit.people:,} candidates decided from {since} to {until}; "
        "those who withdrew are left out. Categories as candidates stated them of their own will: "
        f"{audit.answered:,} did. A score is the mean over interviewers; the scoring rate is the share above "
        f"the median of the full sample. Categories of fewer than {FEWEST_SHOWN} people are counted together."
    )


def _of_measure(measure: Measure) -> Iterator[dict[str, Any]]:
    for table in measure.tables:
        common = {
            "measure": measure.label,
            "rate_kind": SCORING if measure.is_scored else SELECTION,
            "median": measure.median,
            "dimension": table.title,
            "unknown": table.unknown,
        }
        yield from (common | row for row in _of_table(table))


def _of_table(table: AuditTable) -> Iterator[dict[str, Any]]:
    for one in table.rows:
        yield _category(one, table)
    for name in table.pooled:
        reason = f"fewer than {FEWEST_SHOWN} people: counted together, so that nobody can be told"
        yield _row(name, left_out=reason)


def _category(one: Impact, table: AuditTable) -> dict[str, Any]:
    why = f"below {SMALL_SHARE:.0%} of the data" if one.group.name in table.excluded else table.reason
    told: dict[str, Any] = {
        "people": one.group.people,
        "through": one.group.selected,
        "rate": one.group.rate,
        "left_out": why,
    }
    if one.ratio is not None and not why:
        told |= {"ratio": one.ratio, "ratio_lo": one.lo, "ratio_hi": one.hi, "p": one.p, "flag": verdict(one)}
    return _row(one.group.name, **told)


def _row(category: str, **told: Any) -> dict[str, Any]:  # noqa: ANN401
    empty = dict.fromkeys(
        ("people", "through", "rate", "ratio", "ratio_lo", "ratio_hi", "p", "flag", "left_out"), ""
    )
    return {"category": category} | empty | told


def verdict(one: Impact) -> str:
    """What the ratio says, in few words."""
    if one.is_reference:
        return "highest rate"
    if one.needs:
        return f"not yet: {one.needs} people of this category are missing"
    if one.is_flagged:
        return "yes, and chance does not explain it"
    return "yes, and chance could explain it" if one.is_below else "no"
