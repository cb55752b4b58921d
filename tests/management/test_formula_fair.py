"""Fair comparisons: reps who got different leads, and reps who leave old ones open."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from funnel_leads import PLAIN, TableFacts, day, drawn_leads, lead_row, leads_table
from quintet.facts.scope import Scope
from quintet.management.asks import funnel as asks
from quintet.management.formula.funnel import fit_funnel
from quintet.management.metrics.inputs import read_funnel
from quintet.management.pages.funnel_panels import caption
from quintet.management.terms.funnel import FunnelQuestion, Verdict

HALF_YEAR = FunnelQuestion(date(2026, 1, 1), date(2026, 7, 1))


def _by_segment(seed, weak=None, *, recorded=True):
    """Twelve reps alike; the leads of every other one are reached less often."""
    rates = np.tile(PLAIN, (12, 1))
    rates[::2, 0] = 0.3
    if weak is not None:
        rates[weak, 0] *= 0.4
    leads = drawn_leads(np.random.default_rng(seed), rates)
    if not recorded:
        return leads
    segment = np.where(leads["rep_id"].to_numpy() % 2 == 1, "large", "small")
    return leads.set_column(leads.column_names.index("segment"), "segment", pa.array(segment))


def _weak_at_reaching(leads):
    funnel = fit_funnel(read_funnel(TableFacts(leads), HALF_YEAR)).funnel()
    return funnel, [rep.conversions[0].verdict is Verdict.WEAK for rep in funnel.reps]


def test_reps_with_harder_leads_are_not_called_weak():
    """Where the segment is recorded nobody is weak; where it is not, half of them seem so."""
    fair = [_weak_at_reaching(_by_segment(seed))[1] for seed in range(4)]
    plain = [_weak_at_reaching(_by_segment(seed, recorded=False))[1] for seed in range(4)]
    assert np.mean(fair) <= 0.05
    assert np.mean(plain) >= 0.4


def test_a_weak_rep_with_hard_leads_is_still_found():
    """His peers are such reps with his leads, and the page shows their rate beside his."""
    funnel, weak = _weak_at_reaching(_by_segment(5, weak=2))
    names = [rep.rep_id for rep in funnel.reps]
    assert weak[names.index(3)]
    one = next(rep for rep in funnel.reps if rep.rep_id == 3).conversions[0]
    assert one.peer_rate == pytest.approx(0.3, abs=0.05)
    assert one.rate == pytest.approx(0.12, abs=0.04)
    assert "Adjusted for the segment of each rep's leads" in caption(funnel.team_rates[0])


def test_without_kinds_of_leads_nothing_is_adjusted():
    """No segment and no source: the fit is the plain one, and the caption does not speak of it."""
    funnel, _ = _weak_at_reaching(_by_segment(1, recorded=False))
    assert funnel.team_rates[0].adjusted_for == ()
    assert "Adjusted" not in caption(funnel.team_rates[0])
    assert {rep.conversions[0].peer_rate for rep in funnel.reps} == {funnel.team_rates[0].rate}


def _deals(rng, closes):
    """Ten reps who win six of ten closed deals; rep 1 closes only a part of the others."""
    rows = []
    for rep in range(1, 11):
        for _ in range(150):
            number = len(rows)
            won, closed = rng.random() < 0.6, rep > 1 or rng.random() < closes
            when = {"worked": "2026-01-10"} | ({"won": "2026-02-01"} if won and closed else {})
            row = lead_row(number, rep, recorded=("worked", "won"), **when)
            if not won and closed:
                row |= {"is_lost": True, "lost_at": day("2026-02-05")}
            rows.append(row)
    return leads_table(*rows)


def test_old_leads_left_open_hedge_the_step():
    """A rep who leaves half of his deals open is not called weak for it: the closed ones are as good."""
    leads = _deals(np.random.default_rng(1), closes=0.5)
    funnel = fit_funnel(read_funnel(TableFacts(leads), HALF_YEAR)).funnel()
    rate = funnel.team_rates[0]
    assert "leave different shares of old opportunities open" in rate.reason
    assert "win rate of closed ones" in rate.reason
    assert {rep.conversions[0].verdict for rep in funnel.reps} == {Verdict.ORDINARY}
    assert not rate.is_rankable


def test_deals_closed_alike_are_not_hedged():
    """Where everybody closes what is old, the step speaks as ever."""
    funnel = fit_funnel(
        read_funnel(TableFacts(_deals(np.random.default_rng(1), closes=1.0)), HALF_YEAR)
    ).funnel()
    assert "open" not in funnel.team_rates[0].reason


@pytest.mark.shared_data
@pytest.mark.parametrize("period", ["last6", "last12", "2017Q1", "2017Q2", "2017Q3", "2017-02", "FY2017"])
def test_thirty_fictional_agents_are_left_in_peace(crm_facts, period):
    """Loaded whole, the public CRM example calls nobody weak or strong, ranks nothing, coaches nobody."""
    everything = Scope.everything()
    asked = asks.question(crm_facts, everything, asks.Filters(team=asks.EVERYBODY, period=period))
    team = asks.funnel(crm_facts, everything, asked)
    shown = [one for rep in team.reps for one in (*rep.conversions, *rep.overall, rep.win_rate) if one]
    assert {one.verdict for one in shown} <= {Verdict.ORDINARY, Verdict.UNKNOWN}
    assert not any(rate.is_rankable for rate in team.team_rates)
    assert not any(rep.coach for rep in team.reps)
    assert len(team.reps) >= 25
