from datetime import date, datetime

import pyarrow as pa
from readings import row, rows

from builders import at, interaction, offered, ref_id
from quintet.facts.published import Facts
from quintet.facts.refresh import refresh
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import ALIASES

LONG_AGO = datetime(1970, 1, 1)  # noqa: DTZ001 -- the facts have no zone


def alias(rep, label=None, *, namespace="id", recorded="2026-01-01"):
    """How a source calls a rep."""
    return {
        "entity": "rep",
        "system": "test",
        "namespace": namespace,
        "ref": rep if namespace == "id" else label,
        "entity_id": ref_id("rep", rep),
        "label": label,
        "recorded_at": at(recorded),
    }


def linked(*aliases):
    """Aliases as the ledger takes them."""
    return pa.Table.from_pylist(list(aliases), schema=ALIASES)


def names(facts):
    """Each rep's name, in the order of the ids' names."""
    return {one["rep_id"]: one["name"] for one in rows(facts, "reps", "rep_id", "name")}


def test_a_person_has_a_row_for_each_spell(load):
    """A new manager begins a new spell; leaving ends the last one; dates are of the whole stay."""
    boss = ref_id("rep", "zoe")
    facts = load(
        interaction(
            "rep.joined", "2025-01-01", rep="ann", detail='{"name": "Ann", "role": "rep", "region": "east"}'
        ),
        interaction("rep.assigned", "2025-03-01", rep="ann", detail=f'{{"manager_id": {boss}}}'),
        interaction("rep.assigned", "2025-04-01", rep="ann", detail=f'{{"manager_id": {boss}}}'),
        interaction("rep.left", "2025-06-01", rep="ann"),
        interaction("rep.joined", "2024-01-01", rep="zoe", detail='{"name": "Zoe", "role": "manager"}'),
    )

    ann = [one for one in rows(facts, "reps") if one["rep_id"] == ref_id("rep", "ann")]
    always = {
        "rep_id": ref_id("rep", "ann"),
        "name": "Ann",
        "role": "rep",
        "segment": None,
        "region": "east",
        "joined_on": date(2025, 1, 1),
        "left_on": date(2025, 6, 1),
    }
    first, changed, left = (
        at(text).replace(tzinfo=None) for text in ("2025-01-01", "2025-03-01", "2025-06-01")
    )
    assert ann == [
        always | {"manager_id": None, "team": None, "valid_from": first, "valid_to": changed},
        always | {"manager_id": boss, "team": "Zoe", "valid_from": changed, "valid_to": left},
    ]


def test_nobody_is_a_rep_where_no_row_names_one(load):
    """A ledger without reps has an empty table."""
    assert rows(load(interaction("web.visited", lead="ann")), "reps") == []


def test_rep_of_whom_nothing_is_told_still_has_a_row(load, home, now):
    """Whoever made an attempt is in the list, under the id the source gives him."""
    Aliases(home).link(linked(alias("u-17")))
    facts = load(interaction("call.attempted", lead="ann", rep="u-17"))

    assert row(facts, "reps") == {
        "rep_id": ref_id("rep", "u-17"),
        "name": "u-17",
        "role": None,
        "manager_id": None,
        "team": None,
        "segment": None,
        "region": None,
        "joined_on": None,
        "left_on": None,
        "valid_from": LONG_AGO,
        "valid_to": None,
    }


def test_everybody_named_anywhere_has_a_row(load):
    """Owners, winners, undated callers, managers, holders of a quota and people who only left."""
    boss = ref_id("rep", "boss")
    facts = load(
        interaction("lead.created", lead="l1", rep="owner"),
        interaction("opportunity.won", lead="l2", rep="winner"),
        interaction("opportunity.stage_entered", "2026-01-01", opportunity="d", content="demo", rep="first"),
        interaction("opportunity.assigned", "2026-01-02", opportunity="d", rep="second"),
        interaction("call.attempted", lead="l1", rep="caller", detail='{"undated": true}'),
        interaction("rep.assigned", rep="ann", detail=f'{{"manager_id": {boss}}}'),
        interaction("quota.set", rep="seller", amount=10),
        interaction("rep.left", "2025-06-01", rep="gone"),
    )

    people = ("owner", "winner", "first", "second", "caller", "ann", "boss", "seller", "gone")
    assert set(names(facts)) == {ref_id("rep", name) for name in people}
    (gone,) = [one for one in rows(facts, "reps") if one["rep_id"] == ref_id("rep", "gone")]
    assert (gone["left_on"], gone["valid_to"]) == (date(2025, 6, 1), datetime(2025, 6, 1))  # noqa: DTZ001


def test_a_name_is_the_one_told_else_the_label_else_the_id(load, home):
    """The row of a person comes first; a label before an id; the newest label of the id before others."""
    boss = ref_id("rep", "b-1")
    Aliases(home).link(
        linked(
            alias("a-1", "Label of Ann"),
            alias("b-1", "Bea"),
            alias("b-1", "bea@example.com", namespace="email", recorded="2026-02-01"),
            alias("c-1"),
        )
    )
    facts = load(
        interaction("rep.joined", "2025-01-01", rep="a-1", detail=f'{{"name": "Ann", "manager_id": {boss}}}'),
        interaction("rep.joined", "2025-01-01", rep="c-1"),
    )

    told = {one["rep_id"]: (one["name"], one["team"]) for one in rows(facts, "reps")}
    assert told == {
        ref_id("rep", "a-1"): ("Ann", "Bea"),
        boss: ("Bea", None),
        ref_id("rep", "c-1"): ("c-1", None),
    }


def test_refresh_finds_new_reps_and_new_names(home, now):
    """A rep seen for the first time in a later load, and a name learnt since, are there after a refresh."""
    Aliases(home).link(linked(alias("u-1")))
    Interactions(home).append(offered(interaction("call.attempted", "2026-01-01", lead="ann", rep="u-1")))
    refresh(home, now=now)
    Aliases(home).link(linked(alias("u-1", "Una", recorded="2026-01-02"), alias("u-2", "Ulf")))
    Interactions(home).append(offered(interaction("call.attempted", "2026-01-02", lead="bob", rep="u-2")))

    assert refresh(home, now=now).incremental
    assert names(Facts.published(home)) == {ref_id("rep", "u-1"): "Una", ref_id("rep", "u-2"): "Ulf"}


def test_merged_rep_is_called_by_the_one_name(load, home):
    """Two ids of one person are one row, under the name of the id that stays."""
    Aliases(home).link(linked(alias("u-1", "Una"), alias("u-2", "Una B.")))
    Interactions(home).append(
        offered(
            interaction("call.attempted", "2026-01-01", lead="ann", rep="u-1"),
            interaction("call.attempted", "2026-01-02", lead="ann", rep="u-2"),
        )
    )
    Aliases(home).merge("rep", loser=ref_id("rep", "u-2"), winner=ref_id("rep", "u-1"), by="test")

    assert names(load()) == {ref_id("rep", "u-1"): "Una"}
