"""One row of each table worked by hand, its nulls, and the table of an empty ledger.

Agreement between engines, and between a refresh and a rebuild, cannot show that a definition is wrong.
"""

from datetime import date

import pytest
from readings import row, rows

from builders import at, interaction, ref_id
from quintet.facts.schema import TABLES

DEAL, LEAD = ref_id("opportunity", "d"), ref_id("lead", "ann")
RITA, CARL = ref_id("rep", "rita"), ref_id("rep", "carl")


def naive(text):
    """A UTC instant without its zone, as the facts write it."""
    return at(text).replace(tzinfo=None)


@pytest.mark.parametrize("name", TABLES)
def test_table_of_a_ledger_without_its_rows_is_empty_with_all_columns(load, name):
    """A note about somebody makes a lead and nothing else; every other table is there and empty."""
    facts = load(interaction("note.written", "2026-01-01", lead="ann"))

    table = facts.arrow(facts.table(name))

    assert table.column_names == list(TABLES[name].columns)
    assert table.num_rows == (1 if name == "leads" else 0)


def test_attempts_by_hand(load):
    """The second attempt: a connected call on a Tuesday morning in Berlin, a day after the first."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann"),
        interaction("lead.assigned", "2026-01-04 08:00", lead="ann", rep="rita"),
        interaction("email.sent", "2026-01-05 08:30", lead="ann", rep="rita", content="hello"),
        interaction("call.attempted", "2026-01-06 08:30", lead="ann", rep="carl", outcome="connected"),
        zone="Europe/Berlin",
    )

    first, second = rows(facts, "attempts")
    assert second == {
        "lead_id": LEAD,
        "attempt_number": 2,
        "rep_id": CARL,
        "attempted_at": naive("2026-01-06 08:30"),
        "attempted_month": date(2026, 1, 1),
        "channel": "call",
        "content": None,
        "outcome": "connected",
        "is_connect": True,
        "lag_seconds": 86_400,
        "local_hour": 9,
        "local_weekday": 2,
    }
    assert (first["content"], first["lag_seconds"], first["local_weekday"]) == ("hello", 88_200, 1)
    assert (first["outcome"], first["is_connect"]) == ("unknown", None)


def test_attempts_without_anything_said(load):
    """A call of nobody, without outcome, assignment or date, is still an attempt; unknown stays null."""
    facts = load(interaction("call.attempted", lead="ann", detail='{"undated": true}'))

    nothing = ("rep_id", "attempted_at", "attempted_month", "is_connect", "lag_seconds", "local_hour")
    attempt = row(facts, "attempts")
    assert [attempt[name] for name in nothing] == [None] * 6
    assert (attempt["attempt_number"], attempt["outcome"]) == (1, "unknown")


def test_reply_belongs_to_the_mail_before_it_and_silence_is_no_answer(load):
    """Where replies are recorded, the mail that got one connected and the other was not answered."""
    facts = load(
        interaction("email.sent", "2026-01-05", lead="ann"),
        interaction("email.sent", "2026-01-06", lead="ann"),
        interaction("email.replied", "2026-01-07", lead="ann"),
    )

    told = [(one["outcome"], one["is_connect"]) for one in rows(facts, "attempts")]
    assert told == [("no_answer", False), ("replied", True)]


def test_opportunities_by_hand(load):
    """A deal of a lead that changed hands and was won after a loss, with the value named last."""
    facts = load(
        interaction(
            "opportunity.created",
            "2026-01-01",
            lead="ann",
            opportunity="d",
            account="acme",
            rep="carl",
            amount=700,
            currency="EUR",
            detail='{"label": "Acme", "product": "Pro", "source": "fair", "segment": "smb", "mrr": "70"}',
        ),
        interaction("opportunity.assigned", "2026-01-02", opportunity="d", rep="rita"),
        interaction("opportunity.lost", "2026-01-03", opportunity="d", content="price"),
        interaction("opportunity.won", "2026-01-09", opportunity="d", amount=900),
    )

    assert row(facts, "opportunities") == {
        "opportunity_id": DEAL,
        "label": "Acme",
        "lead_id": LEAD,
        "account_id": ref_id("account", "acme"),
        "rep_id": RITA,
        "created_at": naive("2026-01-01"),
        "stage": "won",
        "closed_at": naive("2026-01-09"),
        "is_won": True,
        "amount": 900.0,
        "mrr": 70.0,
        "currency": "EUR",
        "product": "Pro",
        "source": "fair",
        "segment": "smb",
    }


@pytest.mark.parametrize(
    ("last", "is_won", "closed"),
    [
        ("opportunity.lost", False, "2026-01-03"),
        ("opportunity.stage_entered", None, None),
    ],
)
def test_opportunity_is_lost_until_a_stage_is_entered_again(load, last, is_won, closed):
    """A loss closes; a stage entered later opens it again, and its close is null."""
    steps = [interaction("opportunity.lost", "2026-01-03", opportunity="d")]
    if last != "opportunity.lost":
        steps.append(interaction(last, "2026-01-05", opportunity="d", content="Legal"))
    deal = row(load(*steps), "opportunities")

    assert (deal["is_won"], deal["closed_at"]) == (is_won, naive(closed) if closed else None)
    assert [deal[name] for name in ("rep_id", "amount", "mrr", "currency", "label")] == [None] * 5
    assert deal["lead_id"] == DEAL


def test_stage_spells_by_hand(load):
    """Two stays, each of its owner: the first ends with the second, the second with the win."""
    facts = load(
        interaction(
            "opportunity.stage_entered",
            "2026-01-01",
            opportunity="d",
            content="worked",
            rep="carl",
            detail='{"stage_label": "Prospecting"}',
        ),
        interaction("opportunity.assigned", "2026-01-02", opportunity="d", rep="rita"),
        interaction("opportunity.stage_entered", "2026-01-03", opportunity="d", content="Legal"),
        interaction("opportunity.stage_entered", "2026-01-04", opportunity="d", content="Legal"),
        interaction("opportunity.won", "2026-01-09", opportunity="d"),
    )

    assert rows(facts, "stage_spells") == [
        {
            "opportunity_id": DEAL,
            "rep_id": CARL,
            "stage": "Prospecting",
            "entered_at": naive("2026-01-01"),
            "left_at": naive("2026-01-03"),
        },
        {
            "opportunity_id": DEAL,
            "rep_id": RITA,
            "stage": "Legal",
            "entered_at": naive("2026-01-03"),
            "left_at": naive("2026-01-09"),
        },
    ]


def test_stage_spell_of_nobody_lasts(load):
    """Without an owner and an end, both are null; an entry without a date is no stay."""
    undated = '{"undated": true}'
    facts = load(
        interaction("opportunity.stage_entered", "2026-01-01", opportunity="d", content="Legal"),
        interaction("opportunity.stage_entered", opportunity="e", content="Legal", detail=undated),
    )

    spell = row(facts, "stage_spells")
    assert (spell["opportunity_id"], spell["rep_id"], spell["left_at"]) == (DEAL, None, None)


def test_customers_by_hand(load):
    """Won in January for 75 a month, raised to 80, cancelled 31 days after the win."""
    facts = load(
        interaction(
            "opportunity.won",
            "2026-01-09",
            lead="ann",
            opportunity="d",
            account="acme",
            rep="rita",
            amount=900,
            currency="EUR",
            detail='{"mrr": 75}',
        ),
        interaction("subscription.started", "2026-01-10", opportunity="d", amount=75),
        interaction("subscription.changed", "2026-01-20", lead="ann", amount=80),
        interaction("subscription.cancelled", "2026-02-09", account="acme"),
        interaction("call.attempted", "2026-02-20", lead="bob"),
    )

    assert row(facts, "customers") == {
        "opportunity_id": DEAL,
        "lead_id": LEAD,
        "account_id": ref_id("account", "acme"),
        "rep_id": RITA,
        "won_at": naive("2026-01-09"),
        "amount": 900.0,
        "mrr": 80.0,
        "currency": "EUR",
        "cancelled_at": naive("2026-02-09"),
        "observed_days": 31,
    }


def test_customer_who_stays_is_observed_until_the_newest_instant(load):
    """Nothing but a win: no money, no end, and the days until the last thing known."""
    facts = load(
        interaction("opportunity.won", "2026-01-09", opportunity="d"),
        interaction("call.attempted", "2026-01-19", lead="bob"),
    )

    customer = row(facts, "customers")
    nothing = ("account_id", "rep_id", "amount", "mrr", "currency", "cancelled_at")
    assert [customer[name] for name in nothing] == [None] * 6
    assert customer["observed_days"] == 10


def test_touches_by_hand(load):
    """A visit with campaign and term; told twice it is one; a campaign's own touch names the campaign."""
    detail = '{"campaign": "spring", "term": "crm"}'
    facts = load(
        interaction("web.visited", "2026-01-05", lead="ann", content="/x", detail=detail, ref="a"),
        interaction("web.visited", "2026-01-05", lead="ann", content="/x", detail=detail, ref="b"),
        interaction("campaign.touched", "2026-01-06", lead="ann", content="mail 1"),
        interaction("form.submitted", "2026-01-07", lead="ann"),
        interaction("email.opened", lead="ann", detail='{"undated": true}'),
    )

    told = [tuple(one.values()) for one in rows(facts, "touches")]
    assert told == [
        (LEAD, naive("2026-01-05"), "web", "spring", "/x", "crm"),
        (LEAD, naive("2026-01-06"), "campaign", "mail 1", "mail 1", None),
        (LEAD, naive("2026-01-07"), "form", None, None, None),
    ]
