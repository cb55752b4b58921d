"""Drawing, keys and sheets: what needs no record."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.training.terms.drawing import drawn, shuffled
from quintet.training.terms.exams import ExamText
from quintet.training.terms.marking import normalised, passes, share_by_key, share_by_rubric
from quintet.training.terms.question_sheet import read_questions
from quintet.training.terms.questions import QuestionText, RubricItem, checked, rubric_of

BANK = [f"q{number}" for number in range(12)]


# ---------------------------------------------------------------- the draw


def test_the_same_seed_draws_the_same_whatever_order_the_bank_is_in():
    """So that anybody can check a draw years later."""
    assert drawn(7, BANK, 5) == drawn(7, reversed(BANK), 5)
    assert drawn(7, BANK, 5) == ["q4", "q8", "q0", "q9", "q5"]  # as sha256sum and sort have it


def test_every_question_is_drawn_as_often_as_any_other():
    """6000 draws of 5 of 12: each 2500 times, give or take four standard deviations of 38."""
    counts = Counter(key for seed in range(6000) for key in drawn(seed, BANK, 5))

    assert all(abs(counts[key] - 2500) < 4 * 38 for key in BANK)


def test_every_option_stands_first_as_often_as_any_other():
    """The place of the right option tells nothing: of 4000 shuffles of 4 each is first 1000 times, +- 27."""
    first = Counter(shuffled(seed, "a question", "abcd")[0] for seed in range(4000))

    assert all(abs(first[key] - 1000) < 4 * 27 for key in "abcd")


def test_a_small_bank_is_asked_whole():
    """No question twice."""
    assert sorted(drawn(1, BANK, 50)) == sorted(BANK)


# ---------------------------------------------------------------- the key


@pytest.mark.parametrize(
    ("said", "accepted"),
    [
        ("  The Budget-Holder! ", "budget holder"),
        ("Café", "cafe"),
        ("next   step.", "a next step"),
        ("20 %", "20 %"),
        ("Ｂａｎｔ", "bant"),
        ("3.5", "3.5"),
    ],
)
def test_a_short_answer_is_right_whatever_its_case_marks_and_article(said, accepted):
    """Spelling that does not matter is not what is asked."""
    assert share_by_key("short", [accepted], said) == 1.0


@pytest.mark.parametrize(
    ("said", "accepted"), [("35", "3.5"), ("not a budget", "budget"), ("a", "b"), ("", "x")]
)
def test_a_short_answer_that_says_something_else_is_wrong(said, accepted):
    """A point or a not is no decoration."""
    assert share_by_key("short", [accepted], said) == 0.0


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text):
    """Otherwise an accepted answer would not accept itself."""
    assert normalised(normalised(text)) == normalised(text)


def test_all_that_are_right_and_no_other_must_be_chosen():
    """Ticking every box earns nothing."""
    assert share_by_key("several", ["a", "b"], ["b", "a"]) == 1.0
    assert [share_by_key("several", ["a", "b"], said) for said in (["a"], ["a", "b", "c"], [])] == [0, 0, 0]


def test_a_key_does_not_mark_a_role_play():
    """A person does."""
    with pytest.raises(BadInput, match="graded is marked by a person"):
        share_by_key("graded", [], "hello")


def test_a_rubric_is_points_given_over_points_there_are():
    """2 of 3 and 1 of 2 are 3 of 5."""
    rubric = [{"item": "asks", "points": 3}, {"item": "agrees", "points": 2}]

    assert share_by_rubric(rubric, {"asks": 2, "agrees": 1}) == pytest.approx(0.6)
    with pytest.raises(BadInput, match=r"agrees: points lie in 0\.\.2, got 3"):
        share_by_rubric(rubric, {"asks": 2, "agrees": 3})
    with pytest.raises(BadInput, match=r"agrees: points lie in 0\.\.2, got None"):
        share_by_rubric(rubric, {"asks": 2})


def test_eight_of_ten_passes_at_eight_tenths():
    """However the computer writes eight tenths."""
    assert passes(sum([0.1] * 8), 0.8)
    assert not passes(0.79, 0.8)


# ---------------------------------------------------------------- what may be written


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (QuestionText("one", " ", ("a",), ("b",)), "needs a text"),
        (QuestionText("one", "?", ("a", "b"), ("c",)), "has one right option, got 2"),
        (QuestionText("one", "?", ("a",)), "has 2 to 12 options, got 1"),
        (QuestionText("several", "?", (), ("a", "b")), "at least one option must be right"),
        (QuestionText("one", "?", ("a",), ("A ",)), "two options say the same"),
        (QuestionText("short", "?", ("...",)), "at least one answer that is accepted"),
        (QuestionText("graded", "?"), "needs a rubric"),
        (QuestionText("graded", "?", rubric=(RubricItem("x", 0),)), r"points lie in 1\.\.100, got 0"),
        (QuestionText("graded", "?", rubric=(RubricItem("x", 1), RubricItem("X", 1))), "say the same"),
    ],
)
def test_a_question_that_cannot_be_marked_is_refused(told, why):
    """When it is written, not when ten people have taken it."""
    with pytest.raises(BadInput, match=why):
        checked(told)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"name": ""}, "needs a name"),
        ({"pass_mark": 1.2}, r"0\.\.1, got 1.2"),
        ({"minutes": 0}, "minutes lies"),
    ],
)
def test_an_exam_that_cannot_be_held_is_refused(told, why):
    """The bound is named with the value."""
    with pytest.raises(BadInput, match=why):
        ExamText(**({"name": "X"} | told))


def test_a_rubric_is_written_in_lines():
    """A colon in an item is no harm."""
    assert rubric_of("Says: why\u2019s that?: 3\n\nAgrees: 2") == (
        RubricItem("Says: why\u2019s that?", 3),
        RubricItem("Agrees", 2),
    )
    with pytest.raises(BadInput, match="a colon and its points, got 'Agrees'"):
        rubric_of("Agrees")


# ---------------------------------------------------------------- a sheet


def test_a_sheet_brings_every_kind():
    """As it is copied out of a spreadsheet: tabs between, columns in any order."""
    sheet = (
        "Question\tKind\tRight\tWrong\tRubric\tPage\n"
        "Who signs?\tone\tthe budget holder\tthe intern|nobody\t\tqualifying\n"
        '"What, then?"\tSeveral\tneed | budget\ta logo\t\t\n'
        "How does it end?\tshort\tnext step|agreed next step\t\t\t\n"
        "Answer it.\tgraded\t\t\tAsks: 3 | Agrees: 2\t\n"
    )

    found = read_questions(sheet)

    assert [one.kind for one in found] == ["one", "several", "short", "graded"]
    assert found[0] == QuestionText(
        "one", "Who signs?", ("the budget holder",), ("the intern", "nobody"), page="qualifying"
    )
    assert found[1].text == "What, then?"
    assert found[3].rubric == (RubricItem("Asks", 3), RubricItem("Agrees", 2))


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_sheet_is_read_whatever_stands_between(between):
    """Excel writes semicolons in half of Europe."""
    sheet = between.join(("kind", "question", "right", "wrong")) + "\n" + between.join(("one", "?", "a", "b"))

    assert read_questions("\ufeff" + sheet) == [QuestionText("one", "?", ("a",), ("b",))]


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        ("question,right\n?,a", "there is no kind"),
        ("kind,question\n", "no question below the header"),
        ("kind,question,right,wrong\none,?,a,b\nmany,?,a,b", "line 3: kind is one of .*, got 'many'"),
        (
            "kind,question,right,wrong\none,?,a,b\none,?,,b",
            "line 3: one of several has one right option, got 0",
        ),
        ("kind,question,rubric\ngraded,?,Asks", "line 2: a line of the rubric"),
    ],
)
def test_a_sheet_that_is_wrong_names_the_line(sheet, why):
    """All or none is added, so the line must be found."""
    with pytest.raises(BadInput, match=why):
        read_questions(sheet)
