"""Criteria: written down before the data, versioned, and decided on with what was known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hiring_process import NOW, told
from quintet.hiring.terms.criteria import CriterionText, FateText, changes, checked
from quintet.hiring.terms.starter import BY_KEY, STARTER
from quintet.kernel.errors import BadInput

ANCHORS = {"1": "none", "4": "some", "7": "much", "10": "all of it"}
GRIT = CriterionText("grit", "Grit", "Goes on when it is hard.", "Ask for the hardest year.", ANCHORS)


def test_the_starter_set_can_be_scored_by_and_holds_what_the_simulated_company_scores():
    """Each example is complete, none weighs more than another, and there are forty or more."""
    from quintet.simulate.people import CRITERIA_NAMES

    assert len(STARTER) >= 40
    assert len(BY_KEY) == len(STARTER)
    assert set(CRITERIA_NAMES) <= set(BY_KEY)
    assert {one.prior_weight for one in map(checked, STARTER)} == {1.0}
    assert [one.key for one in STARTER if one.measure == "gain"] == ["coaching_gain"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"definition": " "}, "no definition"),
        ({"anchors": {"1": "a", "4": "b", "10": "c"}}, "anchors for 7"),
        ({"anchors": ANCHORS | {"11": "more"}}, "1..10"),
        ({"measure": "vote"}, "measure must be one of"),
        ({"prior_weight": 6.0}, "0..5"),
    ],
)
def test_what_two_people_could_not_score_by_is_refused(wrong, why):
    """Before the first interview, not after the last."""
    with pytest.raises(BadInput, match=why):
        checked(replace(GRIT, **wrong))


def test_a_version_says_what_it_changed():
    """Field by field, and anchor by anchor."""
    after = replace(GRIT, definition="Goes on.", anchors=ANCHORS | {"5": "half"})

    assert [(one.field, one.before, one.after) for one in changes(GRIT, after)] == [
        ("Definition", "Goes on when it is hard.", "Goes on."),
        ("Anchor 5", "", "half"),
    ]


@pytest.mark.django_db
def test_a_criterion_is_rewritten_and_its_past_stays(people):
    """The newer version counts; an equal one and one without a reason are refused."""
    from quintet.hiring.actions.criteria import rewrite, write
    from quintet.hiring.asks.criteria import history, in_use

    by = {"by": people.recruiter, "now": NOW}
    write(GRIT, **by)
    with pytest.raises(BadInput, match="already"):
        write(GRIT, **by)
    with pytest.raises(BadInput, match="nothing changed"):
        rewrite(replace(GRIT, reason="again"), **by)
    with pytest.raises(BadInput, match="say why"):
        rewrite(replace(GRIT, name="True grit"), **by)
    rewrite(replace(GRIT, name="True grit", reason="clearer"), **by)

    assert in_use()["grit"].name == "True grit"
    newest, first = history("grit")
    assert [(one.field, one.before) for one in newest.changes] == [("Name", "Grit")]
    assert (first.record.name, first.changes) == ("Grit", ())
    assert [row["detail"]["version"] for row in told("criterion.written")] == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "overall", "homework", "new", "examples"])
def test_a_name_that_means_something_else_is_refused(people, key):
    """Else the verdict on the whole would be one criterion of many, or a page would hide it."""
    from quintet.hiring.actions.criteria import write

    with pytest.raises(BadInput, match="a name of its own"):
        write(replace(GRIT, key=key), by=people.recruiter, now=NOW)


@pytest.mark.django_db
def test_examples_are_taken_once(people):
    """Whole or one by one; what is there stays as it is written."""
    from quintet.hiring.actions.criteria import take_examples
    from quintet.hiring.asks.criteria import examples

    by = {"by": people.recruiter, "now": NOW}

    assert take_examples(["curiosity", "curiosity"], **by) == 1
    assert take_examples(BY_KEY, **by) == len(STARTER) - 1
    assert all(one["is_taken"] for one in examples())
    with pytest.raises(BadInput, match="has no 'charm'"):
        take_examples(["charm"], **by)


@pytest.mark.django_db
def test_a_weight_written_after_scores_is_said_to_be(process):
    """The first score makes the difference; a version that leaves the weight as it was makes none."""
    from quintet.hiring.actions.criteria import decide_fate, rewrite, text_of
    from quintet.hiring.asks.criteria import evidence, in_use, known, weights

    later = {"by": process.people.recruiter, "now": NOW + timedelta(days=1)}
    process.scored(process.card(process.candidate(), process.people.interviewer))
    rewrite(replace(text_of(in_use()["curiosity"]), name="Asks a lot", reason="plainer"), **later)

    assert known(None, "curiosity").weight.is_prior
    assert evidence(None, "curiosity") == {"scores": 1, "candidates": 1, "interviewers": 1, "hires": 0}

    decide_fate("curiosity", FateText("reweighted", "it told", {"n": 1}, 2.5), **later)
    told_weight = known(None, "curiosity").weight
    assert (told_weight.weight, told_weight.scores_before, told_weight.is_prior) == (2.5, 1, False)
    assert weights()["curiosity"] == 2.5


@pytest.mark.django_db
def test_a_fate_keeps_its_evidence_and_a_dropped_criterion_is_scored_no_more(process):
    """It is not in use, later scorecards leave it out, and it can be taken up again."""
    from quintet.hiring.actions.criteria import decide_fate
    from quintet.hiring.asks.criteria import in_use

    by = {"by": process.people.recruiter, "now": NOW}
    with pytest.raises(BadInput, match="needs its new weight"):
        decide_fate("curiosity", FateText("reweighted", "it told", {}), **by)
    with pytest.raises(BadInput, match="say why"):
        decide_fate("curiosity", FateText("dropped", " ", {}), **by)
    decide_fate("curiosity", FateText("dropped", "tells nothing here", {"scores": 90}), **by)

    card = process.card(process.candidate(), process.people.interviewer)
    assert card.criteria == [["work_ethic", 1]]
    assert told("criterion.decided")[0]["outcome"] == "dropped"
    assert told("criterion.decided")[0]["detail"]["evidence"] == {"scores": 90}
    decide_fate("curiosity", FateText("kept", "after all", {}), **by)
    assert "curiosity" in in_use()
