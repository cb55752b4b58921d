import random
import re
from statistics import mean, median

import pytest
from random_ledger import random_rows

from builders import offered
from quintet.facts.metrics import METRICS
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.facts.schema import STAGES
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """A small random company, loaded once."""
    home = Home.at(tmp_path_factory.mktemp("metrics"))
    Interactions(home).append(offered(*random_rows(random.Random(7), 400)))
    rebuild(home)
    with_facts = Facts.published(home)
    yield with_facts
    with_facts.close()


def plain(facts):
    """Each metric again, from plain rows by plain counting."""
    leads, attempts, deals = (
        facts.arrow(facts.table(name)).to_pylist() for name in ("leads", "attempts", "opportunities")
    )
    reached = {stage: [one for one in leads if one["reached"] > place] for place, stage in enumerate(STAGES)}
    won = [deal for deal in deals if deal["is_won"]]
    closed = [deal for deal in deals if deal["is_won"] is not None]
    times = [
        (one["won_at"].replace(microsecond=0) - one["created_at"].replace(microsecond=0)).total_seconds()
        for one in leads
        if one["won_at"] and one["created_at"]
    ]
    shares = {
        f"{a}_to_{b}": len([one for one in reached[a] if one["reached"] > place]) / len(reached[a])
        for i, a in enumerate(STAGES)
        for place, b in enumerate(STAGES)
        if place > i
    }
    return shares | {
        "leads_worked": len(reached["worked"]),
        "connects": len(reached["connected"]),
        "qualifying_calls": len(reached["qualified"]),
        "demos": len(reached["demo"]),
        "customers": len([one for one in leads if one["is_won"]]),
        "attempts": len(attempts),
        "dials": len([one for one in attempts if one["channel"] == "call"]),
        "emails": len([one for one in attempts if one["channel"] == "email"]),
        "mrr_signed": sum(deal["mrr"] or 0 for deal in won),
        "value_signed": sum(deal["amount"] or 0 for deal in won),
        "win_rate": len(won) / len(closed),
        "attempts_per_worked_lead": mean(one["attempts"] for one in reached["worked"]),
        "time_to_won": median(times) / 86400,
    }


@pytest.mark.parametrize("name", METRICS)
def test_metric_agrees_with_a_plain_count(facts, name):
    """Whoever counts the rows by hand gets the number on the page."""
    metric = METRICS[name]
    value = facts.arrow(metric.value(facts.table(metric.grain)).name("value").as_table())["value"][0].as_py()

    assert value == pytest.approx(plain(facts)[name], abs=1e-9)
    assert value > 0


@pytest.mark.parametrize(
    "name", [name for name, metric in METRICS.items() if metric.unit in {"leads", "attempts"}]
)
def test_count_is_as_long_as_its_list_of_records(facts, name):
    """Opening a count shows exactly that many records."""
    metric = METRICS[name]
    table = facts.table(metric.grain)

    counted = facts.arrow(metric.value(table).name("value").as_table())["value"][0].as_py()

    assert facts.arrow(metric.records(table)).num_rows == counted


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.unit == "share"])
def test_share_is_its_records_over_its_base(facts, name):
    """Both halves of a share open as lists, and their lengths give the share."""
    metric = METRICS[name]
    table = facts.table(metric.grain)

    share = facts.arrow(metric.value(table).name("value").as_table())["value"][0].as_py()
    records, base = (facts.arrow(part(table)).num_rows for part in (metric.records, metric.base))

    assert share == pytest.approx(records / base)


@pytest.mark.parametrize("name", METRICS)
def test_metric_of_nobody_is_zero_or_nothing(facts, name):
    """Of an empty table a count is zero and a share does not exist."""
    metric = METRICS[name]
    nobody = facts.table(metric.grain).limit(0)
    value = facts.arrow(metric.value(nobody).name("value").as_table())["value"][0].as_py()

    assert value == (0 if metric.base is None else None)


def test_every_metric_is_in_the_docs(root):
    """docs/metrics.md lists each metric with the sentence of the registry, and no other."""
    listed = dict(
        re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (root / "docs/metrics.md").read_text(), re.MULTILINE)
    )

    assert listed == {name: metric.sentence for name, metric in METRICS.items()}


def test_metric_periods_are_columns_of_their_table(facts):
    """The column by which a metric is cut into months exists."""
    for metric in METRICS.values():
        assert metric.at in facts.table(metric.grain).columns
