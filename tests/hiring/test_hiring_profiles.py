"""Whom a candidate resembles among those who succeeded."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from hired_people import FIRST_DAY, hiring_data, name, scores_of
from quintet.hiring.formula.given import Score
from quintet.hiring.formula.index import fit_index
from quintet.hiring.formula.profiles import nearest_profiles
from quintet.hiring.formula.stored import from_json, to_json

SIZE = 8


def two_ways(hires, *, seed=1, tells=True):
    """Hunters stand out on the first four criteria, farmers on the last four; others on neither.

    Hunters and farmers succeed where profiles tell; where they do not, outcomes are luck.
    """
    rng = np.random.default_rng(seed)
    data = hiring_data(hires, (1,) * SIZE, seed=seed)
    kind = {who: at % 3 for at, who in enumerate(data.candidates)}
    scores = []
    for one in data.scores:
        k = int(one.criterion.split()[1])
        way = (
            (4.0 if k < SIZE // 2 else -2.0) * (1, -1, 0)[kind[one.candidate]]
            if kind[one.candidate] < 2
            else 0.0
        )
        scores.append(replace(one, score=float(np.clip(5.5 + way / 1.5 + rng.normal(), 1, 10))))
    luck = {who: rng.normal() for who in data.hired_on}
    values = {who: 100 + 20 * ((kind[who] < 2) * 2.5 * tells + luck[who]) for who in data.hired_on}
    return replace(data, scores=tuple(scores), outcomes=(replace(data.outcomes[0], values=values),)), kind


def test_a_hunter_resembles_hunters():
    """The three nearest of the best third are of the candidate's kind, closer than most pairs, and why."""
    data, kind = two_ways(60)
    fit = fit_index(data)
    for wanted, strong in ((0, "0123"), (1, "4567")):
        who = next(one for one in data.candidates if kind[one] == wanted and one not in data.hired_on)
        found = nearest_profiles(fit, scores_of(data, who))

        assert [kind[one.candidate] for one in found.nearest] == [wanted] * 3
        assert min(one.closer_than for one in found.nearest) > 0.6
        assert {key[-1] for one in found.nearest for key in one.both_strong} <= set(strong)
        assert found.ways >= 1


def test_profiles_tell_where_kinds_succeed_and_not_where_luck_decides():
    """Hunters and farmers succeed, others do not: near a success is a success. By luck it is not."""
    told = {}
    for tells in (True, False):
        data, _ = two_ways(90, seed=3, tells=tells)
        told[tells] = nearest_profiles(fit_index(data), scores_of(data, name(1)))

    assert told[True].tells is True
    assert told[False].tells is False
    assert "for illustration" in told[False].reason


def test_where_only_the_level_differs_nobody_is_like_anybody():
    """Candidates who are good or bad at everything alike: noise would make the profiles, so none is shown."""
    rng = np.random.default_rng(2)
    data = hiring_data(60, (1,) * SIZE)
    level = {who: 5.5 + 1.5 * rng.normal() for who in data.candidates}
    scores = [
        replace(one, score=float(np.clip(level[one.candidate] + rng.normal(), 1, 10))) for one in data.scores
    ]
    found = nearest_profiles(fit_index(replace(data, scores=tuple(scores))), scores_of(data, name(1)))

    assert (found.nearest, found.ways) == ((), 0)
    assert "general level alone" in found.reason


def test_too_few_successes_are_no_profiles():
    """Twelve followed make four successes: not yet, and how many it takes."""
    data = hiring_data(12, (1,) * SIZE)

    found = nearest_profiles(fit_index(data), scores_of(data, name(1)))

    assert found.nearest == ()
    assert "not yet: 12 people followed" in found.reason


def test_a_rep_is_not_the_nearest_to_himself():
    """Someone hired is compared with the others, and stored formulas say the same."""
    data, _ = two_ways(60)
    fit = fit_index(data)
    for who in list(data.hired_on)[:6]:
        found = nearest_profiles(fit, scores_of(data, who))
        assert who not in [one.candidate for one in found.nearest]
    assert nearest_profiles(from_json(to_json(fit)), scores_of(data, who)) == found


def test_a_new_hire_without_scores_changes_nothing():
    """Somebody hired without an interview is nobody's profile."""
    data, _ = two_ways(60)
    outcome = data.outcomes[0]
    more = replace(
        data,
        hired_on={**data.hired_on, "zed": FIRST_DAY + timedelta(days=400)},
        outcomes=(replace(outcome, values={**outcome.values, "zed": 500.0}),),
    )
    one = (*scores_of(data, name(1)), Score(name(1), "rater 8", "criterion 0", 6.0))

    assert nearest_profiles(fit_index(more), one) == nearest_profiles(fit_index(data), one)
