"""What becomes of management's records when a person is erased."""

from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf
from quintet.ledger.erasers import Eraser, Files, Records, Untouched, Whom
from quintet.management.terms.forecast_recipe import FORMULA


def _shelf_files(home: Home, whom: Whom) -> int:
    if whom.entity != "rep":
        return 0
    paths = Shelf(home, FORMULA).versions()
    return sum(whom.cut(text := path.read_text(encoding="utf-8")) != text for path in paths)


def _forget(home: Home, whom: Whom) -> None:
    if _shelf_files(home, whom):
        Shelf(home, FORMULA).clear()


ERASERS: tuple[Eraser, ...] = (
    Records(
        "management.CoachingSession",
        "Deleted with the plan: it is free text about the rep.",
        own={"rep": "plan__rep_id"},
        texts=("practised", "next_step"),
    ),
    Records(
        "management.CoachingPlan",
        "Deleted, with what was measured: it is about the rep from the first word to the last.",
        own={"rep": "rep_id"},
        texts=("finding", "reason", "closing_note", "module", "proposed", "result", "result_of_proposed"),
    ),
    Records(
        "management.LeadershipObservation",
        "Deleted: it is a note about the rep.",
        own={"rep": "rep_id"},
        texts=("note",),
    ),
    Records(
        "management.ForecastCommit",
        "The person's commits are deleted, as they are from the ledger; a team's commit of his manager stays "
        "without him.",
        own={"rep": "rep_id"},
        among={"rep": "rep_ids"},
        texts=("note",),
    ),
    Records(
        "management.Contest",
        "Stays for those who took part, without the rep; deleted when nobody else took part. Where it stands "
        "is counted from the facts, so his row goes with them.",
        among={"rep": "terms.rep_ids"},
        texts=("name", "team", "prize", "reason"),
    ),
    Records(
        "management.InputReview",
        "Stays: it is about a team; who is named in the note is cut.",
        texts=("team", "note"),
    ),
    Records(
        "management.PayPlan",
        "Stays: rules for everybody. Statements of pay are counted from the facts and kept nowhere, so they "
        "go with the interactions: keep what the law asks for in payroll.",
        texts=("note",),
    ),
    Untouched("management.PayPlanAcceptance", "Who accepted it is an account, which loses its name."),
    Files(
        "kept forecasts",
        "Thrown away when they name the rep; the worker makes one within the hour, without him.",
        _shelf_files,
        _forget,
    ),
)
