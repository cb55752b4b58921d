from datetime import date

from readings import row, rows

from builders import interaction, ref_id
from quintet.facts.schema import STAGES

BY = tuple(f"{stage}_by" for stage in STAGES)
HANDED_OVER = (
    interaction("lead.assigned", "2026-01-01", lead="ann", rep="bea"),
    interaction("call.attempted", "2026-01-02", lead="ann", rep="bea", outcome="connected"),
    interaction("meeting.held", "2026-01-03", lead="ann", content="qualifying", rep="bea"),
    interaction("lead.assigned", "2026-01-04", lead="ann", rep="rita"),
    interaction("meeting.held", "2026-01-05", lead="ann", content="demo", rep="rita"),
    interaction("opportunity.won", "2026-01-09", lead="ann", amount=50, currency="EUR", rep="rita"),
)


def reps_by_step(facts):
    """Each step of the only lead with the name of the rep it counts for."""
    names = {ref_id("rep", name): name for name in ("bea", "rita", "carl", "dora")} | {None: None}
    return [names[rep_id] for rep_id in row(facts, "leads", *BY).values()]


def test_hand_over_leaves_the_early_steps_with_whoever_did_them(load):
    """A BDR who hands over after the qualifying call keeps the credit for it; the rep gets the sale."""
    facts = load(*HANDED_OVER)

    assert reps_by_step(facts) == ["bea", "bea", "bea", "rita", "rita"]


def test_steps_stay_with_a_rep_who_left_and_gave_his_leads_away(load):
    """Who owns the lead today is another question: it moves, the steps do not."""
    facts = load(*HANDED_OVER, interaction("lead.assigned", "2026-02-01", lead="ann", rep="carl"))

    assert reps_by_step(facts) == ["bea", "bea", "bea", "rita", "rita"]
    assert row(facts, "leads", "rep_id") == {"rep_id": ref_id("rep", "carl")}


def test_months_count_each_step_for_who_made_it_and_money_for_who_won(load):
    """The month of the BDR holds the calls, that of the rep the demo and what was signed."""
    facts = load(*HANDED_OVER, interaction("lead.assigned", "2026-02-01", lead="ann", rep="carl"))

    months = rows(facts, "rep_months", "rep_id", "month", *STAGES, "attempts", "amount")
    told = {month.pop("rep_id"): month for month in months}
    quiet = {"month": date(2026, 1, 1), "attempts": 0, "amount": 0.0} | dict.fromkeys(STAGES, 0)
    assert told == {
        ref_id("rep", "bea"): quiet | {"worked": 1, "connected": 1, "qualified": 1, "attempts": 1},
        ref_id("rep", "rita"): quiet | {"demo": 1, "won": 1, "amount": 50.0},
    }


def test_the_earliest_of_several_makes_the_step(load):
    """A second demo by somebody else takes no credit away."""
    facts = load(
        interaction("meeting.held", "2026-01-05", lead="ann", content="demo", rep="rita"),
        interaction("meeting.held", "2026-01-06", lead="ann", content="demo", rep="carl"),
    )

    assert reps_by_step(facts) == ["rita", "rita", "rita", "rita", None]


def test_filled_steps_count_for_the_rep_of_the_later_one(load):
    """A sale with nothing before it is worked, reached, qualified and shown by whoever signed it."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann", rep="bea"),
        interaction("opportunity.won", "2026-01-09", lead="ann", rep="rita"),
    )

    assert reps_by_step(facts) == ["rita"] * 5


def test_a_step_moved_before_an_earlier_one_takes_its_rep_along(load):
    """The qualifying call is dated after the demo: it happened by the demo, so the demo's rep made it."""
    facts = load(
        interaction("meeting.held", "2026-01-09", lead="ann", content="qualifying", rep="bea"),
        interaction("meeting.held", "2026-01-05", lead="ann", content="demo", rep="rita"),
    )

    assert reps_by_step(facts) == ["rita", "rita", "rita", "rita", None]


def test_interactions_without_a_rep_count_for_the_owner_at_that_instant(load):
    """Who owned the lead when the reply came, not who owns it now; an owner at the same instant counts."""
    facts = load(
        interaction("lead.assigned", "2026-01-01", lead="ann", rep="bea"),
        interaction("call.attempted", "2026-01-02", lead="ann", rep="carl"),
        interaction("email.replied", "2026-01-03", lead="ann"),
        interaction("lead.assigned", "2026-01-05", lead="ann", rep="rita"),
        interaction("meeting.held", "2026-01-05", lead="ann", content="qualifying"),
        interaction("opportunity.assigned", "2026-01-06", lead="ann", opportunity="d", rep="dora"),
        interaction("opportunity.won", "2026-01-07", opportunity="d"),
        interaction("opportunity.assigned", "2026-01-08", opportunity="d", rep="bea"),
    )

    assert reps_by_step(facts) == ["carl", "bea", "rita", "dora", "dora"]


def test_a_first_interaction_without_a_rep_is_not_passed_over_for_a_later_one(load):
    """The demo that made the instant has no rep: its owner gets the credit, not the second demo's rep."""
    facts = load(
        interaction("lead.assigned", "2026-01-01", lead="ann", rep="bea"),
        interaction("meeting.held", "2026-01-05", lead="ann", content="demo"),
        interaction("meeting.held", "2026-01-06", lead="ann", content="demo", rep="carl"),
    )

    assert reps_by_step(facts) == ["bea", "bea", "bea", "bea", None]


def test_before_the_first_assignment_the_present_owner_counts(load):
    """Without anybody named by then it is whoever owns the lead now; without an owner at all, nobody."""
    facts = load(
        interaction("call.received", "2026-01-02", lead="ann"),
        interaction("lead.assigned", "2026-01-05", lead="ann", rep="rita"),
    )
    assert reps_by_step(facts) == ["rita", "rita", None, None, None]


def test_lead_nobody_owns_gives_no_credit(load):
    """A step without any rep in sight counts for nobody."""
    facts = load(interaction("call.received", "2026-01-02", lead="ann"))

    assert reps_by_step(facts) == [None] * 5


def test_steps_without_a_date_count_for_the_owner(load):
    """A source without dates cannot say who owned the lead when: its owner gets all it reached."""
    undated = '{"undated": true}'
    facts = load(
        interaction("lead.created", lead="ann", rep="rita", detail=undated),
        interaction(
            "opportunity.stage_entered",
            lead="ann",
            opportunity="d",
            content="demo",
            detail=undated,
        ),
    )

    assert reps_by_step(facts) == ["rita", "rita", "rita", "rita", None]


def test_the_first_win_of_two_gives_the_credit(load):
    """A lead became a customer once: whoever sold first made it one."""
    facts = load(
        interaction("opportunity.won", "2026-01-09", lead="ann", opportunity="late", rep="carl"),
        interaction("opportunity.won", "2026-01-07", lead="ann", opportunity="early", rep="rita"),
    )

    assert reps_by_step(facts) == ["rita"] * 5
