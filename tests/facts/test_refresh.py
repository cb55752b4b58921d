import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_ledger import random_row, random_rows
from readings import everything, rows

from builders import interaction, offered, ref_id
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild, refresh
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions


def assert_like_a_rebuild(home, now):
    """What is published now is what a rebuild publishes, row by row."""
    done = Facts.published(home)
    by_refresh, measured = everything(done), (done.as_of, done.ledger_version, done.manifest.rows)
    done.close()
    rebuild(home, now=now)
    oracle = Facts.published(home)
    by_rebuild = everything(oracle)
    for name, found in by_refresh.items():
        assert found == by_rebuild[name], name
    assert measured == (oracle.as_of, oracle.ledger_version, oracle.manifest.rows)
    oracle.close()


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000), sizes=st.lists(st.integers(1, 25), min_size=2, max_size=4))
def test_refresh_after_any_batches_equals_a_rebuild(tmp_path_factory, now, seed, sizes):
    """Late, repeated and restated rows in any number of batches: the tables are those of a full build."""
    home, dice = Home.at(tmp_path_factory.mktemp("any")), random.Random(seed)
    sent: list[dict[str, object]] = []
    for size in sizes:
        fresh = random_rows(dice, size, first=len(sent))
        repeated = dice.sample(sent, min(len(sent), 3))
        restated = [_restated(dice, row, now) for row in dice.sample(sent, min(len(sent), 3))]
        Interactions(home).append(offered(*fresh, *repeated, *restated))
        assert refresh(home, now=now).incremental == bool(sent)
        sent += fresh
    assert_like_a_rebuild(home, now)


def _restated(dice, row, now):
    """The same record as told later: other values, perhaps of somebody else."""
    ref = str(row["source_ref"])
    record = ref.partition("#")[0]
    while True:
        other = random_row(dice, record)
        if other["kind"] == row["kind"]:
            return other | {"source_ref": f"{ref}@{dice.randrange(10**6)}", "recorded_at": now}


def test_a_rep_whom_only_a_new_row_names_is_there_after_a_refresh(home, now):
    """Rows of people tell of all others, so older rows are not read again; a newcomer is found."""
    joined = interaction("rep.joined", "2026-01-01", rep="ann", detail='{"name": "Ann"}')
    Interactions(home).append(
        offered(joined, interaction("call.attempted", "2026-01-02", lead="l", rep="ann"))
    )
    rebuild(home, now=now)
    for lead, rep in (("l", "ann"), ("m", "bob"), ("n", "cy")):
        Interactions(home).append(offered(interaction("lead.assigned", "2026-01-03", lead=lead, rep=rep)))
        assert refresh(home, now=now).incremental

    facts = Facts.published(home)
    assert {one["rep_id"] for one in rows(facts, "reps")} == {
        ref_id("rep", rep) for rep in ("ann", "bob", "cy")
    }
    facts.close()
    assert_like_a_rebuild(home, now)


def test_refresh_with_nothing_new_publishes_nothing(home, now):
    """Loading the same file twice makes no new version."""
    rows_once = offered(*random_rows(random.Random(1), 30))
    Interactions(home).append(rows_once)
    first = refresh(home, now=now)
    Interactions(home).append(rows_once)

    again = refresh(home, now=now)

    assert (again.version, again.rows) == (first.version, first.rows)


def test_many_small_loads_are_folded_and_stay_right(home, now):
    """Readers never open more than a few files of a table, however often it was refreshed."""
    dice = random.Random(3)
    for load in range(9):
        Interactions(home).append(offered(*random_rows(dice, 6, first=load * 6)))
        refresh(home, now=now)

    facts = Facts.published(home)
    assert max(len(generations) for generations in facts.manifest.tables.values()) <= 7
    facts.close()
    assert_like_a_rebuild(home, now)


def test_merged_leads_become_one_and_part_again(home, now):
    """After a merge one lead holds both journeys; undoing it gives both back."""
    Interactions(home).append(
        offered(
            interaction("lead.created", "2026-01-01", lead="ann"),
            interaction("call.attempted", "2026-01-02", lead="ann", rep="rita"),
            interaction("lead.created", "2026-01-03", lead="anne"),
            interaction("email.sent", "2026-01-04", lead="anne", rep="rita"),
            interaction("email.sent", "2026-01-04", lead="bob", rep="rita"),
        )
    )
    refresh(home, now=now)
    ann, anne = ref_id("lead", "ann"), ref_id("lead", "anne")

    Aliases(home).merge("lead", loser=anne, winner=ann, by="test")
    assert refresh(home, now=now).incremental
    merged = {lead["lead_id"]: lead["attempts"] for lead in rows(Facts.published(home), "leads")}
    Aliases(home).unmerge("lead", loser=anne, winner=ann, by="test")
    assert refresh(home, now=now).incremental

    assert merged == {ann: 2, ref_id("lead", "bob"): 1}
    assert_like_a_rebuild(home, now)
    assert {lead["lead_id"] for lead in rows(Facts.published(home), "leads")} == {
        ann,
        anne,
        ref_id("lead", "bob"),
    }


def test_lead_moves_when_its_opportunity_finds_another_lead(home, now):
    """A deal that was its own lead until its lead became known leaves no second journey behind."""
    Interactions(home).append(offered(interaction("opportunity.won", "2026-01-09", opportunity="d")))
    refresh(home, now=now)
    Interactions(home).append(
        offered(interaction("opportunity.created", "2026-01-05", opportunity="d", lead="ann"))
    )
    refresh(home, now=now)

    (lead,) = rows(Facts.published(home), "leads")
    assert (lead["lead_id"], lead["is_won"]) == (ref_id("lead", "ann"), True)


def test_future_rows_do_not_move_the_present(home, now):
    """A quota or a meeting of next year does not make every lead of today a year old."""
    Interactions(home).append(
        offered(
            interaction("call.attempted", now - timedelta(days=3), lead="ann"),
            interaction("call.attempted", now + timedelta(days=300), lead="ann"),
        )
    )
    refresh(home, now=now)

    assert Facts.published(home).as_of == (now - timedelta(days=3)).replace(tzinfo=None)


@pytest.mark.parametrize("zone", ["Europe/Berlin"])
def test_refresh_keeps_the_time_zone_of_the_rebuild(home, now, zone):
    """The hour of the day is the team's, also for what a refresh adds."""
    Interactions(home).append(offered(interaction("call.attempted", "2026-01-05 09:00", lead="ann")))
    rebuild(home, zone=zone, now=now)
    Interactions(home).append(offered(interaction("call.attempted", "2026-07-05 09:00", lead="bob")))
    refresh(home, now=now)

    hours = sorted(one["local_hour"] for one in rows(Facts.published(home), "attempts"))
    assert hours == [10, 11]
