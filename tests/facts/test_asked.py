"""Tables made when somebody first asks: each worked by hand, as old as its version, and made once."""

import json
from datetime import datetime

import duckdb
import pytest

from builders import at, interaction, offered, ref_id
from quintet.facts.asked import asked_file
from quintet.facts.asked_schema import ASKED
from quintet.facts.published import Facts
from quintet.facts.refresh import refresh
from quintet.ledger.interactions import Interactions
from small_company import small_company

__all__ = ["small_company"]

ANN, DEAL, RITA = ref_id("lead", "ann"), ref_id("opportunity", "d"), ref_id("rep", "rita")


def naive(text):
    """A UTC instant without its zone, as the facts write it."""
    return at(text).replace(tzinfo=None)


def rows(facts, name):
    """Rows of a table, sorted as text."""
    return sorted(facts.arrow(facts.table(name)).to_pylist(), key=repr)


def detail(**told):
    """What a source said besides."""
    return json.dumps(told)


def reviewed(call, score, rater="user:3", **told):
    """What a rater said of a question."""
    return json.dumps({"call": call, "score": score, "rater": rater, **told})


@pytest.mark.parametrize("name", ASKED)
def test_a_ledger_without_its_rows_gives_an_empty_table_with_all_columns(load, name):
    """A note about somebody is none of them."""
    facts = load(interaction("note.written", "2026-01-01", lead="ann"))

    table = facts.arrow(facts.table(name))

    assert (table.num_rows, table.column_names) == (0, list(ASKED[name].columns))


@pytest.mark.parametrize("name", ASKED)
def test_columns_have_the_types_they_promise(load, name):
    """Also what has a row: an instant is an instant, money is a float."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann", detail=detail(source="web")),
        interaction("web.visited", "2026-01-01", lead="ann", content="/"),
        interaction("spend.booked", "2026-01-01", amount=5, currency="USD", content="spring", ref="s"),
        interaction("order.placed", "2026-01-01", lead="ann", amount=5, currency="USD"),
        interaction("subscription.started", "2026-01-01", lead="ann", amount=5, currency="USD"),
        interaction("lead.rejected", "2026-01-01", lead="ann", rep="rita", content="too small"),
        routed("ann", "2026-01-01", "held"),
        interaction("candidate.applied", "2026-01-01", candidate="cy", detail=detail(name="Cy")),
        scored("cy", "2026-01-02", "curiosity", 7),
        interaction("criterion.written", "2026-01-03", content="curiosity", detail=detail(prior_weight=2)),
        interaction("review.scored", "2026-01-03", rep="rita", content="curiosity", detail=detail(score=6)),
        interaction(
            "forecast.committed", "2026-01-01", rep="rita", amount=5, currency="USD", content="2026Q1"
        ),
        interaction("module.completed", "2026-01-04", rep="rita", content="pricing"),
        interaction("exam.taken", "2026-01-05", rep="rita", content="pricing", detail=detail(score=0.8)),
        interaction(
            "exam.answered",
            "2026-01-05",
            rep="rita",
            content="pricing",
            detail=detail(question="q1", attempt=1, share=1),
        ),
        interaction("call.transcribed", "2026-01-06", rep="rita", detail=detail(call="c1", minutes=3)),
        interaction("call.reviewed", "2026-01-07", rep="rita", content="open", detail=reviewed("c1", 4)),
    )

    table = facts.arrow(facts.table(name))

    assert table.num_rows == 1
    assert table.schema.equals(facts.table(name).schema().to_pyarrow())


def test_commits_by_hand(load):
    """Who, for when and how much; the period by whichever name the source gives it; undated ones not."""
    facts = load(
        interaction(
            "forecast.committed", "2026-01-02", rep="rita", amount=900, currency="USD", content="2026Q1",
            detail=detail(is_team=True, low=700, high=1100, measure="mrr", note="two are sure"), ref="a",
        ),
        interaction(
            "forecast.committed", "2026-01-03", rep="rita", amount=5, currency="USD",
            detail=detail(month="2026-01"), ref="b",
        ),
        interaction(
            "forecast.committed", "2026-01-04", rep="rita", amount=5, detail=detail(undated=True), ref="c"
        ),
    )  # fmt: skip
    told, short = sorted(facts.arrow(facts.table("commits")).to_pylist(), key=lambda row: row["said_at"])

    assert told | {"source": ""} == {
        "rep_id": RITA,
        "period": "2026Q1",
        "is_team": True,
        "amount": 900.0,
        "low": 700.0,
        "high": 1100.0,
        "measure": "mrr",
        "currency": "USD",
        "note": "two are sure",
        "said_at": naive("2026-01-02"),
        "known_at": naive("2026-01-02"),
        "source": "",
    }
    assert (short["period"], short["is_team"], short["measure"]) == ("2026-01", None, None)


def test_lead_fields_by_hand(load):
    """Mapped fields, the columns nobody mapped, and a later value beside the first."""
    facts = load(
        interaction(
            "lead.created",
            "2026-01-01",
            lead="ann",
            detail=detail(source="web", label="Ann", columns={"Shoe size": "43", "Nothing": ""}),
        ),
        interaction("lead.changed", "2026-01-05", lead="ann", content="source", detail=detail(value="fair")),
    )

    assert rows(facts, "lead_fields") == [
        {"lead_id": ANN, "name": "Shoe size", "value": "43", "known_at": naive("2026-01-01")},
        {"lead_id": ANN, "name": "source", "value": "fair", "known_at": naive("2026-01-05")},
        {"lead_id": ANN, "name": "source", "value": "web", "known_at": naive("2026-01-01")},
    ]


def test_a_field_told_again_keeps_both_versions(load, home, now):
    """What the source says later is known from the load that brought it."""
    first = interaction("lead.created", "2026-01-01", lead="ann", ref="a", detail=detail(status="new"))
    load(first)
    again = offered(first | {"detail": detail(status="hot")})
    Interactions(home).append(again, restate=True, now=at("2026-02-01"))
    refresh(home, now=now)

    told = rows(Facts.published(home), "lead_fields")

    assert [(one["value"], one["known_at"]) for one in told] == [
        ("hot", naive("2026-02-01")),
        ("new", naive("2026-01-01")),
    ]


def test_a_field_of_an_opportunity_belongs_to_its_lead(load):
    """Also when the opportunity alone names the lead's journey; lists are left out."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann"),
        interaction(
            "opportunity.created",
            "2026-01-03",
            lead="ann",
            opportunity="d",
            detail=detail(product="Suite", tags=["a", "b"]),
        ),
        interaction(
            "opportunity.changed", "2026-01-04", opportunity="d", content="plan", detail=detail(value="gold")
        ),
    )

    assert [(one["lead_id"], one["name"], one["value"]) for one in rows(facts, "lead_fields")] == [
        (ANN, "plan", "gold"),
        (ANN, "product", "Suite"),
    ]


def test_an_opportunity_without_a_lead_is_its_own(load):
    """Its fields stand under its own id, as in the leads."""
    facts = load(
        interaction("opportunity.created", "2026-01-03", opportunity="d", detail=detail(product="Suite"))
    )

    assert [one["lead_id"] for one in rows(facts, "lead_fields")] == [DEAL]


def test_behaviour_by_hand(load):
    """A visit with its term, a form, a campaign that was answered; what has no date is no behaviour."""
    facts = load(
        interaction(
            "web.visited",
            "2026-01-01",
            lead="ann",
            content="/pricing",
            detail=detail(term="crm", campaign="ads"),
        ),
        interaction("form.submitted", "2026-01-02", lead="ann", content="demo"),
        interaction("campaign.touched", "2026-01-03", lead="ann", content="spring", outcome="replied"),
        interaction("web.visited", "2026-03-02", lead="ann", content="/", detail=detail(undated=True)),
        interaction("web.visited", "2026-01-04", content="/", ref="nobody"),
    )

    told = [
        (one["kind"], one["content"], one["outcome"], one["campaign"], one["term"], one["happened_at"])
        for one in rows(facts, "behaviour")
    ]
    assert told == [
        ("campaign.touched", "spring", "replied", "spring", None, naive("2026-01-03")),
        ("form.submitted", "demo", None, None, None, naive("2026-01-02")),
        ("web.visited", "/pricing", None, "ads", "crm", naive("2026-01-01")),
    ]


def test_behaviour_says_when_we_knew(load):
    """A visit that was told a week later was not known before."""
    late = interaction("web.visited", "2026-01-01", lead="ann", content="/")
    facts = load(late | {"recorded_at": at("2026-01-08")})

    (one,) = rows(facts, "behaviour")

    assert (one["happened_at"], one["known_at"]) == (naive("2026-01-01"), naive("2026-01-08"))


def test_spend_by_hand(load):
    """What was spent, on what, and for which source; nobody's lead is needed."""
    facts = load(
        interaction(
            "spend.booked",
            "2026-01-31",
            amount="1200.50",
            currency="EUR",
            content="spring",
            channel="social",
            ref="a",
        ),
        interaction(
            "spend.booked", "2026-02-28", amount=10, currency="EUR", detail=detail(source="search"), ref="b"
        ),
    )

    assert rows(facts, "spend") == [
        {
            "booked_at": naive("2026-01-31"),
            "campaign": "spring",
            "source": "social",
            "amount": 1200.5,
            "currency": "EUR",
        },
        {
            "booked_at": naive("2026-02-28"),
            "campaign": None,
            "source": "search",
            "amount": 10.0,
            "currency": "EUR",
        },
    ]


def test_orders_by_hand(load):
    """Of the company where there is one, else of the lead; an order that names nobody is none."""
    facts = load(
        interaction("order.placed", "2026-01-01", account="acme", amount=20, currency="USD"),
        interaction("order.placed", "2026-01-02", lead="ann", amount=30, currency="USD"),
        interaction("order.placed", "2026-01-03", amount=40, currency="USD", ref="nobody"),
    )

    told = [(one["customer_id"], one["lead_id"], one["amount"]) for one in rows(facts, "orders")]
    assert sorted(told, key=repr) == sorted(
        [(ref_id("account", "acme"), None, 20.0), (ANN, ANN, 30.0)], key=repr
    )


def test_subscriptions_by_hand(load):
    """A start, a change and an end, each with the money from then on."""
    facts = load(
        interaction(
            "subscription.started", "2026-01-01", opportunity="d", lead="ann", amount=100, currency="USD"
        ),
        interaction(
            "subscription.changed", "2026-02-01", opportunity="d", lead="ann", amount=150, currency="USD"
        ),
        interaction(
            "subscription.cancelled", "2026-03-01", opportunity="d", lead="ann", amount=150, currency="USD"
        ),
    )

    told = sorted(rows(facts, "subscriptions"), key=lambda one: one["changed_at"])
    assert [
        (one["kind"].split(".")[1], one["mrr"], one["lead_id"], one["opportunity_id"]) for one in told
    ] == [
        ("started", 100.0, ANN, DEAL),
        ("changed", 150.0, ANN, DEAL),
        ("cancelled", 150.0, ANN, DEAL),
    ]


def test_rejections_by_hand(load):
    """Sent back with a reason, or set aside; who did, and when."""
    facts = load(
        interaction("lead.rejected", "2026-01-02", lead="ann", rep="rita", content="too small"),
        interaction("lead.disqualified", "2026-01-09", lead="ann", content="no budget"),
    )

    told = [
        (one["kind"], one["rep_id"], one["reason"], one["rejected_at"]) for one in rows(facts, "rejections")
    ]
    assert sorted(told, key=lambda one: one[0]) == [
        ("lead.disqualified", None, "no budget", naive("2026-01-09")),
        ("lead.rejected", RITA, "too small", naive("2026-01-02")),
    ]


def routed(lead, when, arm, **detail):
    """A draw of a lead."""
    told = {"share": 0.05, "version": "v1", "p": 0.2, "points": 7, "is_ready": True, "propensity": 0.95}
    return interaction(
        "lead.routed", when, lead=lead, ref=f"routing:{lead}", outcome=arm, detail=json.dumps(told | detail)
    )


def test_of_two_draws_of_a_lead_the_first_counts(load, home, now):
    """A lead stays where it was drawn first, though its record is told again; others are not here."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann"),
        interaction("lead.created", "2026-01-01", lead="ben"),
        routed("ann", "2026-01-02", "held"),
    )
    before = facts.as_of
    Interactions(home).append(offered(routed("ann", "2026-01-03", "score", p=0.9, version="v2")))
    Interactions(home).append(offered(routed("cat", "2026-01-04", "score", is_ready=None, propensity=None)))
    refresh(home, now=now)
    told = {one["lead_id"]: one for one in rows(Facts.published(home), "routings")}

    assert told[ANN] == {
        "lead_id": ANN, "is_held": True, "share": 0.05, "version": "v1", "p": 0.2, "points": 7,
        "is_ready": True, "propensity": 0.95,
        "drawn_at": naive("2026-01-02"), "known_at": naive("2026-01-02"),
    }  # fmt: skip
    assert (told[ref_id("lead", "cat")]["is_held"], told[ref_id("lead", "cat")]["is_ready"]) == (False, None)
    assert len(told) == 2
    assert Facts.published(home).as_of == before == naive("2026-01-01")
    assert {one["lead_id"] for one in rows(Facts.published(home), "leads")} == {ANN, ref_id("lead", "ben")}


def scored(who, when, criterion, score, **more):
    """A score that an interviewer gave."""
    ref = f"{who}:{criterion}:{sorted(more.items())}:{when}"
    told = detail(score=score, **more)
    return interaction(
        "interview.scored", when, candidate=who, rep="rita", content=criterion, ref=ref, detail=told
    )


def test_a_candidate_is_followed_from_application_to_the_rep(load):
    """Hired is hired, whether the decision or the first day names the rep; an open one has no outcome."""
    facts = load(
        interaction(
            "candidate.applied",
            "2026-01-01",
            candidate="cy",
            detail=detail(name="Cy", role="ae", source="web"),
        ),
        interaction("candidate.decided", "2026-01-20", candidate="cy", outcome="hired"),
        interaction("rep.joined", "2026-02-01", candidate="cy", rep="rita"),
        interaction("candidate.applied", "2026-01-05", candidate="di"),
    )

    di, cy = sorted(rows(facts, "candidates"), key=lambda one: one["outcome"] or "")

    assert cy == {
        "candidate_id": ref_id("candidate", "cy"), "name": "Cy", "role": "ae", "source": "web",
        "applied_at": naive("2026-01-01"), "decided_at": naive("2026-01-20"),
        "outcome": "hired", "rep_id": RITA,
    }  # fmt: skip
    assert (di["decided_at"], di["outcome"], di["rep_id"]) == (None, None, None)


def test_a_criterion_stands_as_last_written_and_decided(load):
    """A later version brings its weight, a later decision another one; dropped is dropped."""
    facts = load(
        interaction(
            "criterion.written", "2026-01-01", content="curiosity", ref="c1",
            detail=detail(prior_weight=2, name="Curious", measure="score", version=1),
        ),
        interaction(
            "criterion.written", "2026-01-02", content="curiosity", ref="c2",
            detail=detail(prior_weight=1.5, name="Curiosity", measure="score", version=2),
        ),
        interaction(
            "criterion.decided", "2026-01-03", content="curiosity", outcome="reweighted", ref="f1",
            detail=detail(weight=0.5),
        ),
        interaction("criterion.decided", "2026-01-04", content="curiosity", outcome="dropped", ref="f2"),
    )  # fmt: skip

    assert rows(facts, "criteria") == [{
        "criterion": "curiosity", "name": "Curiosity", "measure": "score", "weight": 0.5, "fate": "dropped",
        "written_at": naive("2026-01-01"),
    }]  # fmt: skip


def test_the_newest_score_of_an_interviewer_in_a_round_counts(load):
    """Another round and another interviewer are scores of their own; a score that is no number is none."""
    facts = load(
        scored("cy", "2026-01-01", "curiosity", 4, round="screen"),
        scored("cy", "2026-01-02", "curiosity", 6, round="screen"),
        scored("cy", "2026-01-03", "curiosity", 8, round="role play"),
        scored("cy", "2026-01-03", "curiosity", 9, round="screen", interviewer="user:4"),
        scored("cy", "2026-01-03", "curiosity", "very"),
    )

    told = {(one["interviewer"], one["round"]): one["score"] for one in rows(facts, "interview_scores")}

    assert told == {(f"rep:{RITA}", "screen"): 6, (f"rep:{RITA}", "role play"): 8, ("user:4", "screen"): 9}


def test_a_table_is_as_old_as_its_version(load, home, now):
    """A later load is left out, even if first asked for afterwards; the next version has it."""
    facts = load(interaction("web.visited", "2026-01-01", lead="ann", content="/"))
    Interactions(home).append(offered(interaction("web.visited", "2026-01-02", lead="ann", content="/b")))

    assert [one["content"] for one in rows(facts, "behaviour")] == ["/"]

    refresh(home, now=now)
    assert [one["content"] for one in rows(Facts.published(home), "behaviour")] == ["/", "/b"]


def test_a_table_is_made_once(load, home):
    """The second question reads the file of the first."""
    facts = load(interaction("web.visited", "2026-01-01", lead="ann", content="/"))
    file = asked_file(home, facts.manifest, "behaviour")
    made = file.stat().st_mtime_ns

    assert asked_file(home, facts.manifest, "behaviour").stat().st_mtime_ns == made
    assert not list(file.parent.glob("*.half"))
    assert isinstance(rows(facts, "behaviour")[0]["happened_at"], datetime)


def test_behaviour_of_a_simulated_company_agrees_with_a_plain_count(small_company):
    """Every visit, form and campaign touch of a lead, once."""
    facts = small_company.facts
    kinds = ("web.visited", "form.submitted", "email.opened", "email.clicked", "campaign.touched")

    con = duckdb.connect()
    Interactions(small_company.home).relation(con).create_view("told")
    (plain,) = con.sql(f"SELECT count(*) FROM told WHERE kind IN {kinds} AND lead_id IS NOT NULL").fetchone()

    assert facts.arrow(facts.table("behaviour")).num_rows == plain


def test_a_call_is_as_it_was_last_put_right(load):
    """First nobody knew the rep; then it was said, and the measures with it. Its lead follows the deal."""
    told = {"call": "c1", "minutes": 30.5, "talk_ratio": 0.4, "questions": 9, "switches_a_minute": 3.5}
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann"),
        interaction("opportunity.created", "2026-01-02", lead="ann", opportunity="d"),
        interaction(
            "call.transcribed",
            "2026-01-05",
            ref="c1:1",
            recorded_at=at("2026-01-06"),
            detail=detail(call="c1"),
        ),
        interaction(
            "call.transcribed",
            "2026-01-05",
            ref="c1:2",
            recorded_at=at("2026-01-07"),
            rep="rita",
            opportunity="d",
            detail=detail(**told),
        ),
    )

    (one,) = rows(facts, "conversations")

    assert (one["rep_id"], one["lead_id"], one["opportunity_id"]) == (RITA, ANN, DEAL)
    assert (one["minutes"], one["talk_ratio"], one["questions"]) == (30.5, 0.4, 9)
    assert one["patience_seconds"] is None
    assert (one["started_at"], one["known_at"]) == (naive("2026-01-05"), naive("2026-01-07"))


def test_a_transcript_is_no_attempt_and_no_conversation_of_the_funnel(load):
    """The CRM says when a lead was called and met; a transcript must not count it again."""
    facts = load(
        interaction("lead.created", "2026-01-01", lead="ann"),
        interaction("call.transcribed", "2026-01-05", lead="ann", rep="rita", detail=detail(call="c1")),
    )

    (lead,) = facts.arrow(facts.table("leads")).to_pylist()

    assert (lead["attempts"], lead["connected_at"]) == (0, None)
    assert facts.as_of == naive("2026-01-01")


def test_each_rater_scores_a_question_of_a_call_once(load):
    """The newest score of a rater; two raters are two rows; what is no number is left out."""
    facts = load(
        interaction("call.reviewed", "2026-01-05", ref="a", rep="rita", content="open",
                    recorded_at=at("2026-01-05"), detail=reviewed("c1", 2, step="demo")),
        interaction("call.reviewed", "2026-01-06", ref="b", rep="rita", content="open",
                    recorded_at=at("2026-01-06"), detail=reviewed("c1", 4, step="demo")),
        interaction("call.reviewed", "2026-01-06", ref="c", rep="rita", content="open",
                    detail=reviewed("c1", 5, rater="rep:9")),
        interaction("call.reviewed", "2026-01-06", ref="d", rep="rita", content="close",
                    detail=reviewed("c1", "good")),
    )  # fmt: skip

    told = {
        (one["rater"], one["question"]): (one["score"], one["step"]) for one in rows(facts, "call_scores")
    }

    assert told == {("user:3", "open"): (4.0, "demo"), ("rep:9", "open"): (5.0, None)}
