"""What an exam's answers say of its questions and of the exam, and whether knowing goes with selling."""

from dataclasses import dataclass
from datetime import date

from quintet.kernel.finding import CausalGrade, Status


@dataclass(frozen=True)
class Association:
    """Does one thing go with later conversion? A rank correlation over reps; never more than an association.

    Args:
        status: speaks, hedged or silent.
        n: reps with the exam and enough leads since.
        reason: why it is silent or hedged.
        r: Spearman's correlation, -1..1.
        lo, hi: ends of its 90 % interval.
        q_value: two-sided, corrected for the number of questions looked at.
        is_found: stands after that correction.
        upper: what r would be if exam and conversion were measured without error: an upper reading.
        grade: how far it may be read as cause.
    """

    status: Status
    n: int
    reason: str = ""
    r: float | None = None
    lo: float | None = None
    hi: float | None = None
    q_value: float | None = None
    is_found: bool = False
    upper: float | None = None
    grade: CausalGrade = CausalGrade.ASSOCIATION


@dataclass(frozen=True)
class QuestionAnalysis:
    """One question.

    Args:
        question: its key.
        n: takers who were asked it, each in his first sitting.
        share: of these who got it right, 0..1; 1 is the easiest.
        share_lo, share_hi: ends of its 90 % interval.
        discrimination: correlation with the rest of the exam; None before enough takers.
        discrimination_lo, discrimination_hi: ends of its interval.
        flag: what is wrong with it, as a sentence; empty when nothing is.
        is_alarm: the key is probably wrong.
        place: on the scale of what takers know, 0 is the average taker; None without a model.
        place_error: its standard error.
        sharpness: how fast the chance rises around its place; None without a model of it.
        sharpness_error: its standard error.
        field: does getting it right go with better conversion?
    """

    question: str
    n: int
    share: float
    share_lo: float
    share_hi: float
    discrimination: float | None
    discrimination_lo: float | None
    discrimination_hi: float | None
    flag: str
    is_alarm: bool
    place: float | None
    place_error: float | None
    sharpness: float | None
    sharpness_error: float | None
    field: Association


@dataclass(frozen=True)
class ExamAnalysis:
    """One exam.

    Args:
        exam: its key.
        step: the stage in which the step ends that its module should move; empty for none.
        status: of the whole.
        reason: why it is silent or hedged.
        takers: reps who took it, by their first sitting.
        asked: questions each was asked, on average.
        questions: by how much they ask for, the most questionable first.
        alpha: reliability; None where nothing can be told.
        alpha_lo, alpha_hi: ends of Feldt's 90 % interval.
        error: standard error of one result, as a share of the questions.
        model: which item response model places the questions; empty for none.
        field: does the result go with better conversion at the step?
    """

    exam: str
    step: str
    status: Status
    reason: str
    takers: int
    asked: float
    questions: tuple[QuestionAnalysis, ...]
    alpha: float | None
    alpha_lo: float | None
    alpha_hi: float | None
    error: float | None
    model: str
    field: Association


@dataclass(frozen=True)
class ItemAnalysis:
    """Every exam somebody took.

    Args:
        as_of: last day of the data.
        exams: by key.
    """

    as_of: date
    exams: tuple[ExamAnalysis, ...]
