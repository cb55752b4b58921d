"""Drawn orders of modules: what they take, who is drawn, what they show, and luck kept out."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from quintet.facts.careers import Ending
from quintet.kernel.errors import BadInput
from quintet.ledger.models import InboxRow
from quintet.site.models import User
from quintet.training.actions.orders import draw_new_hires, judge, start, stop, turn
from quintet.training.asks.orders import known
from quintet.training.formula.orders import checked, drawn_orders, forecast, judged
from quintet.training.models.certificates import Notice
from quintet.training.models.orders import ModuleOrder
from quintet.training.terms.modules import PlainCurve
from quintet.training.terms.orders import DrawnRep, OrderDesign, OrderPlan

DESIGN = OrderDesign(("blog", "crm"), 4)
UNTIL = date(2026, 1, 1)
PLAN = OrderPlan(20, 0.3, 60, 4.0, 20.0)


def hires(n, seed, *, ratio=1.0, design=DESIGN, chance=0.1):
    """Hires of six classes, drawn; who has had the first module makes quota `ratio` times as readily."""
    rng = np.random.default_rng([seed, 4])
    found = []
    for number in range(n):
        group = number % 6
        order = drawn_orders(design, f"{seed}:{group}", number // 6, 1)[0]
        due = design.due(order, design.modules[0])
        months, ending = 14, Ending.RAMPING
        for month in range(1, 15):
            if rng.random() < 1 - np.exp(-chance * (ratio if month > due else 1.0)):
                months, ending = month, Ending.REACHED
                break
        found.append(DrawnRep(number, order, date(2024, 1 + 2 * group, 1), months, ending))
    return found


def test_what_it_takes_by_hand():
    """Schoenfeld: 4 (1.96 + .84)² / ln(1.8)² = 91 events; a fifth of those left in months 2 to 5."""
    curve = PlainCurve(UNTIL, 50, 40, (0.0, 0.2, 0.2, 0.2, 0.2))
    plan = forecast(DESIGN, curve, 5.0)

    assert plan.events == 91
    assert plan.share == pytest.approx(1 - 0.8**4)
    assert plan.reps == int(np.ceil(91 / (1 - 0.8**4)))
    assert plan.months == pytest.approx(plan.reps / 5 + 5)
    assert forecast(DESIGN, curve, 0.0).months is None


@pytest.mark.parametrize(
    "design",
    [
        OrderDesign(("a",), 3),
        OrderDesign(("a", "a"), 3),
        OrderDesign(("a", "b"), 9),
        OrderDesign(("a", "b"), 3, 1.0),
    ],
    ids=["one module", "the same twice", "too far apart", "no difference"],
)
def test_what_cannot_be_judged_is_refused(design):
    """Before the first hire."""
    with pytest.raises(BadInput):
        checked(design)


def test_every_class_gets_as_many_of_each_order():
    """Blocks of as many hires as orders; the same seed draws the same; another seed another."""
    three = OrderDesign(("a", "b", "c"), 2)
    drawn = drawn_orders(three, "seed", 0, 30)

    assert Counter(drawn) == {0: 10, 1: 10, 2: 10}
    assert all(set(drawn[at : at + 3]) == {0, 1, 2} for at in range(0, 30, 3))
    assert drawn[7:12] == drawn_orders(three, "seed", 7, 5)
    assert drawn != drawn_orders(three, "other", 0, 30)
    assert [[three.due(order, key) for key in "abc"] for order in range(3)] == [
        [1, 3, 5],
        [5, 1, 3],
        [3, 5, 1],
    ]


def test_as_many_hires_as_said_find_the_ratio_four_times_in_five():
    """Forty companies with as many hires as said, ratio 1.8; and luck alone one time in twenty."""
    curve = PlainCurve(UNTIL, 50, 40, (1 - float(np.exp(-0.13)),) * 14)
    plan = forecast(DESIGN, curve, 5.0)
    shown = {
        ratio: [
            judged(DESIGN, hires(plan.reps, seed, ratio=ratio), 1, UNTIL, is_over=False).contrasts[0]
            for seed in range(40)
        ]
        for ratio in (1.8, 1.0)
    }

    found = [one.is_shown and one.ratio.value > 1 for one in shown[1.8]]
    assert 0.62 <= np.mean(found) <= 0.97
    assert np.mean([one.is_shown for one in shown[1.0]]) <= 0.15
    assert abs(np.mean([np.log(one.ratio.value) for one in shown[1.8]]) - np.log(1.8)) < 0.1


def test_nothing_is_compared_before_as_many_are_in_as_were_planned():
    """Looking every week would find something by luck; when it is ended, what there is is told."""
    some = hires(60, 1, ratio=3.0)
    early = judged(DESIGN, some, 500, UNTIL, is_over=False)
    ended = judged(DESIGN, some, 500, UNTIL, is_over=True)

    assert early.contrasts == ()
    assert "not before" in early.reading
    assert len(ended.contrasts) == 2
    assert [one.reps for one in early.arms] == [30, 30]
    assert early.events == sum(one.early for one in early.arms) < sum(one.reached for one in early.arms)


@pytest.fixture
def teacher(db):
    """Who starts it."""
    return User.objects.create_user("enablement@test.test", "enablement", "pass")


@pytest.fixture
def running(teacher, hired_company):
    """One that runs since the middle of the company's history."""
    began = datetime(2025, 3, 1, tzinfo=UTC)
    return start(
        "Blog or CRM", OrderDesign(("live_product_use", "crm_hygiene"), 3), PLAN, by=teacher, now=began
    )


def test_hires_are_drawn_once_as_they_join_and_told_what_comes_first(running, hired_company, now):
    """Only those who joined since; a second turn draws nobody; the hire reads it on the own page."""
    facts = hired_company.facts
    since = running.started_at.date()
    joined = {row["rep_id"]: row["joined_on"] for row in facts.arrow(facts.table("reps")).to_pylist()}
    newest = max((day, rep) for rep, day in joined.items() if day)[1]
    User.objects.create_user("new@test.test", "rep", "pass", rep_id=newest)

    drawn = draw_new_hires(facts, running, now)

    assert drawn > 5
    assert draw_new_hires(facts, running, now) == 0
    assert all(joined[rep] >= since for rep in running.hires.values_list("rep_id", flat=True))
    by_class = Counter(running.hires.values_list("joined", "place"))
    classes = {day for day, _ in by_class}
    assert all(abs(by_class[day, 0] - by_class[day, 1]) <= 1 for day in classes)
    assert Notice.objects.filter(user__rep_id=newest, text__startswith="Take ").count() == 1
    assert InboxRow.objects.filter(source_ref__endswith="#order.drawn").count() == drawn


def test_it_ends_with_a_decision_and_its_result_stays(running, hired_company, teacher, now):
    """Judged as drawn; ended once; hires who join later are not drawn."""
    facts = hired_company.facts
    assert turn(facts, now).startswith("1 running")
    result = judge(facts, running)
    assert sum(one.reps for one in result.arms) <= running.hires.count()

    with pytest.raises(BadInput, match="say why"):
        stop(facts, running, "unclear", " ", by=teacher, now=now)
    with pytest.raises(BadInput, match="decision"):
        stop(facts, running, "whatever", "because", by=teacher, now=now)
    stop(facts, running, "unclear", "The class was cancelled.", by=teacher, now=now)

    assert known(ModuleOrder.objects.get()).result.grade == "randomised"
    assert turn(facts, now + timedelta(days=1)) == "none runs"
    with pytest.raises(BadInput, match="ended already"):
        stop(facts, running, "unclear", "again", by=teacher, now=now)


def test_a_module_is_in_one_running_order_at_a_time(running, teacher, now):
    """Two draws of one module would undo each other; names are told apart, too."""
    with pytest.raises(BadInput, match="drawn already"):
        start("Another", OrderDesign(("crm_hygiene", "competitors"), 3), PLAN, by=teacher, now=now)
    with pytest.raises(BadInput, match="name of its own"):
        start("Blog or CRM", OrderDesign(("a", "b"), 3), PLAN, by=teacher, now=now)
