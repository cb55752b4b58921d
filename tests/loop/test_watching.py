"""The watch and the early refit on a ledger: the same bytes once more, scored by the next turn."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from builders import offered
from quintet.calendar.fiscal import FiscalCalendar
from quintet.facts.refresh import rebuild
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.shelf import Shelf
from quintet.ledger.interactions import Interactions
from quintet.loop.refits import accepted, early_refits, kept_refits, with_refits
from quintet.loop.running import Turns, run, shelf_of
from quintet.loop.terms import IN_USE
from quintet.loop.watching import Drifts, watch
from toy_leads import ToyOfLeads, leads

CALENDAR = FiscalCalendar()
ACCEPTED = datetime(2025, 8, 15, 9, tzinfo=UTC)


def _accepted_row(formula="toy.mean", at=ACCEPTED, outcome="accepted"):
    return {
        "occurred_at": at,
        "recorded_at": at,
        "kind": "recommendation.decided",
        "content": "early refit",
        "outcome": outcome,
        "source": "quintet",
        "source_ref": f"recommendation:{formula}:abc promises {at.isoformat()}#recommendation.decided",
        "detail": json.dumps({"advice": f"recommendation:{formula}:abc promises#recommendation.made"}),
    }


@pytest.fixture(scope="module")
def turned(tmp_path_factory):
    """Leads of 2025 whose sources grow longer in July; two quarters turned."""
    from quintet.kernel.home import Home

    home = Home.at(tmp_path_factory.mktemp("company"))
    Interactions(home).append(leads(0, 181))
    Interactions(home).append(leads(181, 184, source="a webinar"))
    Interactions(home).append(offered(_accepted_row(), _accepted_row("demand.lead_score"), _accepted_row(
        at=ACCEPTED - timedelta(days=3), outcome="refused"
    )))  # fmt: skip
    rebuild(home, zone="UTC", now=datetime(2026, 1, 5, tzinfo=UTC))
    run(home, ToyOfLeads(), CALENDAR.parse("2025Q2"))
    return home


def test_before_the_first_turn_there_is_nothing_to_watch(turned):
    """In March nothing was in use."""
    with pytest.raises(NotEnoughData, match="nothing is in use"):
        watch(turned, ToyOfLeads(), datetime(2025, 3, 1, tzinfo=UTC))


def test_a_formula_without_the_hook_is_left_to_the_turn(turned):
    """The hook is optional."""

    class Plain:
        name, title = "toy.mean", "Plain"

    with pytest.raises(NotEnoughData, match="scored by the turn alone"):
        watch(turned, Plain())


def test_a_day_watched_again_gives_the_same_bytes(turned):
    """Read back whole; removed and watched again it is written alike."""
    seen = watch(turned, ToyOfLeads(), datetime(2025, 8, 1, tzinfo=UTC))
    path = Drifts(turned, "toy.mean").folder / "2025-07-31.json"
    first = path.read_bytes()

    assert Drifts(turned, "toy.mean").read("2025-07-31") == seen
    assert watch(turned, ToyOfLeads(), datetime(2025, 8, 1, tzinfo=UTC)) == seen
    path.unlink()
    watch(turned, ToyOfLeads(), datetime(2025, 8, 1, tzinfo=UTC))
    assert path.read_bytes() == first


def test_only_what_was_known_that_day_is_seen(turned):
    """The 31 days of July: 93 numbers, all above what was promised."""
    seen = watch(turned, ToyOfLeads(), datetime(2025, 8, 1, tzinfo=UTC))

    assert seen.happened == 93
    assert seen.promised == 46.5
    assert seen.promises == "too little"
    assert [one.day for one in seen.days][-1] == "2025-07-31"


def test_a_day_after_the_data_is_refused(turned):
    """Nothing came in, and nothing could be kept."""
    with pytest.raises(BadInput, match="the data end on"):
        watch(turned, ToyOfLeads(), datetime(2026, 5, 1, tzinfo=UTC))


def test_an_accepted_advice_is_an_early_refit_of_what_is_in_use(turned):
    """From what was known when it was accepted; refused ones, and those of other formulas, are none."""
    formula = ToyOfLeads()
    shelf, turns = shelf_of(turned, formula), Turns(turned, formula.name).kept()
    assert accepted(turned, formula.name) == (ACCEPTED,)
    made = early_refits(turned, formula, shelf, turns, accepted(turned, formula.name))

    assert [(one.after, one.recipe) for one in made] == [("2025Q2", turns[-1].next)]
    assert kept_refits(turned, formula.name) == made
    assert with_refits(turns, made)[-1].version_in_use == made[0].version
    again = ToyOfLeads()
    assert early_refits(turned, again, shelf, turns, accepted(turned, formula.name)) == made
    assert again.fitted == []


def test_the_next_turn_scores_the_early_refit_on_what_came_after_it(turned):
    """Numbers of July by the version of June, those after the refit by the refit; the same once more."""
    formula = ToyOfLeads()
    turns = run(turned, formula, CALENDAR.parse("2025Q3"))
    made, last, shelf = kept_refits(turned, formula.name)[0], turns[-1], Shelf(turned, "loop.toy.mean")
    before, after = (json.loads(shelf.read(one))["value"] for one in (turns[1].version_in_use, made.version))
    loss = {one.name.split()[1]: one.losses[IN_USE] for one in last.clusters}

    assert loss["2025-07"] == pytest.approx((9 - before) ** 2)
    assert loss["2025-09"] == pytest.approx((9 - after) ** 2)
    assert loss["2025-09"] < loss["2025-08"] < loss["2025-07"]

    path = Turns(turned, formula.name).folder / "2025Q3.json"
    first = path.read_bytes()
    path.unlink()
    (turned.formulas / "loop.toy.mean" / "refits").rename(turned.path / "gone")
    run(turned, ToyOfLeads(), CALENDAR.parse("2025Q3"))
    assert path.read_bytes() == first
