"""Calls beside the rest of the house: linked by the CRM, erased with a person, the same on PostgreSQL."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

import written_calls as written
from builders import interaction, offered, ref_id
from imported_calls import INES, NOW, desk
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.mover import move
from quintet.site.erasing_records import sweep, whom_of
from quintet.training.actions.call_reviews import Scored, submit_review
from quintet.training.actions.calls import comment
from quintet.training.asks.call_people import find_buyer, rep_choices
from quintet.training.asks.call_search import search
from quintet.training.models.call_reviews import CallScore
from quintet.training.models.calls import Call, CallComment, Cue

__all__ = ["desk"]

ANN, DEAL = ref_id("lead", "ann"), ref_id("opportunity", "d")
ALL = Scope(None, None, "operations")


def names(*rows):
    """Names of people and deals, as a CRM gives them."""
    columns = ("entity", "namespace", "ref", "entity_id", "label")
    return pa.Table.from_pylist([dict(zip(columns, row, strict=True)) | {"system": "crm"} for row in rows])


@pytest.fixture
def crm(home, desk):
    """A lead with a deal, two leads of one name, and two reps."""
    Aliases(home).link(
        names(
            ("opportunity", "id", "006Q000000AbCdE", DEAL, "Reyes deal"),
            ("lead", "id", "1", ANN, "Omar Reyes"),
            ("rep", "id", "9", INES, "Ines Falk"),
            ("lead", "id", "2", ref_id("lead", "bo"), "Bo Twin"),
        )
    )
    Interactions(home).append(
        offered(
            interaction("lead.created", "2026-01-01", lead="ann", detail='{"label": "Omar Reyes"}'),
            interaction("opportunity.created", "2026-01-02", lead="ann", opportunity="d"),
            interaction("lead.created", "2026-01-01", lead="bo", detail='{"label": "Bo Twin"}'),
            interaction("lead.created", "2026-01-01", lead="by", detail='{"label": "Bo Twin"}'),
            interaction("rep.joined", "2025-01-01", ref="ines") | {"rep_id": INES},
        )
    )
    rebuild(home, zone="UTC", now=NOW)
    desk.facts = Facts.published(home)
    return desk


def test_gong_says_which_deal_a_call_is_about(crm):
    """Its CRM record is known by its id, in 15 or 18 letters; the lead follows the deal."""
    calls = written.gong_calls(written.FIRST_CALL)
    for number, text in enumerate((calls, calls.replace("006Q000000AbCdE", "006Q000000AbCdEAAV"))):
        words = written.gong_transcripts(written.FIRST_CALL, call=str(number))
        told = text.replace('"7001"', f'"{number}"')
        (call,) = crm.bring(("w.json", words), ("c.json", told)).calls

        assert (call.rep_id, call.lead_id, call.opportunity_id) == (INES, ANN, DEAL)
    unknown = written.gong_calls(written.FIRST_CALL).replace("006Q000000AbCdE", "unknown")
    (call,) = crm.bring(("w.json", written.gong_transcripts(written.FIRST_CALL)), ("c.json", unknown)).calls
    assert call.lead_id is None


def test_a_lead_is_found_by_its_name_or_number(crm):
    """A name that two leads have is refused with their numbers; another team's is not there."""
    assert find_buyer(crm.facts, "omar  reyes", ALL).lead_id == ANN
    assert find_buyer(crm.facts, str(ANN), ALL).opportunity_id == DEAL
    with pytest.raises(BadInput, match="2 leads are called 'Bo Twin'"):
        find_buyer(crm.facts, "Bo Twin", ALL)
    with pytest.raises(BadInput, match="no lead of yours"):
        find_buyer(crm.facts, "Nobody", ALL)
    with pytest.raises(BadInput, match="no leads are loaded"):
        find_buyer(None, "Omar", ALL)
    assert (INES, "Ines Falk") in rep_choices(crm.facts, Scope(role="enablement"))
    assert rep_choices(crm.facts, Scope(role="rep")) == []


def test_what_is_told_of_calls_arrives_in_the_facts(crm, home):
    """One row a call with its lead, one a rater and question."""
    words, about = written.gong_transcripts(written.FIRST_CALL), written.gong_calls(written.FIRST_CALL)
    (call,) = crm.bring(("w.json", words), ("c.json", about)).calls
    card = crm.card()
    said = {one.key: Scored(4, 0) for one in card.questions.all()}
    submit_review(call, card, said, by=crm.boss, now=NOW)
    move(home)
    rebuild(home, zone="UTC", now=NOW)
    facts = Facts.published(home)

    (talk,) = facts.arrow(facts.table("conversations")).to_pylist()
    (score,) = facts.arrow(facts.table("call_scores")).to_pylist()

    assert (talk["call"], talk["rep_id"], talk["lead_id"], talk["questions"]) == (str(call.pk), INES, ANN, 2)
    assert talk["started_at"] == datetime(2026, 2, 3, 14, tzinfo=UTC).replace(tzinfo=None)
    assert talk["known_at"] == NOW.replace(tzinfo=None)
    assert (score["call"], score["score"], score["step"]) == (str(call.pk), 4.0, "demo")


def test_an_erased_lead_takes_its_calls_along_and_is_cut_from_others(crm, home):
    """The own call goes with all it holds; in another call the name is cut, in words and in the index."""
    said = [
        (0, 900, "Ines Falk", "Omar Reyes told me of you."),
        (1000, 2000, "Else Who", "Reyes? Omar, yes."),
    ]
    other = crm.call(said, name="other.vtt")
    words, about = written.gong_transcripts(written.FIRST_CALL), written.gong_calls(written.FIRST_CALL)
    (own,) = crm.bring(("w.json", words), ("c.json", about)).calls
    card = crm.card()
    said_of = {one.key: Scored(4, 0) for one in card.questions.all()}
    submit_review(own, card, said_of, by=crm.boss, now=NOW)
    submit_review(other, card, said_of, by=crm.boss, now=NOW)
    comment(other, "Ask Omar Reyes again", None, by=crm.boss, now=NOW)

    sweep(home, whom_of(home, "lead", ANN))

    assert [one.pk for one in Call.objects.all()] == [other.pk]
    assert Cue.objects.get(number=1).text == "[erased] told me of you."
    assert "Omar Reyes" not in CallScore.objects.get().quote
    assert CallComment.objects.get().text == "Ask [erased] again"
    assert search(Call.objects.all(), "told").total == 1
    assert not other.words.filter(word="told me").exists()


@pytest.mark.slow
@pytest.mark.postgres
def test_calls_are_kept_searched_and_forgotten_on_postgres(home, postgres):
    """The same code on the other database: import, topics, search, a review, retention."""
    root = Path(__file__).resolve().parent.parent
    code = """
from datetime import UTC, datetime, timedelta
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from quintet.facts.scope import Scope
from quintet.kernel.home import Home
from quintet.site.models import User
from quintet.training.actions import calls, topics, call_words, call_reviews
from quintet.training.asks import call_search, topics as asked
from quintet.training.models.calls import Call
import written_calls as written
now = datetime(2026, 3, 2, tzinfo=UTC)
user = User.objects.create_user("t@pg.test", "enablement", "pass", name="Tea")
topics.write_topic("Price", "objection", "your price", by=user, now=now)
by = calls.Importer(user, Scope(role="enablement"), Home.from_environment(), None, now)
terms = calls.ImportTerms("asked", started_at=now - timedelta(days=9))
text = written.zoom(written.FIRST_CALL).encode()
print(len(calls.import_calls([("a.vtt", text), ("b.vtt", text)], terms, by).calls))
found = call_search.search(Call.objects.all(), 'spread* "your price"')
print(found.calls[0][1][0].clock, topics.listen_again())
(line,), quarter = asked.overview(Call.objects.all(), None, now.date())
print(line.calls, line.counted, line.waiting)
card = call_reviews.write_scorecard("First", by=user, now=now)
call_reviews.add_question(card, call_reviews.Wording("Why?", "No", "Yes", "demo"))
one = Call.objects.get()
said = {q.key: call_reviews.Scored(5, 17_000) for q in card.questions.all()}
print(call_reviews.submit_review(one, card, said, by=user, now=now).scores.get().clock)
print(call_words.forget_due(now + timedelta(days=900)))
"""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(root),
        "DJANGO_SETTINGS_MODULE": "quintet.site.settings",
        "QUINTET_HOME": str(home.path),
        "QUINTET_DATABASE_URL": postgres,
        "OPENBLAS_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.split() == ["1", "0:05", "0", "1", "1", "0", "0:16", "1"]
