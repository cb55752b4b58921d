"""The gross margin, typed by the company, in every value; and values of leads that follow without a fit."""

import json
from datetime import UTC, datetime

import numpy as np
import pyarrow.parquet as pq
import pytest

from quintet.demand.actions import credit
from quintet.demand.actions import score as job
from quintet.demand.actions.lead_worth import Worth
from quintet.demand.actions.margin import margin_share
from quintet.demand.asks.lifetime import in_money
from quintet.demand.formula.attribution_budget import budgets
from quintet.demand.formula.lifetime import fit_lifetime
from quintet.demand.formula.reports.money import worth_of
from quintet.demand.formula.score.features import encoded
from quintet.demand.formula.score.fit import fit_score
from quintet.demand.formula.score.stored import to_json
from quintet.demand.formula.score.subset import subset
from quintet.demand.metrics.examples import read_examples
from quintet.demand.metrics.holdout_order import drawn_file
from quintet.demand.metrics.lead_scores import (
    Wanted,
    origins,
    read_basis,
    read_open,
    scores_file,
    write_scores,
)
from quintet.demand.metrics.reports import read_leads
from quintet.demand.models.margin import GrossMargin
from quintet.demand.terms.attribution import ChannelCredit
from quintet.demand.terms.lifetime import Range
from quintet.kernel.finding import Status
from quintet.kernel.shelf import Shelf
from quintet.ledger.models import InboxRow

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHANNEL = ChannelCredit("search", 900, 100, (Range(100, 90, 110),) * 7, 0.1, (), 1.0, Status.SPEAKS, "")


def renewed(facts, margin):
    """The lifetime fit at a margin, in use."""
    shelf, fit = Shelf(facts.home, credit.LIFETIME), fit_lifetime(facts, margin)
    shelf.use(shelf.put(fit.text), NOW, "tests")
    return fit


@pytest.fixture(scope="module")
def scored(small_company):
    """The small company with the scores of every lead, by a fit of 1,500 of them."""
    facts = small_company.facts
    examples = read_examples(facts)
    score = fit_score(subset(examples, np.arange(1500)), fields=(), seed=0)
    shelf = job.shelf_of(small_company.home)
    version = shelf.put(json.dumps({"score": json.loads(to_json(score))}))
    value, basis = Worth.of(facts, 1.0).told(origins(facts, examples))
    more = {
        "value": value,
        "basis": basis,
        "waited": np.zeros(len(examples)),
        "codes": encoded(score.features, examples),
    }
    path = scores_file(small_company.home, version)
    write_scores(path, facts, examples, score.predict(examples), more)
    shelf.use(version, NOW, job._why(facts))
    yield path
    (shelf.folder / "log.jsonl").unlink()


def test_a_margin_is_in_every_value_and_budget(small_company):
    """At 60 % a customer is worth 60 % of what he pays, and takes longer to pay for himself."""
    whole, part = renewed(small_company.facts, 1.0), renewed(small_company.facts, 0.6)

    assert part.value().estimate == pytest.approx(0.6 * whole.value().estimate)
    first, same = whole.sources[0], part.sources[0]
    assert (same.value.hi, same.arpa) == (pytest.approx(0.6 * first.value.hi), first.arpa)
    spend = 100 * 6 * first.arpa.estimate
    source_of = {"search": first.source}
    full, cut = (budgets((CHANNEL,), {"search": spend}, fit, source_of)[0] for fit in (whole, part))
    assert cut.ratio.estimate == pytest.approx(0.6 * full.ratio.estimate)
    assert full.payback.estimate < cut.payback.estimate == pytest.approx(full.payback.estimate / 0.6, abs=2)


def test_sources_judged_by_revenue_count_the_margin(small_company):
    """Where no lifetime value is known, a year of what was signed, at the margin, and the words say so."""
    leads = read_leads(small_company.facts)
    picked = (np.ones(len(leads), dtype=bool), np.zeros(len(leads), dtype=np.int64))

    whole, part = (worth_of(leads, picked, ("all",), None, margin) for margin in (1.0, 0.5))

    assert part.of(0)[0] == pytest.approx(0.5 * whole.of(0)[0])
    assert part.of(0)[2] == f"{whole.of(0)[2]} at a gross margin of 50%"


def test_values_of_leads_follow_a_new_lifetime_without_a_fit(scored, small_company):
    """Chances and version stay, values and order are new; nothing is done twice."""
    facts = small_company.facts
    renewed(facts, 1.0)
    assert job.renew_values(facts, 1.0)
    before = pq.read_table(scored).sort_by("lead_id")
    assert read_basis(scored).value.kind == "lifetime"
    assert not job.renew_values(facts, 1.0)

    renewed(facts, 0.5)
    assert job.renew(facts, margin=0.5, now=NOW) == "values renewed"
    after = pq.read_table(scored).sort_by("lead_id")

    assert before["p"].equals(after["p"])
    assert after["value"].to_numpy() == pytest.approx(0.5 * before["value"].to_numpy())
    told = "expected lifetime value by source and segment, at a gross margin of 50%"
    assert read_basis(scored).value.sentence == told
    rows, _ = read_open(scored, Wanted(), 50, drawn_file(small_company.home))
    assert [row["expected"] for row in rows] == sorted((row["expected"] for row in rows), reverse=True)
    assert rows[0]["expected"] == pytest.approx(rows[0]["p"] * rows[0]["value"])


def test_the_margin_is_typed_in_the_browser(as_user, small_company):
    """Kept with the name, told to the ledger; nonsense is refused, and reps may not."""
    renewed(small_company.facts, 1.0)
    client = as_user("marketer")
    assert "no gross margin is stated" in client.get("/demand/lifetime/").content.decode()
    assert margin_share() == 1.0

    assert client.post("/demand/lifetime/margin/", {"percent": "72.5"}).status_code == 302
    assert (GrossMargin.objects.get().percent, margin_share()) == (72.5, 0.725)
    assert [row.payload["content"] for row in InboxRow.objects.all()] == ["72.5"]
    assert "changed since" in client.get("/demand/lifetime/").content.decode()
    assert client.post("/demand/lifetime/margin/", {"percent": "0"}).status_code == 400
    assert as_user("rep").post("/demand/lifetime/margin/", {"percent": "50"}).status_code == 403

    fit = renewed(small_company.facts, 0.725)
    assert in_money(fit).startswith("72% of the revenue") or in_money(fit).startswith("73%")
    page = client.get("/demand/lifetime/").content.decode()
    assert "changed since" not in page
    assert in_money(fit) in page
