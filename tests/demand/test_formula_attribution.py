"""Paths from touches, what counts as a null, when credit may speak, and what a budget may conclude."""

from datetime import date

import numpy as np
import pytest

from builders import interaction
from quintet.calendar.periods import month_after
from quintet.demand.formula.attribution import channel_credits, credits_of
from quintet.demand.formula.attribution_budget import budgets
from quintet.demand.metrics.journeys import Walked, members, read_touched, walked
from quintet.demand.terms.attribution import ChannelCredit
from quintet.demand.terms.lifetime import Range
from quintet.kernel.finding import Status
from quintet.stats.paths import paths_of


def path_of(found: Walked, at: int = 0) -> list[str]:
    """The names of one lead's touches."""
    paths = found.paths
    return [found.names[code] for code in paths.channel[paths.start[at] : paths.start[at + 1]]]


def channel(low: float, high: float, customers: float = 100.0) -> ChannelCredit:
    """A channel whose rules lie between two credits."""
    rules = tuple(Range(one, one * 0.9, one * 1.1) for one in (low, high, *[customers] * 5))
    return ChannelCredit("search", 500, 100, rules, 0.3, (1.0, 1.0, 1.0), high / low, Status.SPEAKS, "")


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("source", ["search", "mail", "email"]),
        ("campaign", ["search", "spring", "email"]),
        ("content", ["/home", "spring", "/pricing", "news"]),
    ],
)
def test_a_path_of_each_level(load, level, expected):
    """A visit belongs to what brought the lead before it; a campaign belongs to the source of its leads."""
    facts = load(
        interaction("lead.created", "2026-01-05", lead="ann", detail='{"source": "search"}'),
        interaction(
            "lead.created", "2026-01-05", lead="bob", detail='{"source": "mail", "campaign": "spring"}'
        ),
        interaction("web.visited", "2026-01-01", lead="ann", content="/home"),
        interaction("campaign.touched", "2026-01-02", lead="ann", content="spring"),
        interaction("web.visited", "2026-01-03", lead="ann", content="/pricing"),
        interaction("email.clicked", "2026-01-04", lead="ann", content="news"),
        interaction("opportunity.created", "2026-01-10", lead="ann", opportunity="o"),
        interaction("opportunity.won", "2026-01-20", lead="ann", opportunity="o"),
        interaction("web.visited", "2026-01-25", lead="ann", content="/help"),
    )
    found = walked(read_touched(facts), level, "won")
    won = next(at for at in range(len(found.paths)) if found.paths.conversions[at])

    assert path_of(found, won) == expected
    assert not found.is_touchless[won]


def test_a_lead_without_a_touch_has_its_own_source(load):
    """Nobody is lost for want of tracking, and how many that are is counted."""
    facts = load(
        interaction("lead.created", "2026-01-05", lead="bob", detail='{"source": "mail"}'),
        interaction("opportunity.created", "2026-01-10", lead="bob", opportunity="o"),
        interaction("opportunity.won", "2026-01-20", lead="bob", opportunity="o"),
    )
    found = walked(read_touched(facts), "source", "won")

    assert path_of(found) == ["mail"]
    assert found.is_touchless.tolist() == [True]
    assert members(read_touched(facts), "source", "won")["name"].to_pylist() == ["mail"]


def test_young_leads_are_no_nulls(small_company):
    """A lead that may still convert counts nowhere; older ones without a sale are nulls."""
    seen = read_touched(small_company.facts)
    found = walked(seen, "source", "won")
    mature = seen.mature_days("won")
    age = (seen.as_of - seen.created) / 86_400e6

    expected = (seen.converted["won"] | (age >= mature)).sum()
    assert len(found.paths) == expected
    assert found.young == len(seen.lead_ids) - expected > 0
    assert found.paths.nulls.sum() + found.paths.conversions.sum() == expected


def test_too_few_conversions_are_silent():
    """Below a hundred conversions there is a reason and no channel."""
    paths = paths_of([[0], [1]], [60, 39], [10, 10])
    few = credits_of(Walked(one_each(paths), ("a", "b"), np.arange(119), np.zeros(119, dtype=bool), 3))

    assert few.status is Status.SILENT
    assert few.channels == ()
    assert "99 conversions" in few.reason


def one_each(paths):
    """The same paths, one lead each."""
    times = (paths.conversions + paths.nulls).astype(int)
    won = [1.0] * 60 + [0.0] * 10 + [1.0] * 39 + [0.0] * 10
    routes = [[at] for at, many in enumerate(times) for _ in range(many)]
    return paths_of(routes, won, [1.0 - one for one in won])


def test_a_rare_channel_is_silent_beside_a_common_one():
    """Fewer than ten conversions with a channel say nothing of it."""
    routes = [[0]] * 200 + [[0, 1]] * 9 + [[0]] * 50
    won = [1.0] * 209 + [0.0] * 50
    found = {
        one.name: one for one in channel_credits(paths_of(routes, won, [1 - one for one in won]), ("a", "b"))
    }

    assert (found["a"].status, found["a"].converted, found["a"].leads) == (Status.SPEAKS, 209, 259)
    assert (found["b"].status, found["b"].converted) == (Status.SILENT, 9)


def test_no_advice_where_the_rules_disagree():
    """Rules that differ by half send to a test, whatever the cost; without a lifetime nothing is judged."""
    assert budgets((channel(80, 120),), {"search": 1000.0}, None, {})[0].word == "test it"
    told = budgets((channel(98, 104),), {"search": 1000.0}, None, {})[0]
    assert told.word == "unclear"
    assert told.cac.estimate == pytest.approx(1000 / channel(98, 104).span.estimate)
    assert told.cac.lo < told.cac.estimate < told.cac.hi


@pytest.mark.parametrize(
    ("spend", "word"), [(1_000, "raise"), (150_000, "keep"), (3_000_000, "lower"), (340_000, "unclear")]
)
def test_advice_follows_what_a_customer_brings_for_his_cost(small_company, spend, word):
    """At least three times his cost: raise; less than it: lower; between: keep, or unclear."""
    from quintet.demand.formula.lifetime import fit_lifetime

    fit = fit_lifetime(small_company.facts)
    found = budgets((channel(100, 100),), {"search": float(spend)}, fit, {"search": "referral"})[0]

    assert found.ltv == fit.worth("referral").value
    assert found.ratio.estimate == pytest.approx(found.ltv.estimate / found.cac.estimate)
    assert found.word == word
    assert (found.payback is None) == (spend > 350_000)


def test_a_channel_nobody_converted_from_has_no_cost_a_customer():
    """Money without a customer is shown, and divided by nothing."""
    found = budgets((), {"fair": 500.0}, None, {})[0]

    assert (found.spend, found.cac, found.word) == (500.0, None, "unclear")


def test_periods_start_on_the_first_of_a_month():
    """The last twelve months are the running one and eleven before."""
    assert month_after(date(2026, 3, 31), 1 - 12) == date(2025, 4, 1)
