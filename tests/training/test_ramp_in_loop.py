"""The ramp in the loop: every month asked once, nothing of later, better than the plain curve."""

import json
import math
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pytest

from hired_company import hired_company
from quintet.calendar.periods import month_after, month_number
from quintet.facts.careers import Ending
from quintet.facts.published import Facts
from quintet.kernel.errors import NotEnoughData
from quintet.loop.formulas import formula_named
from quintet.stats.trials import Formula, Trial
from quintet.training.formula.ramp_chances import fit_plain
from quintet.training.in_loop import (
    CLASSES,
    MODULES,
    OnTheWay,
    PlainVersion,
    RampInLoop,
    months_between,
    version_of,
)
from quintet.training.terms.kept import FORMULA
from quintet.training.terms.modules import RampRep
from small_company import small_company

__all__ = ["hired_company", "small_company"]
TURN, END = date(2024, 10, 1), date(2025, 7, 1)


@pytest.fixture(scope="module")
def reps(study):
    """Four hundred reps, in whose company three modules make quota 1.8 times as likely."""
    return study.company(400, np.random.default_rng(3), study.World())


def known(reps, day):
    """The reps as they stood on a day: who had come, and their months that were over."""
    found = []
    for one in reps:
        over = month_number(day) - month_number(one.joined)
        if over >= 1:
            ended = one.months <= over
            done = {name: at for name, at in one.done.items() if at <= over}
            months, ending = (one.months, one.ending) if ended else (over, Ending.RAMPING)
            found.append(replace(one, months=months, ending=ending, done=done, supply=one.supply[:months]))
    return found


def trial_of(found):
    """A trial as the loop gives it."""
    names = np.asarray([str(one.rep.rep_id) for one in found])
    return Trial(np.zeros(len(found), dtype="datetime64[us]"), names, found)


def test_it_is_in_the_loop():
    """Under its name, with the methods the loop asks for."""
    formula: Formula = formula_named(FORMULA)

    assert [one.name for one in formula.recipes] == [MODULES, CLASSES]


def test_modules_foretell_the_months_that_follow_better_than_the_plain_curve(reps):
    """Fitted on what was known in October, scored on the nine months after: modules tell more."""
    before = known(reps, TURN)
    told = trial_of(months_between(reps, TURN, END))
    plain = PlainVersion(fit_plain(before, TURN)).losses(told).mean()
    classes, modules = (version_of(before, TURN, one).losses(told).mean() for one in (CLASSES, MODULES))

    assert modules < classes - 0.003
    assert modules < plain - 0.01


def test_every_month_on_the_way_is_asked_once(reps):
    """Quarter by quarter the months add up to all of them, and each first month at quota comes once."""
    days = [date(2025, 1, 1), date(2025, 4, 1), END]
    parts = [months_between(reps, *span) for span in pairwise(days)]
    whole = months_between(reps, days[0], days[-1])

    assert sum(map(len, parts)) == len(whole) > 50
    assert sum(one.made for one in whole) == sum(
        one.ending is Ending.REACHED and days[0] <= _month(one) < days[-1] for one in reps
    )


def _month(one):
    months = month_number(one.joined) + one.months - 1
    return date(months // 12, months % 12 + 1, 1)


def test_nothing_of_the_month_itself_is_known_to_it(reps):
    """Leads of the month and later, and modules finished in it or later, change nothing."""
    version = version_of(known(reps, TURN), TURN, MODULES)
    rep = RampRep(1, date(2024, 9, 1), 6, Ending.REACHED, {"m00": 2, "m01": 4}, (0.1,) * 6, 0.3)
    later = replace(rep, done={"m00": 2, "m01": 4, "m02": 4, "m03": 9}, supply=(0.1, 2.0, -2.0, 3.0))

    losses = [version.losses(trial_of([OnTheWay(one, 4, made=True)]))[0] for one in (rep, later)]

    assert losses[0] == losses[1]


def test_losses_by_hand():
    """A month that is made costs minus the log of its chance, one that is not minus the log of the rest."""
    reps = [RampRep(at, date(2024, 1, 1), 2, Ending.REACHED, {}) for at in range(12)]
    reps += [RampRep(20 + at, date(2024, 1, 1), 3, Ending.RAMPING, {}) for at in range(4)]
    naive = PlainVersion(fit_plain(reps, date(2024, 6, 1)))
    found = [OnTheWay(reps[0], 2, made=True), OnTheWay(reps[13], 2, made=False)]

    assert naive.losses(trial_of(found)) == pytest.approx([-math.log(0.75), -math.log(0.25)])


def test_a_version_is_read_back_as_it_was_kept(reps):
    """The same bytes, the same losses, the same lines; the naive answer, too."""
    before, told = known(reps, TURN), trial_of(months_between(reps, TURN, END))
    for version in (version_of(before, TURN, MODULES), PlainVersion(fit_plain(before, TURN))):
        again = RampInLoop().read(version.text)

        assert again.text == version.text
        assert again.losses(told) == pytest.approx(version.losses(told), rel=1e-4)
        assert json.loads(version.text)


def test_lines_say_how_much_more_likely_a_module_makes_a_month(reps):
    """A module that matters has its planted ratio inside; what it is adjusted for stands below."""
    terms = {one.name: one for one in version_of(known(reps, END), END, MODULES).terms()}

    assert terms["m00"].lo < 1.8 < terms["m00"].hi * 1.15
    assert terms["m00"].n > 100
    assert {"joined a year later", "leads, e times as many", "a better score before hire"} <= set(terms)


def test_on_facts_months_of_the_period_alone_are_judged(hired_company):
    """Every unit begins inside its quarter, each month once; a version fitted before can be asked."""
    facts = hired_company.facts
    end = facts.as_of.date().replace(day=1)
    days = [
        datetime(day.year, day.month, 1, tzinfo=UTC) for day in (month_after(end, -6), month_after(end, -3))
    ]
    last = datetime(end.year, end.month, 1, tzinfo=UTC)
    version = RampInLoop().fit(facts, days[1], MODULES, {})
    told = RampInLoop().trial(facts, days[1], last, {})
    both = RampInLoop().trial(facts, days[0], last, {})

    begun = told.decided_at.astype("datetime64[D]")
    assert len(told) > 10
    assert np.datetime64(days[1].date()) <= begun.min() <= begun.max() < np.datetime64(end)
    assert len(both) == len(told) + len(RampInLoop().trial(facts, *days, {}))
    assert len({(one.rep.rep_id, one.month) for one in both.payload}) == len(both)
    assert np.isfinite(version.losses(told)).all()


def test_with_too_few_reps_at_quota_it_says_what_is_missing(small_company):
    """Before that there is nothing to settle."""
    with pytest.raises(NotEnoughData, match="reps who made quota"):
        RampInLoop().setting(Facts.published(small_company.home), datetime(2025, 10, 1, tzinfo=UTC))
