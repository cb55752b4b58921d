"""The mix of what comes in: moved more than chance, or not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quintet.kernel.errors import BadInput
from quintet.stats.mix_shift import FALSE_ALARM, LOOKS, mix_shift

SHARES = np.array([0.4, 0.3, 0.2, 0.1])


def test_the_index_worked_by_hand():
    """50:50 to 70:30 is .2 log(1.4) - .2 log(.6), .169."""
    found = mix_shift([50_000, 50_000], [70_000, 30_000])

    assert found.index == pytest.approx(0.2 * np.log(1.4) - 0.2 * np.log(0.6), abs=1e-4)
    assert found.parts == pytest.approx([0.2 * np.log(1.4), -0.2 * np.log(0.6)], abs=1e-4)


def test_chance_is_what_simulation_says():
    """The mean index of leads drawn alike, beside the formula's."""
    rng = np.random.default_rng(0)
    told = [mix_shift(rng.multinomial(2000, SHARES), rng.multinomial(300, SHARES)) for _ in range(400)]

    assert np.mean([one.index for one in told]) == pytest.approx(told[0].by_chance, rel=0.1)


def _half_years(rng, mix_of_day, runs, leads_a_day=8):
    """Share of half years with an alarm at any daily look at the newest 28 days; first day of each."""
    first = []
    for _ in range(runs):
        past = rng.multinomial(28 * leads_a_day, SHARES, size=12)
        days = np.stack([rng.multinomial(leads_a_day, mix_of_day(day)) for day in range(-28, LOOKS)])
        looks = (mix_shift(past, days[day : day + 28].sum(axis=0)) for day in range(1, LOOKS, 5))
        first.append(next((5 * at for at, look in enumerate(looks) if look.has_moved), None))
    return first


def test_without_a_change_there_is_hardly_an_alarm():
    """Half a year of looks at 8 leads a day: at most 5 %."""
    first = _half_years(np.random.default_rng(1), lambda _: SHARES, 40)

    assert np.mean([one is not None for one in first]) <= FALSE_ALARM


def test_a_new_mix_is_found_while_it_comes_in():
    """One in ten becomes three in ten: within the four weeks of the window."""
    moved = np.array([0.3, 0.2, 0.2, 0.3])
    first = _half_years(np.random.default_rng(2), lambda day: SHARES if day < 0 else moved, 20)

    assert all(one is not None and one <= 30 for one in first)


def test_few_leads_need_more_than_a_quarter_of_a_point():
    """Forty leads of ten kinds pass .25 by luck alone: the limit lies above."""
    rng = np.random.default_rng(3)
    even = np.full(10, 0.1)
    told = [mix_shift(rng.multinomial(2000, even), rng.multinomial(60, even)) for _ in range(300)]

    assert sum(one.index > 0.25 for one in told) > 15
    assert not any(one.is_alarm for one in told)


def test_months_that_always_differed_raise_the_limit():
    """Lists bought in one month and not in the next are no news."""
    rng = np.random.default_rng(4)
    mixes = rng.dirichlet(SHARES * 30, size=13)
    counts = np.stack([rng.multinomial(400, mix) for mix in mixes])
    found = mix_shift(counts[:12], counts[12])

    assert found.dispersion > 3
    assert not found.has_moved
    assert mix_shift(counts[:12].sum(axis=0), counts[12]).limit < found.limit / 3


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=2, max_size=12))
def test_the_index_is_never_negative_and_nothing_moved_is_nothing(counts):
    """Whatever the counts; the parts add up to the index."""
    before, now = (np.array(one) for one in zip(*counts, strict=True))
    found = mix_shift(before, now)

    assert found.index >= 0
    assert found.parts.sum() == pytest.approx(found.index, abs=1e-9)
    if before.sum():
        assert mix_shift(before, before).index == pytest.approx(0, abs=1e-12)


def test_too_few_say_nothing():
    """Twenty leads, however strange."""
    assert not mix_shift([500, 500], [20, 0]).has_moved


def test_levels_must_match():
    """Three before, two now."""
    with pytest.raises(BadInput):
        mix_shift([1, 2, 3], [1, 2])
