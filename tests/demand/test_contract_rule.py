"""Marketing's rule: read, refused with a reason, said in words, and tried on leads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.demand.formula.contract_check import check_leads, unknown_names
from quintet.demand.formula.contract_rule import Condition, outline, parse_rule
from quintet.demand.terms.examples import Doings, Examples, Numbers, Words
from quintet.kernel.errors import BadInput

SEED = """
all of
  points >= 12
  segment in {small business, Mid_Market}
  any of
    did form: demo   # the seed's ten points
    source = referral
"""


def leads(fields, doings=(), n=4) -> Examples:
    """N leads with these fields, and (lead, deed) pairs."""
    names = tuple(sorted({deed for _, deed in doings}))
    nothing = np.full(n, np.nan)
    return Examples(
        lead_ids=np.arange(n),
        handed_at=np.full(n, np.datetime64("2026-01-05", "us")),
        fields=fields,
        doings=Doings(
            np.array([lead for lead, _ in doings], dtype=np.int64),
            np.array([names.index(deed) for _, deed in doings], dtype=np.int64),
            np.zeros(len(doings)),
            names,
        ),
        won_days=nothing,
        is_closed=np.zeros(n, dtype=bool),
        is_worked=np.zeros(n, dtype=bool),
        observed_days=nothing,
        until=np.datetime64("2026-02-01", "us"),
    )


def words(*values: str | None) -> Words:
    """A field of words."""
    levels = tuple(sorted({one for one in values if one is not None}))
    return Words(np.array([-1 if one is None else levels.index(one) for one in values]), levels)


def met(text: str, examples: Examples, points=(20.0, 12.0, 11.0, 30.0)) -> list[bool]:
    """Which leads are sales-ready."""
    return check_leads(parse_rule(text), examples, np.array(points)).is_ready.tolist()


def test_the_seeds_rule_is_read_said_and_tried():
    """Points, a segment, and a demo request or a referral: worked by hand on four leads."""
    four = leads(
        {
            "segment": words("small_business", "mid_market", "mid_market", "enterprise"),
            "source": words("referral", "social", "referral", "referral"),
        },
        [(1, "form: demo"), (0, "visit: /pricing")],
    )
    rule = parse_rule(SEED)

    found = check_leads(rule, four, np.array([20.0, 12.0, 11.0, 30.0]))

    assert found.is_ready.tolist() == [True, True, False, False]
    assert found.failed.tolist() == [0, 0, 1, 2]
    assert found.clauses == (
        "at least 12 points",
        "segment is small business or Mid_Market",
        "the lead did “form: demo” or source is referral",
    )
    assert list(outline(rule)) == [
        (0, "at least 12 points"),
        (0, "segment is small business or Mid_Market"),
        (0, "at least one of these"),
        (1, "the lead did “form: demo”"),
        (1, "source is referral"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("points > 12", [True, False, False, True]),
        ("points = 12", [False, True, False, False]),
        ("pages >= 3", [True, False, False, False]),
        ("pages < 3", [False, True, False, True]),
        ("pages != 3", [False, True, False, True]),
        ("pages is known", [True, True, False, True]),
        ("pages is not known", [False, False, True, False]),
        ("size <= 50", [True, False, False, True]),
        ('"job title" = "Head, Sales"', [False, True, False, False]),
        ("job_title != owner", [False, True, False, True]),
        ("job title not in {owner, intern}", [False, True, False, False]),
        ("job title in {OWNER, intern}", [True, False, False, True]),
        ("phone is not known", [True, True, True, True]),
        ("phone = 5", [False, False, False, False]),
        ("did form", [True, True, False, False]),
        ("did form: demo", [True, False, False, False]),
        ("none of\n  did form: demo\n  points >= 30", [False, True, True, False]),
    ],
)
def test_each_kind_of_line(line, expected):
    """What was not known at hand-over meets nothing but "is not known"."""
    four = leads(
        {
            "Pages": Numbers(np.array([3.0, 1.0, np.nan, 2.0])),
            "size": words("10", "200", "many", "50"),
            "job title": words("owner", "Head, Sales", None, "Intern"),
        },
        [(0, "form: demo"), (1, "form: contact"), (2, "visit: /forms")],
    )

    assert met(line, four) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no condition"),
        ("# nothing\n", "no condition"),
        ("points at least 12", "line 1 .*it is no condition; write e.g."),
        ("points >= many", "'many' is not a number"),
        ("points >= 1 2", "is not a number"),
        ("segment = a, b", "compares with one value"),
        ("segment in {}", "names no value"),
        ("segment in {a b", "it is no condition"),
        ('segment in {a "b}', "cannot be read"),
        ("any of\npoints > 3", "no lines set in below"),
        ("points > 3\n  did form", "line 2 .*only all of"),
        ("any of\n    points > 3\n  did form", "line 3 .*stand below each other"),
        ("did ", "no condition"),
        ("\n".join(["points > 1"] * 61), "at most 60 clauses"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, said):
    """The message names the line, the rule and the next step."""
    with pytest.raises(BadInput, match=said):
        parse_rule(text)


def test_a_name_nobody_has_is_told_with_the_nearest():
    """A typing error would make a rule that nobody meets."""
    rule = parse_rule("segmnt = a\ndid form: dmeo\npoints > 1\nsource = b\ndid form")

    assert unknown_names(rule, ("segment", "source"), ("form: demo", "visit: /pricing")) == (
        "line 1: no lead has a field 'segmnt'; did you mean 'segment'?",
        "line 2: no lead ever did 'form: dmeo'; did you mean 'form: demo'?",
    )


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_rule_or_refused_kindly(text):
    """Nothing a person types ends in a crash."""
    try:
        rule = parse_rule(text)
    except BadInput:
        return
    check_leads(rule, leads({}), np.ones(4))
    assert list(outline(rule))


CONDITIONS = st.builds(
    lambda name, sign, value: f"{name} {sign} {value}",
    st.sampled_from(["points", "pages"]),
    st.sampled_from([">=", "<=", ">", "<", "="]),
    st.integers(-5, 40),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=5))
def test_groups_are_the_logic_they_name(lines):
    """all, any and none of the same lines, against each line alone."""
    four = leads({"pages": Numbers(np.array([3.0, 1.0, np.nan, 2.0]))})
    alone = np.array([met(line, four) for line in lines])
    inside = "".join(f"\n  {line}" for line in lines)

    assert met("all of" + inside, four) == alone.all(axis=0).tolist()
    assert met("any of" + inside, four) == alone.any(axis=0).tolist()
    assert met("none of" + inside, four) == (~alone.any(axis=0)).tolist()


def test_a_condition_keeps_its_line():
    """So that a message can point at it."""
    assert parse_rule("\n\npoints >= 3").parts == (Condition(3, "points", ">=", ("3",)),)
