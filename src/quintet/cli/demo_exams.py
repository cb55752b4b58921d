"""An exam in the simulated company: ten questions, taken by some of the newest class."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quintet.training.models.curriculum import HireClass
    from quintet.training.models.exams import Exam

MODULE = "discovery_calls"
_ASKED, _BEFORE = 8, 12
#: What is asked, the right answer first.
_CHOICES = (
    ("When may a first call end without a next date?", "They do not fit", "They are busy", "Price came up"),
    ("Who talks more in a good first call?", "The buyer", "The rep", "Both the same"),
    ("“Send me something.” What do you ask?", "What would have to be in it?", "Where to?", "By when?"),
    ("What is worth writing down first?", "What happens if they do nothing", "Their budget", "Their title"),
    ("They have an agency. What do you ask?", "Which post brought a customer?", "Its price", "Its name"),
    ("How do you part from a firm that does not fit?", "Say so on the call", "By silence", "With a discount"),
    ("Who should be there the second time?", "Who lives with it daily", "Only who signs", "Nobody else"),
    ("When do you name a price?", "When its worth is counted", "At once", "Only in writing"),
    ("What makes a question open?", "It cannot be answered with yes", "It is long", "It is polite"),
)
_PLAY = "Role play: the buyer says “too expensive” in the second minute. Write what you say next."
_RUBRIC = (("Asks beside what", 3), ("Lets the buyer count", 4), ("Does not give a discount", 3))
_PLAYED = "Too expensive beside what? And what does one new customer bring you in a year? Let us count it."


def hold(made: "HireClass", by: Any, as_of: datetime) -> None:  # noqa: ANN401 -- somebody with an account
    """Write the exam and let three of the class take it: one passes, one fails, one waits to be marked."""
    from quintet.training.asks.exams import standing

    exam = _written(by, as_of - timedelta(days=_BEFORE))
    when = as_of - timedelta(days=_ASKED)
    seats = made.seats.select_related("user").order_by("pk")
    takers = [seat.user for seat in seats if standing(exam, seat.user, when).state == "open"]
    for place, user in enumerate(takers[:3]):
        _sit(exam, user, when + timedelta(days=place), right=(9, 3, 8)[place])
    _mark_first_two(exam, by, as_of - timedelta(days=2))


def _written(by: Any, now: datetime) -> "Exam":  # noqa: ANN401
    from quintet.training.actions.exams import write_exam, write_questions
    from quintet.training.models.exams import Exam
    from quintet.training.terms.exams import ExamText
    from quintet.training.terms.questions import QuestionText, RubricItem

    about = "Nine questions and a role play. Read the page on objections before."
    text = ExamText("Discovery calls", about, MODULE, draws=10, pass_mark=0.7, wait_hours=24, minutes=30)
    exam = write_exam(text, by=by, now=now)
    Exam.objects.filter(pk=exam.pk).update(key=MODULE)  # as the company's history calls it
    exam.refresh_from_db()
    page = "what-buyers-object"
    told = [
        QuestionText("one", text, right=(right,), wrong=tuple(wrong), page=page)
        for text, right, *wrong in _CHOICES
    ]
    rubric = tuple(RubricItem(item, points) for item, points in _RUBRIC)
    write_questions(exam, [*told, QuestionText("graded", _PLAY, rubric=rubric, page=page)], by=by, now=now)
    return exam


def _sit(exam: "Exam", user: Any, now: datetime, *, right: int) -> None:  # noqa: ANN401
    """Take it: so many choices as the key says, the others not."""
    from quintet.training.actions.sittings import begin, hand_in, save
    from quintet.training.models.exams import QuestionVersion
    from quintet.training.terms.exams import Told

    sitting = begin(exam, user, now=now, seed=user.pk)
    versions = QuestionVersion.objects.in_bulk([pk for pk, _ in sitting.asked])
    told = []
    for pk, shown in sitting.asked:
        said: list[str] | str = _PLAYED
        if versions[pk].kind == "one":
            key, right = versions[pk].right[0], right - 1
            said = [key if right >= 0 else next(one for one in shown if one != key)]
        told.append(Told(pk, said, 1000))
    save(sitting, told, now=now + timedelta(minutes=12))
    hand_in(sitting, now=now + timedelta(minutes=14))


def _mark_first_two(exam: "Exam", by: Any, now: datetime) -> None:  # noqa: ANN401
    """The role plays of the first two are marked; the third waits in the queue."""
    from quintet.training.actions.marking import mark_graded
    from quintet.training.models.exams import Answer

    waiting = Answer.objects.filter(sitting__exam=exam, version__kind="graded").order_by(
        "sitting__started_at"
    )
    for place, answer in enumerate(waiting[:2]):
        points = {item: most if place == 0 else 1 for item, most in _RUBRIC}
        mark_graded(answer, points, "Asked, and let the buyer count.", by=by, now=now)
