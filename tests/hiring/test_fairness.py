"""Fairness: counted in sums from which nobody can be told."""

from datetime import date

import pytest

from quintet.hiring.formula.fairness import POOLED, audit_decision, audit_scores, category_names
from quintet.hiring.formula.local_law_144 import export_rows
from quintet.hiring.terms.fairness import ETHNICITIES, SEXES, Assessed, Audit, NamedScores
from quintet.hiring.terms.local_law_144 import FIELDS, Published

DAYS = (date(2025, 1, 1), date(2025, 7, 1))


def people(*groups):
    """Groups of (sex, ethnicity, how many, how many of them hired)."""
    found = []
    for sex, ethnicity, count, hired in groups:
        found += [Assessed(sex, ethnicity, 0, at < hired) for at in range(count)]
    return [Assessed(one.sex, one.ethnicity, at, one.is_hired) for at, one in enumerate(found)]


def table(measure, dimension):
    """The table of a dimension."""
    return next(one for one in measure.tables if one.dimension == dimension)


def counts(told):
    """Category → (people, selected)."""
    return {one.group.name: (one.group.people, one.group.selected) for one in told.rows}


def test_a_decision_by_hand():
    """48 of 80 men and 12 of 40 women: half as often, flagged; three who did not say are unknown."""
    measure = audit_decision(people(("male", "", 80, 48), ("female", "", 40, 12), ("", "", 3, 1)), DAYS)

    told = table(measure, "sex")
    women, men = told.rows
    assert counts(told) == {"Female": (40, 12), "Male": (80, 48)}
    assert (women.ratio, men.ratio) == (pytest.approx(0.5), 1.0)
    assert women.is_flagged
    assert told.unknown == 3
    assert told.reason == ""


def test_a_category_of_few_is_never_shown_by_itself():
    """Nine Asian and four Black candidates stand together; nobody of "several" is in the same row, unseen."""
    told = table(
        audit_decision(people(("", "white", 60, 20), ("", "asian", 9, 3), ("", "black", 4, 2)), DAYS),
        "ethnicity",
    )

    assert counts(told) == {"White (not Hispanic or Latino)": (60, 20), POOLED: (13, 5)}
    assert "Two or More Races (not Hispanic or Latino)" in told.pooled
    assert told.unknown == 0


def test_few_even_together_are_counted_with_the_unknown():
    """Six Asian candidates alone could be told from the total: they are among the unknown."""
    told = table(
        audit_decision(
            people(("", "white", 60, 20), ("", "hispanic", 20, 5), ("", "asian", 6, 3), ("", "", 5, 2)), DAYS
        ),
        "ethnicity",
    )

    assert [one.group.people for one in told.rows] == [20, 60]
    assert told.unknown == 11


def test_no_difference_between_tables_gives_a_small_cell_away():
    """Of 30 Black candidates 3 are women: the ethnicity is shown for neither sex in the table of both."""
    seen = people(
        ("female", "white", 40, 10),
        ("male", "white", 40, 12),
        ("female", "black", 3, 0),
        ("male", "black", 27, 9),
        ("female", "asian", 12, 3),
        ("male", "asian", 12, 3),
    )
    told = table(audit_decision(seen, DAYS), "both")

    assert set(counts(told)) == {
        *(f"{sex}, White (not Hispanic or Latino)" for sex in ("Female", "Male")),
        *(f"{sex}, Asian (not Hispanic or Latino)" for sex in ("Female", "Male")),
        POOLED,
    }
    assert counts(told)[POOLED] == (30, 9)


@pytest.mark.parametrize("seed", range(20))
def test_every_number_shown_is_of_ten_people_or_more(seed):
    """Whatever company, whatever table: also what two tables leave over of each other, row by row."""
    import numpy as np

    rng = np.random.default_rng(seed)
    sexes, races = ["", *SEXES], ["", *ETHNICITIES]
    seen = [
        Assessed(
            str(rng.choice(sexes, p=[0.1, 0.4, 0.46, 0.04])),
            str(rng.choice(races)),
            at,
            bool(rng.random() < 0.3),
        )
        for at in range(int(rng.integers(20, 400)))
    ]
    measure = audit_decision(seen, DAYS)

    for told in measure.tables:
        assert all(one.group.people >= 10 for one in told.rows)
        assert sum(one.group.people for one in told.rows) + told.unknown == len(seen)
    both, by_race = counts(table(measure, "both")), counts(table(measure, "ethnicity"))
    for race in by_race:
        cells = [number for name, (number, _) in both.items() if name.endswith(f", {race}")]
        assert len(cells) != 1, "the other sex could be taken off the total"


def test_below_thirty_it_says_not_yet_and_when():
    """20 of a known category in half a year: 10 are missing, 3 months at this pace."""
    told = table(audit_decision(people(("female", "", 10, 3), ("male", "", 10, 3)), DAYS), "sex")

    assert told.reason == "20 people of a known category are fewer than 30"
    assert told.expected_on == date(2025, 9, 29)
    assert all(one.ratio is None for one in told.rows)


def test_a_category_below_two_per_cent_stands_with_its_number_and_without_a_ratio():
    """11 of 1,011 are left out of the ratios, as New York's rules allow; their number and rate stay."""
    told = table(audit_decision(people(("male", "", 1000, 250), ("female", "", 11, 5)), DAYS), "sex")

    assert told.excluded == ("Female",)
    assert counts(told)["Female"] == (11, 5)


def test_scores_are_judged_by_who_is_above_the_median_of_all():
    """Women score 1 to 40, men 21 to 60, two unknown in between; who has no score is not counted."""
    seen = people(("female", "", 40, 0), ("male", "", 40, 0), ("", "", 2, 0), ("male", "", 5, 0))
    of = {at: at + 1.0 for at in range(40)} | {40 + at: at + 21.0 for at in range(40)} | {80: 30.5, 81: 30.5}

    measure = audit_scores(NamedScores("curiosity", "Curiosity", of), seen, DAYS)

    assert (measure.people, measure.median) == (82, 30.5)
    assert counts(table(measure, "sex")) == {"Female": (40, 10), "Male": (40, 30)}
    assert audit_scores(NamedScores("x", "X", {}), seen, DAYS) is None


def test_looking_at_many_criteria_takes_a_stronger_difference():
    """The same difference on one of forty criteria is what chance brings."""
    seen = people(("female", "", 60, 0), ("male", "", 60, 0))
    of = {at: float(at < 22 or 60 <= at < 97) for at in range(120)}
    scores = NamedScores("curiosity", "Curiosity", of)

    alone = table(audit_scores(scores, seen, DAYS), "sex")
    of_forty = table(audit_scores(scores, seen, DAYS, looks=40), "sex")

    assert alone.flagged
    assert not of_forty.flagged


#: What the city's rules name for the summary of results (6 RCNY § 5-301, 5-303), by column of the export.
NAMED_BY_THE_RULES = {
    "Source and explanation of the data",
    "Date of the most recent bias audit",
    "Distribution date of the tool",
    "Number of applicants or candidates",
    "Selection rate or scoring rate",
    "Median score of the full sample",
    "Impact ratio",
    "Category",
    "Number of individuals in an unknown category",
    "Left out of the ratios because",
}


def test_the_export_has_every_field_the_rules_name():
    """For a decision and for a score, by sex, by race/ethnicity and by both; small categories by name."""
    seen = people(
        ("female", "white", 40, 10), ("male", "white", 40, 20), ("female", "asian", 20, 5), ("", "", 5, 1)
    )
    of = {at: float(at % 7) for at in range(105)}
    measures = (audit_decision(seen, DAYS), audit_scores(NamedScores("index", "Index", of), seen, DAYS))
    told = Audit(measures, 105, 100, *DAYS)
    published = Published(date(2025, 6, 1), "An auditor", date(2025, 2, 1))

    rows = export_rows(told, published)

    assert {label for label, _ in FIELDS.values()} >= NAMED_BY_THE_RULES
    assert all(set(row) == set(FIELDS) for row in rows)
    assert {row["rate_kind"] for row in rows} == {"selection rate", "scoring rate"}
    assert {row["dimension"] for row in rows} == {"Sex", "Race/ethnicity", "Sex by race/ethnicity"}
    named = {row["category"] for row in rows if row["dimension"] == "Race/ethnicity"}
    assert named >= set(category_names("ethnicity"))
    for row in rows:
        assert row["audited_on"] == date(2025, 6, 1)
        assert row["distributed_on"] == date(2025, 2, 1)
        assert "105 candidates decided from 1 January 2025 to 1 July 2025" in row["source"]
        assert row["unknown"] >= 5
        assert row["rate"] != "" or "fewer than 10 people" in row["left_out"]
    women = next(row for row in rows if row["category"] == "Female" and row["measure"].startswith("Hired"))
    assert (women["people"], women["through"], women["rate"]) == (60, 15, 0.25)
    assert women["ratio"] == pytest.approx(0.5)


def test_without_an_independent_audit_the_export_says_so():
    """A date nobody gave is not made up."""
    told = Audit((audit_decision(people(("female", "", 30, 9), ("male", "", 30, 9)), DAYS),), 60, 60, *DAYS)

    row = export_rows(told, Published())[0]

    assert row["audited_on"] == "no independent audit was entered: these are the company's own counts"
    assert row["distributed_on"] == "no decision was taken with the index on the page yet"
