"""Questions about exams: which of their questions tell those who know from the rest."""

from dataclasses import dataclass

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home
from quintet.training.asks.kept import kept_items
from quintet.training.models.curriculum import Module
from quintet.training.models.exams import Exam, QuestionVersion
from quintet.training.terms.items import ExamAnalysis


@dataclass(frozen=True)
class AnalysedExam:
    """An exam as a page shows it.

    Args:
        found: what its answers say.
        name: how it is called; where the exam came from elsewhere that of its module, else its key.
        wording: question → its newest text; the key where it came from elsewhere.
    """

    found: ExamAnalysis
    name: str
    wording: dict[str, str]


def analysed_exams(home: Home) -> list[AnalysedExam]:
    """Every exam somebody took, by name."""
    names = dict(Module.objects.values_list("key", "name")) | dict(Exam.objects.values_list("key", "name"))
    found = [AnalysedExam(one, names.get(one.exam, one.exam), {}) for one in kept_items(home).exams]
    return sorted(found, key=lambda one: one.name)


def analysed_exam(home: Home, key: str) -> AnalysedExam:
    """One exam with the wording of its questions.

    Raises:
        BadInput: when nobody took an exam of this key.
    """
    one = next((one for one in analysed_exams(home) if one.found.exam == key), None)
    if one is None:
        raise BadInput(f"nobody has taken an exam {key!r} yet: choose one from the list")
    keys = {question.question for question in one.found.questions}
    versions = QuestionVersion.objects.filter(question__exam__key=key).order_by("number")
    texts = {str(question): text for question, text in versions.values_list("question_id", "text")}
    return AnalysedExam(one.found, one.name, {one: texts.get(one, one) for one in keys})
