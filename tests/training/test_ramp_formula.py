"""How long reps take to quota: who counts as what, agreement with lifelines, and groups that luck spreads."""

from datetime import date

import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from quintet.calendar.periods import month_after
from quintet.facts.careers import Ending
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.finding import Status
from quintet.training.formula.ramp import by_class, by_module, by_score, ramp_curve, ramp_report
from quintet.training.formula.ramp_chances import fit_plain, plain
from quintet.training.terms.modules import RampRep

JOINED, UNTIL = date(2024, 1, 1), date(2026, 1, 1)
REACHED, LEFT, RAMPING = Ending.REACHED, Ending.LEFT, Ending.RAMPING


def reps(*ways, joined=JOINED, done=None, first=1):
    """Reps by (months, ending)."""
    return [
        RampRep(first + at, joined, months, ending, done or {}) for at, (months, ending) in enumerate(ways)
    ]


def drawn(n, seed=1, faster=1.0, first=1):
    """Reps who make quota by a steady chance, leave now and then, and are watched for a while."""
    rng = np.random.default_rng(seed)
    made, left = rng.geometric(0.12 * faster, n), rng.geometric(0.02, n)
    watched = rng.integers(3, 20, n)
    months = np.minimum(np.minimum(made, left), watched)
    ends = np.select([made == months, left == months], ["reached", "left"], "ramping")
    return reps(*zip(months.tolist(), map(Ending, ends.tolist()), strict=True), first=first)


def test_a_rep_still_ramping_is_neither_there_nor_gone():
    """Fifteen made quota in month 2, five have been on their way for a year: not ramped, not dropped."""
    told = ramp_curve(reps(*[(2, REACHED)] * 15, *[(12, RAMPING)] * 5))

    assert (told.reps, told.reached, told.left, told.ramping) == (20, 15, 0, 5)
    assert told.points[-1].share == pytest.approx(0.75)
    assert [one.at_risk for one in told.points] == [20, 20, *[5] * 10]
    assert told.median.value == 2


def test_dropping_those_still_ramping_would_flatter():
    """Negative control: among those who made it the median is 4; of all it is not yet known."""
    ways = [(4, REACHED)] * 14 + [(9, RAMPING)] * 16

    assert ramp_curve(reps(*ways[:14])).median.value == 4
    assert ramp_curve(reps(*ways)).median is None


def test_who_left_stays_among_all_who_came():
    """Ten of twenty left before: they never make quota, so at most half do."""
    told = ramp_curve(reps(*[(1, LEFT)] * 10, *[(3, REACHED)] * 14))

    assert told.points[-1].share == pytest.approx(14 / 24)
    assert told.points[-1].gone == pytest.approx(10 / 24)


def test_without_leavers_the_curve_is_lifelines_kaplan_meier():
    """To a millionth, interval and all, though many make quota in the same month."""
    some = [one for one in drawn(120) if one.ending is not LEFT]
    told = ramp_curve(some)

    months = np.array([one.months for one in some], dtype=float)
    made = np.array([one.ending is REACHED for one in some])
    theirs = KaplanMeierFitter(alpha=0.10).fit(months, made)
    at = [one.month for one in told.points]
    share = 1.0 - theirs.survival_function_at_times(at).to_numpy()
    assert [one.share for one in told.points] == pytest.approx(share, abs=1e-6)


def test_with_leavers_it_is_lifelines_aalen_johansen():
    """Shares and both ends to a millionth; ties of two causes, which lifelines cannot take, moved apart."""
    some = drawn(150, seed=7)
    told = ramp_curve(some)
    ties = {one.months for one in some if one.ending is LEFT} & {
        one.months for one in some if one.ending is REACHED
    }
    apart = [one for one in some if not (one.ending is LEFT and one.months in ties)]
    ours = ramp_curve(apart)

    months = np.array([one.months for one in apart], dtype=float)
    cause = np.array([{REACHED: 1, LEFT: 2, RAMPING: 0}[one.ending] for one in apart])
    theirs = AalenJohansenFitter(alpha=0.10).fit(months, cause, event_of_interest=1)
    seen = [one for one in ours.points if one.month in theirs.cumulative_density_.index and 0 < one.share < 1]
    at = [float(one.month) for one in seen]
    assert len(seen) > 8
    assert [one.share for one in seen] == pytest.approx(
        theirs.cumulative_density_.loc[at].to_numpy().ravel(), abs=1e-6
    )
    ends = np.sort(theirs.confidence_interval_.loc[at].to_numpy(), axis=1)
    assert np.array([[one.lo, one.hi] for one in seen]) == pytest.approx(ends, abs=1e-6)
    assert told.left > 0


@pytest.mark.parametrize(("made", "status"), [(11, Status.SILENT), (12, Status.HEDGED), (30, Status.SPEAKS)])
def test_a_median_takes_twelve_who_made_it(made, status):
    """Below, the counts are shown, and no curve; up to thirty it is hedged."""
    told = ramp_curve(reps(*[(3, REACHED)] * made))

    assert told.status is status
    assert bool(told.points) == (status is not Status.SILENT)
    assert (told.reason == "") == (status is Status.SPEAKS)


def test_classes_that_differ_by_luck_are_not_ranked():
    """Two years of the same pace: the page says so. Twice the pace: it says that, too."""
    later = [
        RampRep(one.rep_id, date(2025, 1, 1), one.months, one.ending, {}) for one in drawn(80, 2, first=500)
    ]
    faster = [
        RampRep(one.rep_id, date(2025, 1, 1), one.months, one.ending, {})
        for one in drawn(80, 2, faster=3.0, first=500)
    ]

    alike = ramp_report([*drawn(80), *later], UNTIL).groupings[0]
    apart = ramp_report([*drawn(80), *faster], UNTIL).groupings[0]

    assert (alike.key, alike.differ) == ("class", False)
    assert "not ranked" in alike.reading
    assert apart.differ
    assert [one.label for one in apart.curves] == ["2024 Q1", "2025 Q1"]


def test_small_classes_are_years():
    """Two reps a quarter say nothing of a quarter."""
    some = [RampRep(at, month_after(JOINED, 3 * (at % 8)), 4, REACHED, {}) for at in range(16)]

    assert list(by_class(some)) == ["2024", "2025"]


def test_reps_are_parted_by_a_module_as_of_a_month():
    """Finished by month 3, of those still on their way then; months count from then on."""
    early = reps((5, REACHED), (2, REACHED), done={"blog": 3})
    late = reps((6, RAMPING), done={"blog": 5}, first=9)

    groups = by_module([*early, *late], "blog", 3)

    assert [[(one.rep_id, one.months) for one in group] for group in groups.values()] == [[(1, 2)], [(9, 3)]]


def test_parting_reps_by_who_ever_finished_is_refused():
    """On the first day nobody knows: the error says why."""
    with pytest.raises(BadInput, match="immortal time"):
        by_module(reps((5, REACHED), done={"blog": 3}), "blog", 0)


def test_thirds_by_score_leave_out_those_nobody_scored():
    """Nine scored reps in three groups of three."""
    scored = [RampRep(at, JOINED, 3, REACHED, {}, score=float(at)) for at in range(9)]

    assert [len(group) for group in by_score([*scored, *reps((3, REACHED), first=50)]).values()] == [3, 3, 3]
    assert by_score(reps((3, REACHED))) == {}


def test_the_plain_curve_is_the_share_of_those_still_on_their_way():
    """Ten of twenty in month 1, five of ten in month 2: chances of one half each; the rest comes later."""
    curve = fit_plain(reps(*[(1, REACHED)] * 10, *[(2, REACHED)] * 5, *[(2, RAMPING)] * 5), UNTIL)

    assert curve.chances == (0.5, 0.5)
    assert plain(curve)[:3] == pytest.approx([0.5, 0.25, 0.125])
    assert plain(curve, after=1)[:2] == pytest.approx([0.0, 0.5])
    assert plain(curve).sum() == pytest.approx(1.0)
    with pytest.raises(NotEnoughData):
        fit_plain(reps((1, REACHED)), UNTIL)
