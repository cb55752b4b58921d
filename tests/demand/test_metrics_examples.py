"""Leads at hand-over: each field, deed and outcome as far as it was known."""

import json
from datetime import datetime

import numpy as np
import pytest

from builders import interaction, ref_id
from quintet.demand.metrics.examples import read_examples, read_timing
from quintet.demand.terms.examples import Numbers, Words

ANN, BEN = ref_id("lead", "ann"), ref_id("lead", "ben")


def created(lead, when="2026-01-01", **fields):
    """A lead with fields the source keeps."""
    return interaction("lead.created", when, lead=lead, ref=f"lead:{lead}", detail=json.dumps(fields))


def changed(lead, when, field, value):
    """A field that got another value."""
    told = json.dumps({"value": value})
    return interaction(
        "lead.changed", when, lead=lead, content=field, detail=told, ref=f"{lead}{field}{when}"
    )


def value(examples, field, lead):
    """What a lead was known to be."""
    at = list(examples.lead_ids).index(lead)
    column = examples.fields[field]
    if isinstance(column, Numbers):
        return column.values[at]
    return column.levels[column.codes[at]] if column.codes[at] >= 0 else None


def test_a_field_counts_as_known_at_the_hand_over(load):
    """The newest value before it counts; one that came after it does not."""
    facts = load(
        created("ann", source="web"),
        changed("ann", "2026-01-03", "source", "fair"),
        interaction("lead.assigned", "2026-01-05", lead="ann", rep="rita"),
        changed("ann", "2026-01-07", "source", "referral"),
        changed("ann", "2026-01-07", "quality", "high"),
    )

    examples = read_examples(facts)

    assert value(examples, "source", ANN) == "fair"
    assert set(examples.fields) == {"source"}
    assert examples.handed_at[0] == np.datetime64("2026-01-05")


def test_a_lead_that_was_never_assigned_is_handed_over_when_it_becomes_known(load):
    """And the older hand-over stands first."""
    facts = load(
        created("ann", "2026-01-04"),
        created("ben", "2026-01-02"),
        interaction("lead.assigned", "2026-01-03", lead="ben", rep="rita"),
    )

    examples = read_examples(facts)

    assert list(examples.lead_ids) == [BEN, ANN]
    assert list(examples.handed_at.astype("datetime64[D]").astype(str)) == ["2026-01-03", "2026-01-04"]


def test_outcomes_by_hand(load):
    """Ann signs on day ten, Ben is lost, Cat is still open and was never worked."""
    facts = load(
        created("ann"),
        created("ben"),
        created("cat"),
        interaction("call.attempted", "2026-01-02", lead="ann", rep="r", outcome="connected"),
        interaction("call.attempted", "2026-01-02", lead="ben", rep="r", outcome="no_answer"),
        interaction("opportunity.created", "2026-01-03", lead="ann", opportunity="d"),
        interaction("opportunity.won", "2026-01-11", lead="ann", opportunity="d"),
        interaction("lead.disqualified", "2026-01-21", lead="ben"),
    )

    examples = read_examples(facts)
    at = {lead: list(examples.lead_ids).index(ref_id("lead", lead)) for lead in ("ann", "ben", "cat")}

    assert examples.won_days[at["ann"]] == pytest.approx(10)
    assert [bool(examples.is_won[at[lead]]) for lead in at] == [True, False, False]
    assert [bool(examples.is_closed[at[lead]]) for lead in at] == [True, True, False]
    assert [bool(examples.is_worked[at[lead]]) for lead in at] == [True, True, False]
    assert list(examples.observed_days) == pytest.approx([20, 20, 20])


def test_until_a_past_day_gives_what_was_known_then(load):
    """No later lead, no later sale, no later work."""
    facts = load(
        created("ann"),
        created("ben", "2026-02-01"),
        interaction("call.attempted", "2026-01-20", lead="ann", rep="r", outcome="connected"),
        interaction("opportunity.created", "2026-01-20", lead="ann", opportunity="d"),
        interaction("opportunity.won", "2026-01-25", lead="ann", opportunity="d"),
    )

    then = read_examples(facts, datetime(2026, 1, 15))  # noqa: DTZ001 -- UTC by contract

    assert list(then.lead_ids) == [ANN]
    assert not then.is_won[0]
    assert not then.is_worked[0]
    assert then.observed_days[0] == pytest.approx(14)


def test_a_field_of_numbers_has_numbers_and_one_of_words_words(load):
    """Nineteen numbers of twenty make a field of numbers; words in between are not known."""
    leads = [created(f"l{number}", size=str(number), mixed=str(number)) for number in range(19)]
    facts = load(*leads, created("odd", size="many", mixed="x"), created("odder", mixed="y"))

    examples = read_examples(facts)

    assert isinstance(examples.fields["size"], Numbers)
    assert value(examples, "size", ref_id("lead", "l7")) == 7
    assert np.isnan(value(examples, "size", ref_id("lead", "odd")))
    assert isinstance(examples.fields["mixed"], Words)
    assert value(examples, "mixed", ref_id("lead", "odd")) == "x"


def test_deeds_count_until_the_hand_over(load):
    """With their age; what was only sent to a lead is no deed of theirs."""
    facts = load(
        created("ann"),
        interaction("form.submitted", "2026-01-03", lead="ann", content="demo"),
        interaction("campaign.touched", "2026-01-03", lead="ann", content="spring", outcome="sent"),
        interaction("campaign.touched", "2026-01-04", lead="ann", content="spring", outcome="replied"),
        interaction("lead.assigned", "2026-01-05", lead="ann", rep="rita"),
        interaction("web.visited", "2026-01-06", lead="ann", content="/pricing"),
    )

    doings = read_examples(facts).doings

    told = {doings.names[name]: age for name, age in zip(doings.name, doings.age_days, strict=True)}
    assert told == {"form: demo": pytest.approx(2), "campaign: spring": pytest.approx(1)}
    assert list(doings.lead) == [0, 0]


def test_a_source_without_dates_or_work_is_taken_at_its_word(load):
    """Fields as they stand, wins at day 0, nobody called unworked."""
    undated = json.dumps({"source": "web", "undated": True})
    facts = load(
        interaction("lead.created", "2026-03-01", lead="ann", detail=undated, ref="lead:ann"),
        interaction("lead.created", "2026-03-01", lead="ben", detail=undated, ref="lead:ben"),
        interaction("opportunity.won", "2026-03-01", lead="ann", opportunity="d", detail='{"undated": true}'),
    )

    examples = read_examples(facts)

    assert np.isnat(examples.handed_at).all()
    assert np.isnat(examples.until)
    assert value(examples, "source", BEN) == "web"
    assert sorted(examples.won_days[examples.is_won]) == [0.0]
    assert examples.is_worked.all()


def test_timing_counts_what_was_filled_late(load):
    """A field first filled after the hand-over, one filled after the sale, and one overwritten."""
    facts = load(
        created("ann", source="web"),
        changed("ann", "2026-01-05", "tag", "hot"),
        changed("ann", "2026-01-06", "source", "fair"),
        interaction("opportunity.won", "2026-01-10", lead="ann", opportunity="d"),
        changed("ann", "2026-01-12", "reason", "price"),
    )

    timing = read_timing(facts)

    assert (timing["source"].late, timing["source"].changed) == (0, 1)
    assert (timing["tag"].late, timing["tag"].after_close) == (1, 0)
    assert (timing["reason"].late, timing["reason"].after_close) == (1, 1)


def test_examples_agree_with_a_plain_count(small_company):
    """Of a simulated company: every lead once, every customer, every visit before the hand-over."""
    facts = small_company.facts
    leads = facts.arrow(facts.table("leads")).to_pylist()

    examples = read_examples(facts)

    assert sorted(examples.lead_ids) == sorted(row["lead_id"] for row in leads)
    assert int(examples.is_won.sum()) == sum(row["is_won"] for row in leads)
    handed = {row["lead_id"]: row["assigned_at"] or row["created_at"] for row in leads}
    done = facts.arrow(facts.table("behaviour")).to_pylist()
    by_then = sum(
        row["happened_at"] <= handed[row["lead_id"]] and row["known_at"] <= handed[row["lead_id"]]
        for row in done
        if row["outcome"] != "sent"
    )
    assert len(examples.doings.lead) == by_then


def test_the_past_is_the_same_whether_asked_then_or_now(small_company):
    """Reading up to the newest instant is reading everything."""
    facts = small_company.facts
    now, then = read_examples(facts), read_examples(facts, facts.as_of)

    assert np.array_equal(now.lead_ids, then.lead_ids)
    assert np.array_equal(now.won_days, then.won_days, equal_nan=True)


def test_a_lead_that_sales_sent_back_was_not_lost_by_sales(load):
    """Ann was called and sent back: not worked. Ben was sent back, yet bought. Cat was called and lost."""
    facts = load(
        *(created(lead) for lead in ("ann", "ben", "cat")),
        *(
            interaction("call.attempted", "2026-01-02", lead=lead, rep="r", outcome="connected")
            for lead in ("ann", "ben", "cat")
        ),
        interaction("lead.rejected", "2026-01-05", lead="ann", rep="r", content="too small"),
        interaction("lead.rejected", "2026-01-05", lead="ben", rep="r", content="too small"),
        interaction("opportunity.created", "2026-01-06", lead="ben", opportunity="d"),
        interaction("opportunity.won", "2026-01-11", lead="ben", opportunity="d"),
        interaction("lead.disqualified", "2026-01-21", lead="cat"),
    )

    def worked(until=None):
        examples = read_examples(facts, until)
        at = {lead: list(examples.lead_ids).index(ref_id("lead", lead)) for lead in ("ann", "ben", "cat")}
        return [bool(examples.is_worked[at[lead]]) for lead in at]

    assert worked() == [False, True, True]
    assert worked(datetime(2026, 1, 4)) == [True, True, True]  # noqa: DTZ001 -- UTC without a zone
