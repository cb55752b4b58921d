import hashlib
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from quintet.kernel.ids import entity_id
from quintet.ledger.kinds import KINDS
from quintet.ledger.schema import ALIASES, OFFERED
from quintet.simulate.company import company
from quintet.simulate.events import RECORDS
from quintet.simulate.spec import CompanySpec

TINY = CompanySpec(reps=4, quarters=2, seed=5, leads_per_rep_month=40)


def digest(spec: CompanySpec) -> str:
    """The bytes of everything that happened, in one number."""
    found = hashlib.sha256()
    for batch in company(spec).batches():
        found.update(batch.serialize())
    return found.hexdigest()


def test_the_same_order_gives_the_same_bytes():
    """A company can be rebuilt anywhere from its spec; another seed is another company."""
    assert digest(TINY) == digest(TINY)
    assert digest(TINY) != digest(replace(TINY, seed=6))


def test_interactions_fit_the_offered_schema(interactions):
    """A door hands in exactly the columns of the ledger, and what it must know is never null."""
    interactions.validate(full=True)
    assert interactions.schema == OFFERED
    for field in OFFERED:
        if not field.nullable:
            assert interactions[field.name].null_count == 0


def test_no_interaction_is_offered_twice(interactions):
    """(source, source_ref) is the identity of an interaction."""
    assert len(pc.unique(interactions["source_ref"])) == len(interactions)


def test_every_interaction_lies_inside_the_history(small, interactions):
    """Nothing happens before the start, at the end or later, and nothing is known before it happens."""
    at = interactions["occurred_at"].cast(pa.int64()).to_numpy()
    known = interactions["recorded_at"].cast(pa.int64()).to_numpy()

    assert at.min() >= small.spec.month_starts[0]
    assert known.max() < small.until.timestamp() * 1e6
    assert (known >= at).all()
    assert 0.01 < np.mean(known > at) < 0.03
    assert (known - at).max() <= 3 * 86_400_000_000


def test_batches_are_in_order_of_time_and_never_cross_a_month(small, interactions):
    """A loader can write each batch into one partition as it comes."""
    at = interactions["occurred_at"].cast(pa.int64()).to_numpy()
    assert (np.diff(at) >= 0).all()
    for batch in small.batches():
        assert len(pc.unique(pc.strftime(batch["occurred_at"], format="%Y-%m"))) == 1


def test_every_kind_written_is_in_the_registry(interactions):
    """No kind is made up here, and no kind listed here is left out of a normal company."""
    written = set(pc.unique(interactions["kind"]).to_pylist())
    assert written == set(RECORDS)
    assert written <= set(KINDS)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("lead.created", {"source", "segment", "landing", "label"}),
        ("opportunity.won", {"label", "mrr", "product", "source", "segment"}),
        ("rep.joined", {"name", "role", "team", "manager_id", "segment", "region"}),
        ("interview.scored", {"score"}),
    ],
)
def test_detail_is_json_with_the_names_facts_read(interactions, kind, names):
    """Facts find source, campaign, label, team and the like under fixed names."""
    rows = interactions.filter(pc.equal(interactions["kind"], kind))["detail"].to_pylist()
    assert rows
    assert all(names <= json.loads(row).keys() for row in rows)


def test_amounts_come_with_their_currency_and_are_cents_exact(interactions):
    """The value of a won opportunity is twelve times its monthly recurring revenue."""
    won = interactions.filter(pc.equal(interactions["kind"], "opportunity.won"))
    for amount, detail in zip(won["amount"].to_pylist(), won["detail"].to_pylist(), strict=True):
        assert float(amount) == pytest.approx(12 * json.loads(detail)["mrr"], abs=0.006)
    assert pc.all(pc.equal(interactions["amount"].is_null(), interactions["currency"].is_null())).as_py()


def test_aliases_name_everybody_that_interactions_mention(small, interactions):
    """Every lead, account and rep id has a label, and the ids are those the kernel would give."""
    aliases = small.aliases()
    assert aliases.schema == ALIASES
    for entity in ("lead", "account", "rep"):
        known = aliases.filter(pc.equal(aliases["entity"], entity))
        mentioned = pc.unique(interactions[f"{entity}_id"]).drop_null()
        assert pc.all(pc.is_in(mentioned, known["entity_id"].combine_chunks())).as_py()
    row = aliases.slice(3, 1).to_pylist()[0]
    assert row["entity_id"] == entity_id(row["entity"], "simulated", "id", row["ref"])


def test_a_lead_has_one_label_everywhere(small, interactions):
    """The label in the aliases is the label the source gave."""
    aliases = small.aliases()
    labels = dict(zip(aliases["entity_id"].to_pylist(), aliases["label"].to_pylist(), strict=True))
    created = interactions.filter(pc.equal(interactions["kind"], "lead.created")).slice(0, 200)
    for lead, detail in zip(created["lead_id"].to_pylist(), created["detail"].to_pylist(), strict=True):
        assert json.loads(detail)["label"] == labels[lead]


def test_everything_says_it_is_simulated(interactions):
    """Nobody can take a simulated interaction for a real one."""
    assert pc.unique(interactions["source"]).to_pylist() == ["simulated"]


@pytest.mark.parametrize("order", [{"reps": 1}, {"reps": 10, "quarters": 1}, {"identical": True}])
def test_unusual_companies_are_built_too(order):
    """One seat, one quarter, nobody ever hired: each gives valid interactions and a truth."""
    built = company(replace(TINY, **order))
    table = pa.Table.from_batches(built.batches())
    assert len(table) > 100
    assert built.truth.entered.sum() > 0
