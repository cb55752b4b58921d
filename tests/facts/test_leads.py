from datetime import date

from readings import row, rows

from builders import at, interaction, ref_id
from quintet.facts.schema import LEADS


def naive(text):
    """A UTC instant without its zone, as the facts write it."""
    return at(text).replace(tzinfo=None)


def test_leads_follow_one_journey_through_every_step(load):
    """Each funnel instant is the first row that says so, and attempts count up to the first conversation."""
    facts = load(
        interaction(
            "lead.created",
            "2026-01-01",
            lead="ann",
            detail='{"source": "web", "campaign": "c", "term": "t", "landing": "/x", "segment": "smb",'
            ' "label": "Ann"}',
        ),
        interaction("lead.assigned", "2026-01-02", lead="ann", rep="rita"),
        interaction("call.attempted", "2026-01-03", lead="ann", rep="rita", outcome="no_answer"),
        interaction("email.sent", "2026-01-04", lead="ann", rep="rita"),
        interaction("call.attempted", "2026-01-05", lead="ann", rep="rita", outcome="connected"),
        interaction("call.attempted", "2026-01-06", lead="ann", rep="rita", outcome="connected"),
        interaction("meeting.held", "2026-01-07", lead="ann", content="qualifying"),
        interaction("meeting.held", "2026-01-08", lead="ann", content="demo"),
        interaction("opportunity.created", "2026-01-08", lead="ann", opportunity="deal", rep="rita"),
        interaction(
            "opportunity.won",
            "2026-01-09",
            opportunity="deal",
            amount=900,
            currency="EUR",
            detail='{"mrr": 75}',
        ),
    )

    assert row(facts, "leads") == {
        "lead_id": ref_id("lead", "ann"),
        "label": "Ann",
        "created_at": naive("2026-01-01"),
        "created_month": date(2026, 1, 1),
        "source": "web",
        "campaign": "c",
        "term": "t",
        "landing": "/x",
        "segment": "smb",
        "account_id": None,
        "opportunity_id": ref_id("opportunity", "deal"),
        "rep_id": ref_id("rep", "rita"),
        "assigned_at": naive("2026-01-02"),
        "worked_at": naive("2026-01-03"),
        "connected_at": naive("2026-01-05"),
        "qualified_at": naive("2026-01-07"),
        "demo_at": naive("2026-01-08"),
        "won_at": naive("2026-01-09"),
        "lost_at": None,
        "worked_by": ref_id("rep", "rita"),
        "connected_by": ref_id("rep", "rita"),
        "qualified_by": ref_id("rep", "rita"),
        "demo_by": ref_id("rep", "rita"),
        "won_by": ref_id("rep", "rita"),
        "skipped": 0,
        "reached": 5,
        "recorded": 31,
        "reversed": 0,
        "is_won": True,
        "is_lost": False,
        "attempts": 3,
        "dials": 2,
        "emails": 1,
        "dial_connected": True,
        "email_connected": False,
        "amount": 900.0,
        "mrr": 75.0,
        "currency": "EUR",
    }
    assert list(row(facts, "leads")) == list(LEADS.columns)


def test_stage_that_was_jumped_is_filled_from_the_later_one(load):
    """A demo without a call before it means the lead was worked, reached and qualified by then."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann"),
        interaction("opportunity.stage_entered", "2026-01-05", lead="ann", opportunity="d", content="demo"),
    )

    lead = row(
        facts,
        "leads",
        "worked_at",
        "connected_at",
        "qualified_at",
        "demo_at",
        "skipped",
        "recorded",
        "reached",
    )
    assert lead == {
        "worked_at": naive("2026-01-05"),
        "connected_at": naive("2026-01-05"),
        "qualified_at": naive("2026-01-05"),
        "demo_at": naive("2026-01-05"),
        "skipped": 3,
        "recorded": 8,
        "reached": 4,
    }


def test_steps_told_in_the_wrong_order_are_put_right_and_counted(load):
    """A qualifying call dated after the demo happened by the demo; the source's mistake is counted."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann"),
        interaction("meeting.held", "2026-01-09", lead="ann", content="qualifying"),
        interaction("meeting.held", "2026-01-05", lead="ann", content="demo"),
    )

    lead = row(facts, "leads", "qualified_at", "demo_at", "reversed", "skipped")
    assert lead == {
        "qualified_at": naive("2026-01-05"),
        "demo_at": naive("2026-01-05"),
        "reversed": 1,
        "skipped": 2,
    }


def test_deal_won_before_its_lead_was_created_keeps_its_dates(load):
    """The source's dates stay as they are, and the lead is counted as reversed."""
    facts = load(
        interaction("lead.created", "2026-02-01", lead="ann"),
        interaction("opportunity.won", "2026-01-05", lead="ann", amount=5, currency="BRL"),
    )

    assert row(facts, "leads", "created_at", "won_at", "reversed") == {
        "created_at": naive("2026-02-01"),
        "won_at": naive("2026-01-05"),
        "reversed": 1,
    }
    assert facts.coverage()["won_before_created"] == 1


def test_opportunity_without_a_lead_is_its_own_lead(load):
    """A company that records only deals still has a funnel: each deal is a journey."""
    facts = load(
        interaction(
            "opportunity.created", "2026-01-01", opportunity="d", rep="rita", detail='{"source": "fair"}'
        ),
        interaction("opportunity.lost", "2026-01-20", opportunity="d", content="price"),
    )

    deal = ref_id("opportunity", "d")
    lead = row(
        facts, "leads", "lead_id", "opportunity_id", "source", "created_at", "lost_at", "is_lost", "reached"
    )
    assert lead == {
        "lead_id": deal,
        "opportunity_id": deal,
        "source": "fair",
        "created_at": naive("2026-01-01"),
        "lost_at": naive("2026-01-20"),
        "is_lost": True,
        "reached": 0,
    }
    assert row(facts, "opportunities", "lead_id") == {"lead_id": deal}


def test_lead_won_without_an_opportunity_is_its_own_opportunity(load):
    """A list of leads with a column that says converted has customers too."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann"),
        interaction("opportunity.won", "2026-01-09", lead="ann"),
    )

    assert row(facts, "leads", "is_won", "opportunity_id") == {
        "is_won": True,
        "opportunity_id": ref_id("lead", "ann"),
    }


def test_lead_without_dates_is_won_all_the_same(load):
    """Where the source has no dates the instants are null, and the steps reached still count."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann", detail='{"undated": true, "source": "web"}'),
        interaction("opportunity.won", "2026-01-01", lead="ann", detail='{"undated": true}'),
        interaction("lead.created", "2026-01-01", lead="bob", detail='{"undated": true}'),
    )

    won, other = sorted(rows(facts, "leads"), key=lambda lead: not lead["is_won"])
    assert (won["created_at"], won["won_at"], won["worked_at"]) == (None, None, None)
    assert (won["is_won"], won["reached"], won["skipped"]) == (True, 5, 4)
    assert (other["is_won"], other["reached"]) == (False, 0)
    assert facts.as_of is None


def test_lost_lead_that_was_won_later_is_not_lost(load):
    """Re-opened and signed: the loss is no longer true."""
    facts = load(
        interaction("opportunity.lost", "2026-01-05", opportunity="d", lead="ann"),
        interaction("opportunity.won", "2026-01-25", opportunity="d", lead="ann"),
    )

    assert row(facts, "leads", "is_won", "is_lost", "won_at", "lost_at") == {
        "is_won": True,
        "is_lost": False,
        "won_at": naive("2026-01-25"),
        "lost_at": None,
    }


def test_lead_with_a_lost_and_an_open_opportunity_is_not_lost(load):
    """As long as one deal is open the lead may still become a customer."""
    facts = load(
        interaction("opportunity.lost", "2026-01-05", opportunity="first", lead="ann"),
        interaction("opportunity.created", "2026-01-25", opportunity="second", lead="ann"),
    )

    assert row(facts, "leads", "is_lost", "lost_at", "opportunity_id") == {
        "is_lost": False,
        "lost_at": None,
        "opportunity_id": ref_id("opportunity", "second"),
    }


def test_lead_with_two_won_opportunities_adds_them_up_in_one_currency(load):
    """Amounts of another currency are never added to the newest one's."""
    facts = load(
        interaction("opportunity.won", "2026-01-05", opportunity="a", lead="ann", amount=100, currency="EUR"),
        interaction("opportunity.won", "2026-01-06", opportunity="b", lead="ann", amount=30, currency="EUR"),
        interaction(
            "opportunity.won", "2026-01-04", opportunity="c", lead="ann", amount=1000, currency="JPY"
        ),
    )

    assert row(facts, "leads", "amount", "currency", "won_at") == {
        "amount": 130.0,
        "currency": "EUR",
        "won_at": naive("2026-01-04"),
    }


def test_owner_is_the_newest_and_else_who_tried_first(load):
    """A lead belongs to whom it was given last; one that was never given, to who made the first attempt."""
    facts = load(
        interaction("lead.assigned", "2026-01-01", lead="ann", rep="old"),
        interaction("lead.assigned", "2026-01-02", lead="ann", rep="new"),
        interaction("call.attempted", "2026-01-03", lead="ann", rep="third"),
        interaction("call.attempted", "2026-01-03", lead="bob", rep="third"),
        interaction("call.attempted", "2026-01-04", lead="bob", rep="old"),
    )

    owners = {lead["lead_id"]: lead["rep_id"] for lead in rows(facts, "leads")}
    assert owners == {
        ref_id("lead", "ann"): ref_id("rep", "new"),
        ref_id("lead", "bob"): ref_id("rep", "third"),
    }


def test_first_connect_by_mail_is_no_connect_by_phone(load):
    """The channel of the first conversation is told apart, and attempts after it do not count."""
    facts = load(
        interaction("email.sent", "2026-01-01", lead="ann"),
        interaction("email.replied", "2026-01-02", lead="ann"),
        interaction("call.attempted", "2026-01-03", lead="ann", outcome="connected"),
    )

    lead = row(facts, "leads", "dial_connected", "email_connected", "attempts", "dials", "emails")
    assert lead == {"dial_connected": False, "email_connected": True, "attempts": 1, "dials": 0, "emails": 1}


def test_disqualified_lead_is_lost(load):
    """A lead that was set aside and has no open deal is lost."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann"),
        interaction("lead.disqualified", "2026-01-03", lead="ann", content="student"),
    )

    assert row(facts, "leads", "is_lost", "lost_at") == {"is_lost": True, "lost_at": naive("2026-01-03")}
