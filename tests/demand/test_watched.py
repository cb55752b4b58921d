"""The lead score as the drift watch sees it: counts that agree with plain counts, fair to young leads."""

from datetime import UTC, datetime

import numpy as np
import pytest

from quintet.demand.formula.score.fit import fit_score
from quintet.demand.in_loop import BaseRate, LeadScoreInLoop, ScoreVersion
from quintet.demand.metrics.examples import read_examples
from quintet.loop.drift import Watch, drift
from quintet.stats.trials import Watching
from small_company import small_company

__all__ = ["small_company"]
FITTED, END = datetime(2025, 7, 1, tzinfo=UTC), datetime(2025, 9, 29, tzinfo=UTC)
SPAN, SETTING = (FITTED, END), {"horizon_days": 60}
FORMULA = LeadScoreInLoop()


def plain(moment):
    """Without a zone."""
    return moment.replace(tzinfo=None)


@pytest.fixture(scope="module")
def score(small_company):
    """A score of the first half year, by two fields."""
    known = read_examples(small_company.facts, plain(FITTED))
    return ScoreVersion(fit_score(known, fields=("segment", "source"), doings=False, horizon_days=60))


@pytest.fixture(scope="module")
def seen(small_company, score):
    """What it promised in the quarter after."""
    return FORMULA.watch(small_company.facts, score, SPAN, SETTING)


def test_the_lead_score_can_be_watched():
    """The loop asks for the hook by its name."""
    assert isinstance(FORMULA, Watching)


def test_customers_are_those_a_plain_count_finds(small_company, seen):
    """Won in the quarter, worked before, within sixty days."""
    leads = small_company.facts.arrow(small_company.facts.table("leads")).to_pylist()
    worked = [one for one in leads if one["won_at"] and one["worked_at"] and one["created_at"]]
    since, until = plain(FITTED), plain(END)
    counted = 0
    for one in worked:
        begun = max(one["worked_at"], one["assigned_at"] or one["created_at"])
        days = (one["won_at"].date() - begun.date()).days
        counted += since <= one["won_at"] < until and 0 <= days <= 60
    assert seen.happened.sum() == counted > 50
    assert len(seen.days) == 90


def test_promises_are_of_the_size_of_what_comes(seen):
    """A score of this company, fitted on its first half: between three quarters and four thirds."""
    assert 0.75 < seen.happened.sum() / seen.promised.sum() < 4 / 3
    assert seen.promised.min() > 0
    assert 0 < seen.doubt < 0.3


def test_inputs_count_the_leads_of_their_windows(small_company, seen):
    """Four weeks that ended a week ago; the score first; every input counts the same leads."""
    handed = read_examples(small_company.facts).handed_at
    first, last = (np.datetime64(day) for day in ("2025-08-25", "2025-09-22"))

    assert [one.name for one in seen.inputs] == ["the score", "segment", "source"]
    assert {one.now.sum() for one in seen.inputs} == {((handed >= first) & (handed < last)).sum()}
    assert {one.before.sum() for one in seen.inputs} == {(handed < np.datetime64("2025-07-01")).sum()}
    assert 5 <= len(seen.inputs[0].levels) <= 10


def test_settled_leads_have_not_been_seen(seen):
    """Horizons that ended in the quarter: July to September."""
    assert sorted(set(seen.months.tolist())) == ["2025-07", "2025-08", "2025-09"]
    assert len(seen.said) == len(seen.came) == len(seen.months)


def test_the_naive_answer_is_watched_for_its_promises_alone(small_company):
    """It looks at nothing; promised twice too much, it is found out."""
    told = FORMULA.watch(small_company.facts, BaseRate(0.16, 5000, 800), SPAN, SETTING)
    found = drift(Watch(FORMULA.name, "2025-09-28", "v", "baseline", FITTED.isoformat()), told)

    assert told.inputs == ()
    assert found.alarms == ("promises",)
    assert found.promises == "too much"
