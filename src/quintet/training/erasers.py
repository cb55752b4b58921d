"""What becomes of training's records when a person is erased."""

from quintet.ledger.erasers import Eraser, Records

_LEARNER = "Deleted with the account: it is what they learned."
_TAUGHT = "Stays: it is what is taught."

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
    Records("training.Notice", _LEARNER, own={"rep": "user__rep_id"}, texts=("text", "address")),
)
