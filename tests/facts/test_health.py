import pytest

from builders import interaction
from quintet.facts.health import Feed, health


def verdicts(facts):
    """Formula → (feed, reason)."""
    return {one.formula: (one.feed, one.reason) for one in health(facts)}


def test_calls_without_an_outcome_make_a_connect_rate_impossible(load):
    """The page says what is missing, and of how many calls."""
    facts = load(*(interaction("call.attempted", "2026-01-05", lead=f"l{n}", rep="ann") for n in range(12)))

    reason = "calls have no outcome: connect rate impossible, 12 calls"
    assert verdicts(facts)["funnel: worked to connected"] == (Feed.CANNOT, reason)
    assert verdicts(facts)["peel the onion"] == (Feed.PARTLY, reason)


def test_rep_known_only_for_won_deals_makes_no_win_rate(load):
    """Where lost leads name nobody, a win rate by rep would be 100 % for all."""
    won = [interaction("opportunity.won", "2026-02-01", lead=f"w{n}", rep="ann") for n in range(3)]
    facts = load(*won, *(interaction("lead.created", "2026-01-01", lead=f"o{n}") for n in range(40)))

    assert verdicts(facts)["win rate by rep"] == (
        Feed.CANNOT,
        "the rep is known only for won deals: 3 of 3 won, 0 of 40 others: a win rate by rep does not exist",
    )


def test_complete_company_feeds_the_funnel(load):
    """A source that records every step can feed every step, and says with how many leads."""
    rows = []
    for n in range(10):
        lead = {"lead": f"l{n}", "rep": "ann"}
        rows += [
            interaction("lead.created", "2026-01-01", detail='{"source": "web"}', **lead),
            interaction("call.attempted", "2026-01-02", outcome="connected" if n < 8 else "busy", **lead),
            interaction("email.sent", "2026-01-02 10:00", **lead),
        ]
        rows += [interaction("meeting.held", "2026-01-03", content="qualifying", **lead)] if n < 6 else []
        rows += [interaction("meeting.held", "2026-01-04", content="demo", **lead)] if n < 4 else []
        kind = "opportunity.won" if n < 2 else "opportunity.lost"
        rows += [interaction(kind, "2026-01-05", opportunity=f"d{n}", **lead)] if n < 4 else []
    found = verdicts(load(*rows))

    steps = [verdict for formula, verdict in found.items() if formula.startswith("funnel: ")]
    assert [feed for feed, _ in steps] == [Feed.CAN] * 4
    assert steps[0][1] == "10 leads are recorded as worked, 8 as connected"
    assert found["win rate by rep"] == (
        Feed.CAN,
        "the rep is known for 2 of 2 won and 2 of 2 lost opportunities",
    )
    assert found["attempts policy"][0] == Feed.CAN


def test_funnel_without_dates_is_told_as_partly_known(load):
    """Leads without dates have no months, so young cohorts cannot be told from weak ones."""
    undated = '{"undated": true, "source": "web"}'
    facts = load(
        *(interaction("lead.created", "2026-01-01", lead=f"l{n}", detail=undated) for n in range(5)),
        interaction("meeting.held", "2026-01-01", lead="l1", content="demo"),
        interaction("opportunity.won", "2026-01-01", lead="l1", detail=undated),
    )

    feed, reason = verdicts(facts)["funnel: demo to won"]
    assert feed == Feed.PARTLY
    assert reason == "only 0 of 5 leads have a date: no months, no young cohorts"


@pytest.mark.parametrize(
    "formula", ["hiring", "training: ramp", "customer lifetime value", "forecast", "attribution"]
)
def test_data_of_another_kind_cannot_feed(load, formula):
    """A list of calls says nothing of people, money or marketing, and the page says so."""
    facts = load(interaction("call.attempted", "2026-01-05", lead="ann", rep="rita"))

    assert verdicts(facts)[formula][0] == Feed.CANNOT


def test_counts_come_with_every_verdict(load):
    """A reader can check each sentence against the counts beside it."""
    facts = load(interaction("call.attempted", "2026-01-05", lead="ann", rep="rita"))

    for one in health(facts):
        assert one.counts
        assert all(count == facts.coverage()[name] for name, count in one.counts.items())


def test_hiring_counts_scores_and_the_hires_who_have_them(load):
    """Two scores on one criterion beside a verdict, of a candidate who became a rep and one who did not."""
    score = '{"score": 7}'
    scored = [
        interaction(
            "interview.scored", f"2026-01-0{at}", candidate=who, rep="ann", content=what, detail=score
        )
        for at, (who, what) in enumerate((("cy", "grit"), ("di", "grit"), ("cy", "overall")), start=1)
    ]
    facts = load(
        *scored,
        interaction("rep.joined", "2026-02-01", rep="rita", candidate="cy"),
        interaction("call.attempted", "2026-02-06", lead="l", rep="ann"),
    )

    feed, reason = verdicts(facts)["hiring"]

    assert feed is Feed.PARTLY
    assert reason.startswith("3 interview scores on 1 criteria, 1 of those scored became reps")
    assert "20 and their quotas are needed" in reason


def test_scores_of_nobody_hired_teach_nothing_yet(load):
    """Said so, and not that there are none."""
    facts = load(interaction("interview.scored", "2026-01-05", candidate="cy", rep="ann", content="grit",
                             detail='{"score": 7}'))  # fmt: skip

    feed, reason = verdicts(facts)["hiring"]

    assert feed is Feed.PARTLY
    assert "none is of somebody who became a rep" in reason
