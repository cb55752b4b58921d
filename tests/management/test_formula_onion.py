from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from funnel_leads import PLAIN, TableFacts, drawn_leads, lead_row, leads_table, reps_table
from quintet.kernel.finding import Status
from quintet.management.formula.funnel import default_question
from quintet.management.formula.onion import peel
from quintet.management.metrics.inputs import read_funnel, read_onion
from quintet.management.terms.funnel import Step

WORKED_DEMO = Step("worked", "demo")


@pytest.fixture(scope="module")
def inputs():
    """Ten reps; rep 3 reaches far fewer people, rep 5 loses demos."""
    rates = np.tile(PLAIN, (10, 1))
    rates[2, 0] *= 0.5
    rates[4, 3] *= 0.35
    facts = TableFacts(
        drawn_leads(np.random.default_rng(5), rates, months=6), reps=reps_table({3: "Cy", 5: "Eve"})
    )
    return read_onion(facts, read_funnel(facts, default_question(facts.as_of.date())))


def test_parts_add_up_to_the_gap(inputs):
    """Nothing of the gap is left over, whatever of it is noise."""
    onion = peel(inputs, 3, WORKED_DEMO)
    assert sum(part.customers_per_month for part in onion.parts) == pytest.approx(onion.gap_per_month)
    noise = sum(part.customers_per_month for part in onion.parts if part.is_noise)
    assert onion.noise_per_month == pytest.approx(noise)
    assert sum(part.share_of_gap for part in onion.parts) == pytest.approx(1.0)


def test_rep_who_reaches_few_is_opened_to_the_connect_rate(inputs):
    """The planted cause, connects, explains the gap; what follows the connect is noise."""
    onion = peel(inputs, 3, WORKED_DEMO)
    assert (onion.status, onion.name) == (Status.SPEAKS, "Cy")
    assert onion.parts[0].name == "call_connect_rate"
    assert onion.parts[0].customers_per_month < 0 < onion.parts[0].peer_value - onion.parts[0].rep_value
    by_name = {part.name: part for part in onion.parts}
    assert by_name["connected-qualified"].is_noise
    assert by_name["qualified-demo"].is_noise
    assert by_name["channel_mix"].is_noise
    assert "this rep loses between leads worked and demos" in onion.reading
    assert "connects per dial" in onion.reading
    assert onion.reason.startswith("Attempts are counted up to the first connect")


def test_what_is_not_dialled_is_mailed(inputs):
    """Where a dial connects as often as an e-mail, it does not matter how many of each."""
    made, connected = (inputs.totals[name].to_numpy() for name in ("attempts", "connected"))
    halves = {
        "dials": made // 2,
        "emails": made - made // 2,
        "call_connects": connected // 2,
        "email_connects": connected - connected // 2,
    }
    totals = inputs.totals
    for name, values in halves.items():
        totals = totals.set_column(totals.column_names.index(name), name, pa.array(values))
    parts = {part.name: part for part in peel(replace(inputs, totals=totals), 8, WORKED_DEMO).parts}

    mix, dials = parts["channel_mix"], parts["call_connect_rate"]
    assert mix.rep_value == pytest.approx(0.5, abs=0.01)
    assert mix.hi - mix.lo < 0.05 * (dials.hi - dials.lo)


def test_gap_is_the_difference_of_the_rates_in_customers(inputs):
    """Leads a month times the difference of the rates times the rep's way from demo to customer."""
    onion = peel(inputs, 3, WORKED_DEMO)
    worked = next(row for row in inputs.totals.to_pylist() if row["rep_id"] == 3)["worked"]
    expected = worked / 6 * (onion.rep_rate - onion.peer_rate) / 3
    assert onion.gap_per_month == pytest.approx(expected, rel=0.25)
    assert onion.lo < onion.gap_per_month < onion.hi


def test_gap_that_chance_explains_is_not_opened(inputs):
    """An ordinary rep has no gap to explain, and the sentence says so."""
    onion = peel(inputs, 8, WORKED_DEMO)
    assert onion.status is Status.HEDGED
    assert onion.reading.startswith("The gap to peers between leads worked and demos is within chance")
    assert all(part.share_of_gap is None for part in onion.parts)


def test_later_steps_open_into_the_recorded_steps(inputs):
    """From connects on, the parts are the steps of the funnel; the planted one leads."""
    onion = peel(inputs, 5, Step("connected", "won"))
    assert onion.parts[0].name == "demo-won"
    assert {part.name for part in onion.parts} == {"connected-qualified", "qualified-demo", "demo-won"}


def test_step_without_parts_says_so(inputs):
    """Nothing is recorded inside demo to won: it is not opened into made-up parts."""
    onion = peel(inputs, 5, Step("demo", "won"))
    assert (onion.status, onion.parts) == (Status.SILENT, ())
    assert onion.reason == "demo to won has no recorded parts to open."


def test_rep_without_leads_says_so(inputs):
    """A rep who did nothing in the period has no onion."""
    assert peel(inputs, 99, WORKED_DEMO).reason == "This rep has nothing in the period."


def test_stages_not_recorded_are_refused():
    """Without a recorded demo there is no way from worked to demo to open."""
    rows = []
    for k in range(400):
        won = {"won": "2026-03-01"} if k % 4 == 0 else {}
        rows.append(lead_row(k, 1 + k % 8, recorded=("worked", "won"), worked="2026-02-01", **won))
    facts = TableFacts(leads_table(*rows))
    inputs = read_onion(facts, read_funnel(facts, default_question(facts.as_of.date())))
    assert peel(inputs, 1, WORKED_DEMO).reason == "The data does not record both worked and demo."


def test_what_leads_up_to_a_silent_step_is_opened():
    """Seventeen demos in half a year silence the last step, not why somebody reaches few people."""
    rates = np.tile(PLAIN, (20, 1))
    rates[2, 0] *= 0.4
    facts = TableFacts(drawn_leads(np.random.default_rng(5), rates, months=6, leads_per_month=20))
    few = read_onion(facts, read_funnel(facts, default_question(facts.as_of.date())))

    onion = peel(few, 3, WORKED_DEMO)

    assert onion.status is Status.SPEAKS
    assert onion.parts[0].name == "call_connect_rate"
    assert onion.gap_per_month == pytest.approx(20 * (onion.rep_rate - onion.peer_rate) / 3, rel=0.3)
    through = peel(few, 3, Step("connected", "won"))
    assert through.status is Status.SILENT
    assert through.reason.startswith("demo to won: the median rep has ")


def test_silent_steps_are_not_opened():
    """Where the funnel is silent the onion is too, with the same reason."""
    facts = TableFacts(drawn_leads(np.random.default_rng(5), np.tile(PLAIN, (3, 1)), months=6))
    inputs = read_onion(facts, read_funnel(facts, default_question(facts.as_of.date())))
    assert "3 reps with leads at this step of the 4 needed" in peel(inputs, 1, WORKED_DEMO).reason


def test_same_question_gives_the_same_onion(inputs):
    """Nothing depends on chance."""
    assert peel(inputs, 3, WORKED_DEMO) == peel(inputs, 3, WORKED_DEMO)
