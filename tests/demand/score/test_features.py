import numpy as np
import pytest

from quintet.demand.formula.score.features import Scale, encoded, fit_doings, fit_fields, scale, strength
from quintet.demand.terms.score import FeatureKind

CUT = Scale(bins=4, least=5)


def test_rare_and_unseen_words_are_any_other(make):
    """A word shown by three leads has no code of its own, a word never seen before neither."""
    seen = make([9.0] * 23, [None] * 23, fields={"source": ["ad"] * 10 + ["fair"] * 10 + ["spam"] * 3})
    (source,) = fit_fields(seen, ["source"], CUT)
    asked = make([9.0] * 5, [None] * 5, fields={"source": ["spam", "fair", "new", None, "ad"]})

    said = [source.said[code] for code in encoded((source,), asked)[:, 0]]
    assert said == ["any other", "fair", "any other", "not known", "ad"]


def test_a_field_that_is_missing_later_is_not_known(make):
    """A source that stops sending a field does not stop the score."""
    seen = make([9.0] * 20, [None] * 20, fields={"source": ["ad", "fair"] * 10})
    (source,) = fit_fields(seen, ["source"], CUT)

    codes = encoded((source,), make([1.0], [None]))
    assert source.said[codes[0, 0]] == "not known"


def test_a_field_that_says_one_thing_only_is_left_out(make):
    """All from one source: nothing to learn from it."""
    seen = make([9.0] * 20, [None] * 20, fields={"source": ["ad"] * 20, "pages": [3.0] * 20})

    assert fit_fields(seen, ["source", "pages"], CUT) == ()


def test_deeds_fade_with_the_half_life(make):
    """Two deeds, today and 30 days ago, at a half-life of 30 days count 1.5."""
    examples = make([9.0, 9.0], [None, None], deeds=[(0, "form: demo", 0.0), (0, "form: demo", 30.0)])

    assert strength(examples.doings, 2, ("form: demo",), 30.0).tolist() == pytest.approx([1.5, 0.0])
    assert strength(examples.doings, 2, ("form: demo",), None).tolist() == [2.0, 0.0]


def test_levels_of_a_deed_say_when_it_was(make):
    """One deed each, of every age: the words of the level hold its age."""
    ages = np.linspace(0, 119, 400)
    examples = make([9.0] * 400, [None] * 400, deeds=[(k, "form: demo", age) for k, age in enumerate(ages)])
    (demo,) = fit_doings(examples.doings, 400, 30.0, CUT)

    assert demo.said == (
        "never",
        "over 60 days ago",
        "30 to 60 days ago",
        "12 to 30 days ago",
        "within 12 days",
    )
    said = np.array(demo.said)[encoded((demo,), examples)[:, 0]]
    assert set(said[ages > 61]) == {"over 60 days ago"}
    assert set(said[(ages > 31) & (ages < 59)]) == {"30 to 60 days ago"}
    assert set(said[ages < 12]) == {"within 12 days"}


def test_counts_are_said_as_counts(make):
    """Without decay a deed is done once, twice or more."""
    deeds = [(k, "visit: /a", 5.0) for k in range(90) for _ in range(1 + k % 3)]
    (visit,) = fit_doings(make([9.0] * 90, [None] * 90, deeds=deeds).doings, 90, np.inf, CUT)

    assert visit.said == ("never", "once", "2 times", "3 times or more")


def test_rare_deeds_count_with_their_kind(make):
    """Thirty pages of two visits each are too rare alone, and together a feature."""
    deeds = [(k, f"visit: /{k % 30}", 5.0) for k in range(60)]
    found = fit_doings(make([9.0] * 60, [None] * 60, deeds=deeds).doings, 60, None, CUT)

    assert [one.name for one in found] == ["visit: anything"]
    assert found[0].kind is FeatureKind.DOINGS


def test_few_customers_allow_few_ranges():
    """Forty customers: three ranges; a thousand: ten."""
    assert scale(1_000, 40).bins == 3
    assert scale(20_000, 1_000).bins == 10
