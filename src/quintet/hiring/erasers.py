"""What becomes of hiring's records when a person is erased."""

from quintet.hiring.actions.index import index_shelf
from quintet.hiring.actions.success import success_shelf
from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf
from quintet.ledger.erasers import Eraser, Records, kept_answers

_OF_CANDIDATE = "Deleted with the candidate: it is about them from the first word to the last."


def _shelves(home: Home) -> tuple[Shelf, ...]:
    return index_shelf(home), success_shelf(home)


ERASERS: tuple[Eraser, ...] = (
    Records(
        "hiring.Score",
        _OF_CANDIDATE,
        own={"candidate": "scorecard__candidate__candidate_id"},
        texts=("evidence",),
    ),
    Records(
        "hiring.RolePlay",
        _OF_CANDIDATE,
        own={"candidate": "scorecard__candidate__candidate_id"},
        texts=("feedback",),
    ),
    Records(
        "hiring.Scorecard",
        _OF_CANDIDATE,
        own={"candidate": "candidate__candidate_id"},
        texts=("overall_why", "criteria"),
    ),
    Records(
        "hiring.SelfIdentification",
        "Deleted with the candidate.",
        own={"candidate": "candidate__candidate_id"},
    ),
    Records(
        "hiring.Decision",
        "Deleted with the candidate; of a rep who is erased it stays without the rep. Erase the candidate, "
        "too, where they are the same person.",
        own={"candidate": "candidate__candidate_id"},
        texts=("reason", "advice", "rep_id"),
    ),
    Records(
        "hiring.Candidate",
        "Deleted.",
        own={"candidate": "candidate_id"},
        address="email",
        texts=("name", "note", "source"),
    ),
    Records(
        "hiring.ReviewScore",
        "Deleted with the rep: it says how well they did.",
        own={"rep": "review__rep_id"},
        texts=("evidence",),
    ),
    Records(
        "hiring.PostHireReview",
        "Deleted with the rep: it says how well they did.",
        own={"rep": "rep_id"},
        texts=("note",),
    ),
    Records(
        "hiring.PastScoresSheet",
        "Stays for the others; the person's address and name are cut from rows that were refused or wait.",
        texts=("name", "columns", "rows", "reading", "refused", "told"),
    ),
    Records(
        "hiring.Criterion",
        "Stays: it is about a trait.",
        texts=("name", "definition", "assessed_by", "anchors", "reason"),
    ),
    Records("hiring.CriterionFate", "Stays: it is about a trait.", texts=("evidence", "reason")),
    Records("hiring.IndexMode", "Stays: it is about the index.", texts=("reason",)),
    Records("hiring.Round", "Stays: it is about the process.", texts=("name", "homework", "criteria")),
    Records("hiring.SalesRole", "Stays: it is about a role.", texts=("name",)),
    Records("hiring.SavedPlan", "Stays: numbers of people by month.", texts=("name", "inputs", "answer")),
    kept_answers(
        "kept indexes and outcomes of hires",
        "Thrown away when they hold the person; the worker makes them anew within the hour.",
        _shelves,
    ),
)
