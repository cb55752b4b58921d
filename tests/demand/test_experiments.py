"""Experiments: planned before the first lead, drawn by lot, judged by a test that may be looked at daily."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from quintet.demand.formula.experiments import checked, drawn_cells, forecast, judged
from quintet.demand.terms.experiments import Cell, Design, EnteredLeads
from quintet.kernel.errors import BadInput
from quintet.kernel.finding import CausalGrade

DAY = np.timedelta64(1, "D")
START = np.datetime64("2026-01-01T09:00", "us")


def design(*, weights=(1, 1), **more):
    """Two cells, demos within ten days."""
    cells = tuple(Cell(name, weight) for name, weight in zip("abc", weights, strict=False))
    told = {"is_drawn": True, "metric": "demo", "horizon_days": 10, "base_rate": 0.2, "effect": 0.1}
    return Design(cells, **(told | more))


def leads(cell, days_in, converted_after, as_of_days):
    """Leads that came in so many days after the start; None for those that never converted."""
    entered = START + np.asarray(days_in, dtype=np.int64) * DAY
    converted = np.array(
        [
            np.datetime64("NaT") if after is None else at + np.timedelta64(int(after * 24), "h")
            for at, after in zip(entered, converted_after, strict=True)
        ],
        dtype="datetime64[us]",
    )
    return EnteredLeads(np.asarray(cell, dtype=np.int64), entered, converted, START + as_of_days * DAY)


def test_a_lead_is_judged_when_its_horizon_is_over_not_before():
    """An early convert does not count earlier than a late one would: else speed would look like success."""
    result = judged(design(), leads([0, 0, 1], [0, 5, 0], [1, 1, None], 12))

    first, second = result.cells
    assert (first.assigned, first.matured, first.converted) == (2, 1, 1)
    assert (second.assigned, second.matured, second.converted) == (1, 1, 0)


def test_a_conversion_after_the_horizon_does_not_count():
    """What was promised is demos within ten days."""
    result = judged(design(), leads([0, 0], [0, 0], [10, 11], 30))

    assert result.cells[0].converted == 1


def test_cells_keep_their_shares_at_every_moment():
    """After any number of leads no cell is ahead by more than a block; the same draw comes out again."""
    drawn = drawn_cells(design(weights=(3, 1)), "key", 0, 400)
    ahead = np.abs(np.cumsum(drawn == 1) - np.arange(1, 401) / 4)
    again = np.concatenate([drawn_cells(design(weights=(3, 1)), "key", at, 37) for at in range(0, 370, 37)])

    assert ahead.max() <= 2
    assert (again == drawn[:370]).all()
    assert (drawn[:64] != drawn_cells(design(weights=(3, 1)), "other", 0, 64)).any()


def test_a_real_difference_is_said_and_a_channel_never_claims_to_be_the_cause():
    """Drawn leads win; a channel only goes with more."""
    rng = np.random.default_rng(3)
    cell = np.tile([0, 1], 900)
    converted = [5 if rng.random() < (0.15, 0.30)[one] else None for one in cell]
    seen = leads(cell, np.repeat(np.arange(90), 20), converted, 120)

    tried = judged(design(), seen)
    watched = judged(design(is_drawn=False), seen)

    assert tried.comparisons[0].is_decided
    assert "b wins" in tried.reading
    assert "goes with more demo" in watched.reading
    assert design(is_drawn=False).grade is CausalGrade.ASSOCIATION


def test_a_draw_that_went_wrong_is_said_before_anything_else():
    """Where a cell lost leads on the way, its rate means nothing."""
    result = judged(design(), leads([0] * 500 + [1] * 350, [0] * 850, [1] * 850, 30))

    assert "did not get the shares" in result.reading


def test_three_cells_share_the_error_that_is_allowed():
    """Each of two comparisons may use half of it."""
    assert design(weights=(1, 1, 1)).alpha_each == pytest.approx(0.025)


def test_weeks_follow_from_the_smallest_cell():
    """A cell that gets a quarter of 400 leads a week gets 100; the horizon comes on top."""
    plan = forecast(design(weights=(3, 1)), 400)

    assert plan.weeks == pytest.approx(plan.sample.needed / 100 + 10 / 7)
    assert forecast(design(), 0).weeks is None


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"metric": "replies"}, "replies are no sale"),
        ({"horizon_days": 0}, "a day or more"),
        ({"weights": (1,)}, "cells must be 2 to 6"),
        ({"is_drawn": False}, "the source or campaign it stands for"),
        ({"is_drawn": False, "weights": (1, 1, 1)}, "two cells"),
    ],
)
def test_what_cannot_be_judged_is_refused(wrong, why):
    """Before the first lead, not after the last."""
    with pytest.raises(BadInput, match=why):
        checked(design(**wrong))


@pytest.fixture
def started(small_company, django_user_model):
    """An experiment that began sixty days before the data ends."""
    from quintet.demand.actions import experiments as actions

    facts, now = small_company.facts, datetime(2026, 1, 5, tzinfo=UTC)
    user = django_user_model.objects.create_user("mara@test.test", "marketer", "pass")
    one = actions.start(facts, "Case study", "Does it bring demos?", design(), by=user, now=now)
    one.started_at = facts.as_of.replace(tzinfo=UTC) - timedelta(days=60)
    one.save()
    return one


@pytest.mark.django_db
def test_new_leads_are_drawn_once_and_every_draw_is_told_to_the_ledger(started, small_company):
    """Drawing again draws nobody; each drawn lead is an interaction that says its cell."""
    from quintet.demand.actions import experiments as actions
    from quintet.ledger.models import InboxRow

    facts = small_company.facts
    created = facts.table("leads")
    since = started.started_at.replace(tzinfo=None)
    expected = facts.arrow(created.filter(created.created_at >= since).select("lead_id"))[
        "lead_id"
    ].to_pylist()
    now = datetime(2026, 1, 5, tzinfo=UTC)

    assert actions.draw_new_leads(facts, started, now) == len(expected) > 20
    assert actions.draw_new_leads(facts, started, now) == 0
    assert set(started.leads.values_list("lead_id", flat=True)) == set(expected)
    told = [row.payload for row in InboxRow.objects.all() if row.payload["kind"] == "experiment.assigned"]
    assert {row["lead_id"] for row in told} == set(expected)
    assert {row["outcome"] for row in told} == {"a", "b"}


@pytest.mark.django_db
def test_result_equals_a_plain_count(started, small_company):
    """Leads, matured and converted of each cell, counted one by one."""
    from quintet.demand.actions import experiments as actions

    facts = small_company.facts
    actions.draw_new_leads(facts, started, datetime(2026, 1, 5, tzinfo=UTC))
    result = actions.judge(facts, started)

    demo_at = {row["lead_id"]: row["demo_at"] for row in facts.arrow(facts.table("leads")).to_pylist()}
    for place, cell in enumerate(result.cells):
        rows = [row for row in started.leads.all() if row.cell == place]
        horizon = timedelta(days=10)
        old = [row for row in rows if row.entered_at.replace(tzinfo=None) + horizon <= facts.as_of]
        won = [
            row
            for row in old
            if demo_at[row.lead_id] and demo_at[row.lead_id] <= row.entered_at.replace(tzinfo=None) + horizon
        ]
        assert (cell.assigned, cell.matured, cell.converted) == (len(rows), len(old), len(won))


@pytest.mark.django_db
def test_an_ended_experiment_keeps_its_reason_and_draws_nobody(started, small_company):
    """What was decided stays with who and why; a second end is refused."""
    from quintet.demand.actions import experiments as actions

    now = datetime(2026, 1, 6, tzinfo=UTC)
    with pytest.raises(BadInput, match="say why"):
        actions.stop(started, "drop", " ", by=started.started_by, now=now)
    actions.stop(started, "drop", "no more demos, twice the work", by=started.started_by, now=now)

    assert actions.draw_new_leads(small_company.facts, started, now) == 0
    assert "none runs" in actions.turn(small_company.facts, now)
    with pytest.raises(BadInput, match="ended already"):
        actions.stop(started, "adopt", "second thoughts", by=started.started_by, now=now)


@pytest.mark.django_db
def test_pages_show_the_experiment_and_its_leads(visit, started, small_company):
    """Overview, detail and the leads of a cell open for who sees channels; a rep is refused."""
    from quintet.demand.actions import experiments as actions

    actions.draw_new_leads(small_company.facts, started, datetime(2026, 1, 5, tzinfo=UTC))
    result = actions.judge(small_company.facts, started)
    address = f"/demand/experiments/{started.pk}/"

    assert result.reading in visit("marketer", "/demand/experiments/").content.decode()
    assert "looks-0" in visit("manager", address).content.decode()
    assert f"{result.cells[1].assigned:,}" in visit("marketer", f"{address}leads/?cell=1").content.decode()
    assert visit("rep", address).status_code == 403
    assert visit("auditor", "/demand/experiments/new/").status_code == 403
