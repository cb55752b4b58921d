"""What becomes of training's records when a person is erased."""

from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf
from quintet.ledger.erasers import ERASED, Eraser, Files, Records, Whom, kept_answers
from quintet.training.actions.items import items_shelf
from quintet.training.actions.readiness import readiness_shelf, skills_shelf
from quintet.training.terms.kept import ramp_shelf

_LEARNER = "Deleted with the account: it is what they learned."
_TAUGHT = "Stays: it is what is taught."
_SPOKEN = (
    "Deleted with the rep, the lead or the opportunity whose call it is; from other calls the person is cut."
)


def _of_call(path: str = "") -> dict[str, str]:
    """Whose record it is, by the call it belongs to."""
    return {entity: f"{path}{entity}_id" for entity in ("rep", "lead", "opportunity")}


def _stale_indexes(_home: Home, _whom: Whom) -> int:
    from quintet.training.actions.call_words import stale_indexes

    return len(stale_indexes(ERASED))


def _index_again(_home: Home, _whom: Whom) -> None:
    from quintet.training.actions.call_words import index_again, stale_indexes

    for call in stale_indexes(ERASED):
        index_again(call)


def _shelves(home: Home) -> tuple[Shelf, ...]:
    return ramp_shelf(home), items_shelf(home), readiness_shelf(home), skills_shelf(home)


ERASERS: tuple[Eraser, ...] = (
    Records("training.PlaybookPage", _TAUGHT, texts=("context",)),
    Records("training.PageVersion", _TAUGHT, texts=("title", "body", "why")),
    Records("training.PageCheck", "Stays: rates of the whole team.", texts=("told",)),
    Records("training.Module", _TAUGHT, texts=("name", "sentence", "body", "asks_for")),
    Records("training.Module_pages", _TAUGHT),
    Records("training.Module_after", _TAUGHT),
    Records("training.Track", _TAUGHT, texts=("name",)),
    Records("training.TrackModule", _TAUGHT),
    Records("training.HireClass", "Stays for the others in it.", texts=("name",)),
    Records("training.Seat", _LEARNER, own={"rep": "user__rep_id"}),
    Records("training.Completion", _LEARNER, own={"rep": "user__rep_id"}, texts=("note",)),
    Records("training.Exam", _TAUGHT, texts=("name", "about")),
    Records("training.Project", _LEARNER, own={"rep": "user__rep_id"}, texts=("address", "campaign")),
    Records("training.Evidence", _LEARNER, own={"rep": "project__user__rep_id"}, texts=("figures",)),
    Records("training.Question", _TAUGHT),
    Records("training.QuestionVersion", _TAUGHT, texts=("text", "options", "right", "why")),
    Records("training.KeyCorrection", _TAUGHT, texts=("before", "after", "why", "changed")),
    Records("training.ExtraAttempt", _LEARNER, own={"rep": "user__rep_id"}, texts=("why",)),
    Records("training.Sitting", _LEARNER, own={"rep": "user__rep_id"}, texts=("asked",)),
    Records("training.Answer", _LEARNER, own={"rep": "sitting__user__rep_id"}, texts=("said",)),
    Records("training.Mark", _LEARNER, own={"rep": "answer__sitting__user__rep_id"}, texts=("why", "rubric")),
    Records("training.Certificate", _TAUGHT, texts=("name", "lead_type")),
    Records("training.Certificate_modules", _TAUGHT),
    Records("training.Certificate_exams", _TAUGHT),
    Records("training.Certificate_pages", _TAUGHT),
    Records("training.Grant", _LEARNER, own={"rep": "user__rep_id"}, texts=("rests_on", "revoked_because")),
    Records(
        "training.MentorPair",
        "Deleted with who learns; of a mentor who is erased it stays without the mentor.",
        own={"rep": "mentee_rep_id"},
        texts=("mentor_rep_id", "why", "ended_because", "result"),
    ),
    Records("training.Notice", _LEARNER, own={"rep": "user__rep_id"}, texts=("text", "address")),
    Records("training.Cue", _SPOKEN, own=_of_call("call__"), texts=("speaker", "text")),
    Records("training.CallWord", "As the words it indexes.", own=_of_call("call__")),
    Records("training.CallComment", _SPOKEN, own=_of_call("call__"), texts=("text",)),
    Records("training.TopicCount", _SPOKEN, own=_of_call("call__")),
    Records("training.CallScore", _SPOKEN, own=_of_call("review__call__"), texts=("quote", "why")),
    Records("training.CallReview", _SPOKEN, own=_of_call("call__")),
    Records(
        "training.Call",
        _SPOKEN,
        own=_of_call(),
        texts=("file", "title", "speakers", "rep_speaker", "consent_note", "erased_because"),
    ),
    Records("training.Topic", "Stays: it is the company's dictionary."),
    Records("training.TopicVersion", "Stays: it is the company's dictionary.", texts=("phrases",)),
    Records("training.CallScorecard", _TAUGHT),
    Records("training.CallQuestion", _TAUGHT, texts=("text", "low", "high")),
    Files(
        "word indexes of calls",
        "Made anew where a person was cut from the words.",
        _stale_indexes,
        _index_again,
    ),
    Records(
        "training.OrderedHire",
        "Deleted: a hire who is gone counts in no order. What an order has shown so far stays: it is a sum.",
        own={"rep": "rep_id"},
    ),
    Records(
        "training.ModuleOrder",
        "Stays; who is named in its texts is cut.",
        texts=("name", "reason", "design", "result"),
    ),
    kept_answers(
        "the ramp by team, analyses of exams and skills",
        "Thrown away when they name the person; the worker makes them anew within the hour.",
        _shelves,
    ),
)
