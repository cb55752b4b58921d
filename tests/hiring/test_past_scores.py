"""Past scores from a spreadsheet: what columns mean, what rows say, what is refused, and nothing twice."""

from datetime import date

from quintet.hiring.formula.past_scores import propose, read_past_scores
from quintet.hiring.terms.past_scores import Known, Reading, Sheet

WIDE = Sheet(
    "scores.csv",
    ("Candidate", "Interviewer", "Applied on", "Result", "Coachability", "Drive", "Overall", "Shirt"),
    {
        2: {"Candidate": "Ann Lee", "Interviewer": "Mo", "Applied on": "13/04/2024", "Result": "Hired",
            "Coachability": "5", "Drive": "3", "Overall": "4", "Shirt": "M"},
        3: {"Candidate": "Ann Lee", "Interviewer": "Kim", "Coachability": "4", "Drive": "9", "Shirt": "M"},
        4: {"Candidate": "Bo Chan", "Interviewer": "Mo", "Applied on": "02/05/2024", "Result": "no",
            "Coachability": "1", "Drive": "2", "Shirt": "L"},
        5: {"Interviewer": "Mo", "Coachability": "3", "Shirt": "L"},
    },
)  # fmt: skip
KNOWN = Known(reps={"ann lee": 7}, interviewers={"mo": "user:3"}, criteria={"coachability": "coachable"})


def test_columns_are_proposed_by_name_and_values():
    """A criterion that is written down keeps its key; other numbers are a new one; words are none."""
    reading = propose(WIDE, KNOWN)

    assert reading.meanings == {
        "Candidate": "candidate", "Interviewer": "interviewer", "Applied on": "applied", "Result": "outcome",
        "Coachability": "criterion:coachable", "Drive": "criterion:drive", "Overall": "overall",
        "Shirt": "ignored",
    }  # fmt: skip
    assert reading.day_first is True


def test_rows_are_read_and_what_cannot_be_is_named():
    """The 9 lies off a scale of 1 to 5, the last row names nobody; the rest counts, as 1 to 10."""
    reading = Reading(propose(WIDE, KNOWN).meanings, 1.0, 5.0, day_first=True)

    found = read_past_scores(WIDE, reading, KNOWN)
    ann, bo = found.candidates

    assert (ann.name, ann.applied_on, ann.outcome, ann.rep_id) == ("Ann Lee", date(2024, 4, 13), "hired", 7)
    assert (bo.outcome, bo.rep_id) == ("rejected", None)
    assert {(one.interviewer, one.criterion, one.score) for one in ann.scores} == {
        ("user:3", "coachable", 10.0), ("user:3", "drive", 5.5), ("user:3", "overall", 7.75),
        ("name:kim", "coachable", 7.75),
    }  # fmt: skip
    assert {(one.line, one.column, one.value) for one in found.refused} == {(3, "Drive", "9"), (5, "", "")}
    assert found.nobody == ()


def test_a_date_that_may_be_two_is_refused_until_somebody_says_which():
    """02/05 is the second of May or the fifth of February."""
    meanings = propose(WIDE, KNOWN).meanings
    one_row = Sheet("scores.csv", WIDE.columns, {4: WIDE.rows[4]})

    guessed = read_past_scores(one_row, Reading(meanings, 1, 5), KNOWN)
    told = read_past_scores(one_row, Reading(meanings, 1, 5, day_first=False), KNOWN)

    assert [one.step for one in guessed.refused] == ["say whether the day or the month comes first"]
    assert told.candidates[0].applied_on == date(2024, 2, 5)


def test_a_row_a_score_is_read_as_well():
    """Long sheets name the criterion in a column; of two scores on one the later counts."""
    rows = {2: {"email": "a@x.test", "trait": "Drive", "rating": "4"},
            3: {"email": "A@x.test", "trait": "drive", "rating": "6"}}  # fmt: skip
    sheet = Sheet("long.csv", ("email", "trait", "rating"), rows)

    found = read_past_scores(sheet, propose(sheet, Known()), Known())

    assert len(found.candidates) == 1
    assert [(one.criterion, one.score) for one in found.candidates[0].scores] == [("drive", 6.0)]


def test_a_sheet_without_candidates_or_scores_is_refused():
    """The message says which column is missing."""
    sheet = Sheet("x.csv", ("Colour",), {2: {"Colour": "red"}})

    reasons = [one.reason for one in read_past_scores(sheet, propose(sheet, Known()), Known()).refused]

    assert reasons == ["no column names the candidate", "no column holds scores"]


CSV = """Candidate,Interviewer,Result,Rep,Drive,Poise,Wit
Ann Lee,Mo,hired,Ann Lee,7,8,6
Bo Chan,Mo,rejected,,12,8,8
"""


def test_a_sheet_goes_from_upload_to_the_facts_and_a_second_time_adds_nothing(recruiter, home, load):
    """Upload, look, load; the refused row can be downloaded; the page shows counts before and after."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from builders import interaction
    from quintet.facts.published import Facts
    from quintet.facts.refresh import rebuild
    from quintet.hiring.metrics.scores import read_candidates, read_scores

    load(interaction("rep.joined", "2024-01-01", rep="ann", detail='{"name": "Ann Lee", "role": "rep"}'))
    for _ in range(2):
        answer = recruiter.post(
            "/hiring/past-scores/", {"sheet": SimpleUploadedFile("s.csv", CSV.encode())}, follow=True
        )
        assert b"Load 5 scores" in answer.content
        assert b"not a score from 1 to 10" in answer.content
        recruiter.post(answer.request["PATH_INFO"] + "load/")
        refused = recruiter.get(answer.request["PATH_INFO"] + "refused.csv").content.decode()
        assert "Bo Chan" in refused
        assert "Ann Lee,Mo" not in refused
    rebuild(home)
    facts = Facts.published(home)

    ann, bo = sorted(read_candidates(facts), key=lambda one: one.name)
    assert (ann.name, ann.outcome, ann.rep_id is not None) == ("Ann Lee", "hired", True)
    assert (bo.outcome, bo.rep_id) == ("rejected", None)
    scores, verdicts = read_scores(facts)
    assert set(scores.interviewer.tolist()) == {"name:mo"}
    assert (sorted(scores.score.tolist()), len(verdicts)) == ([6.0, 7.0, 8.0, 8.0, 8.0], 0)
