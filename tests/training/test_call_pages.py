"""The pages of calls: import, search, words, reviews, the dictionary, and who may do what."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import written_calls as written
from quintet.facts.asking import names_of_reps
from quintet.training.models.call_reviews import CallQuestion, CallReview, CallScorecard
from quintet.training.models.calls import Call
from quintet.training.models.topics import Topic, TopicVersion
from signed_in import as_user
from small_company import small_company

__all__ = ["as_user", "small_company"]

CALLS = "/training/calls/"


@pytest.fixture
def rep(small_company):
    """A rep of the manager's team, and how the company calls him."""
    rep_id = min(small_company.team)
    return rep_id, names_of_reps(small_company.facts)[rep_id]


@pytest.fixture
def said(rep):
    """The first call, spoken by that rep."""
    return [(a, b, rep[1] if who == "Ines Falk" else who, text) for a, b, who, text in written.FIRST_CALL]


def page(response):
    """What a page says."""
    return response.content.decode()


def bring(browser, *files, **terms):
    """Post the import form."""
    told = {"consent_how": "asked", "started_at": "2025-06-03T14:00", "months": 36} | terms
    uploads = [SimpleUploadedFile(name, text.encode()) for name, text in files]
    return browser.post(f"{CALLS}import/", told | {"files": uploads})


@pytest.fixture
def manager(as_user, small_company):
    """The manager's browser."""
    return as_user("manager", small_company.manager)


@pytest.fixture
def call(manager, said):
    """A call of the rep, imported by the manager."""
    bring(manager, ("first.vtt", written.zoom(said)))
    return Call.objects.get()


def test_several_files_are_handed_in_and_each_fault_is_named(manager, said, rep):
    """Two kept, one with its line; nothing without a consent."""
    short = [(0, 900, rep[1], "Hi?"), (1000, 2000, "Omar Reyes", "Hm.")]
    answer = bring(
        manager, ("a.vtt", written.zoom(said)), ("b.srt", written.srt(short)), ("bad.vtt", "WEBVTT\n\nlost\n")
    )

    assert answer.status_code == 200
    assert "2 calls kept" in page(answer)
    assert "bad.vtt, line 3" in page(answer)
    assert {one.rep_id for one in Call.objects.all()} == {rep[0]}
    refused = bring(manager, ("c.vtt", written.zoom(said)), consent_how="")
    assert refused.status_code == 400
    assert bring(manager, lead="Nobody at all").status_code == 400


def test_the_list_opens_each_call_and_filters_work(manager, call):
    """Counts of the call stand in its row."""
    told = page(manager.get(CALLS))

    assert f"{CALLS}{call.pk}/" in told
    assert "27%" in told
    assert "No call fits" in page(manager.get(f"{CALLS}?since=2026-01-01"))
    assert "No call fits" not in page(manager.get(f"{CALLS}?since=nonsense"))
    assert page(manager.get(f"{CALLS}?state=unlinked")).count(str(call.pk)) >= 1


def test_the_call_shows_words_measures_and_what_came_up(manager, as_user, call):
    """And says what the measures rest on."""
    teacher = as_user("enablement")
    teacher.post(f"{CALLS}topics/", {"name": "Price", "kind": "objection", "phrases": "your price"})
    told = page(manager.get(f"{CALLS}{call.pk}/"))

    assert '<mark class="heard" title="Price">your price</mark>' in told
    assert "Price · 1" in told
    assert "Asked at the start of the call, and everybody agreed" in told
    assert "median silence before an answer" in told


def test_strangers_and_other_reps_see_nothing(as_user, small_company, call, rep):
    """A rep the own, another team's manager nothing, marketing not even the page."""
    others = [one["rep_id"] for one in small_company.reps if one["rep_id"] not in small_company.team]
    address = f"{CALLS}{call.pk}/"

    assert as_user("rep", rep[0]).get(address).status_code == 200
    assert as_user("rep", others[0]).get(address).status_code == 404
    assert as_user("marketer").get(CALLS).status_code == 403
    assert as_user("auditor").get(CALLS).status_code == 403
    assert as_user("enablement").get(address).status_code == 200
    found = as_user("rep", others[0]).get(f"{CALLS}search/?q=spreadsheets")
    assert "Nobody said that" in page(found)


def test_a_search_quotes_with_times_and_refuses_nonsense(manager, call):
    """The quote leads to the moment."""
    told = page(manager.get(f"{CALLS}search/?q=spreadsheets"))

    assert f"{CALLS}{call.pk}/#at-5000" in told
    assert '<mark class="heard">spreadsheets</mark>' in told
    assert manager.get(f"{CALLS}search/?q=%3F").status_code == 400
    assert manager.get(f"{CALLS}search/").status_code == 200


def test_a_call_is_put_right_linked_commented_and_its_words_erased(manager, small_company, call, rep):
    """Each by its form; what makes no sense stays in the form with the reason."""
    address = f"{CALLS}{call.pk}/"
    facts = small_company.facts
    leads = facts.table("leads")
    (lead,) = facts.arrow(leads.filter(leads.rep_id == rep[0]).select("lead_id").limit(1)).to_pylist()

    assert manager.post(f"{address}lead/", {"lead": str(lead["lead_id"])}).status_code == 302
    assert manager.post(f"{address}lead/", {"lead": "Nobody at all"}).status_code == 400
    assert manager.post(f"{address}rep/", {"speaker": "Omar Reyes", "rep_id": rep[0]}).status_code == 302
    assert manager.post(f"{address}comment/", {"text": "Good", "moment": "0:17"}).status_code == 302
    wrong = manager.post(f"{address}comment/", {"text": "Good", "moment": "later"})
    assert wrong.status_code == 400
    assert "is no moment" in page(wrong)
    call.refresh_from_db()
    assert (call.lead_id, call.rep_speaker) == (lead["lead_id"], "Omar Reyes")
    assert manager.post(f"{address}erase/", {"because": "taken back"}).status_code == 302
    assert "The words were erased" in page(manager.get(address))
    assert manager.post(f"{address}erase/", {"because": "again"}).status_code == 400


def test_a_rep_erases_what_he_brought_and_nothing_else(as_user, call, rep):
    """Whoever imported a call, or scores calls."""
    own = as_user("rep", rep[0])

    assert own.post(f"{CALLS}{call.pk}/erase/", {"because": "x"}).status_code == 404
    bring(own, ("mine.vtt", written.zoom([(0, 900, rep[1], "Hi."), (1000, 2000, "Omar", "Hm.")])))
    mine = Call.objects.exclude(pk=call.pk).get()
    assert own.post(f"{CALLS}{mine.pk}/erase/", {"because": "x"}).status_code == 302


QUESTION = {"text": "Asked for the need?", "low": "Never", "high": "And why", "step": "demo"}


@pytest.fixture
def card(as_user, db):
    """A scorecard with one question, written by who teaches."""
    teacher = as_user("enablement")
    teacher.post(f"{CALLS}scorecards/", {"name": "First call"})
    teacher.post(f"{CALLS}scorecards/first-call/", QUESTION)
    return CallScorecard.objects.get(), teacher


def test_a_call_is_scored_with_its_moments(manager, call, card):
    """A moment as the transcript writes it; what is missing is said, and nothing typed is lost."""
    question = CallQuestion.objects.get().key
    address = f"{CALLS}{call.pk}/review/first-call/"
    half = manager.post(address, {f"points-{question}": "4", f"why-{question}": ""})
    wrong = manager.post(address, {f"points-{question}": "4", f"moment-{question}": "soon"})

    assert half.status_code == wrong.status_code == 400
    assert "name the moment" in page(half)
    assert 'value="4" checked' in page(half)
    assert "is no moment" in page(wrong)
    assert manager.post(address, {f"points-{question}": "4", f"moment-{question}": "0:16"}).status_code == 302
    told = page(manager.get(f"{CALLS}{call.pk}/"))
    assert "What would it be worth" in told
    assert '<a href="#at-16750">0:16</a>' in told
    assert "Nothing to score here" in page(manager.get(address))
    assert CallReview.objects.count() == 1
    hidden = page(card[1].get(f"{CALLS}{call.pk}/"))
    assert "1 hidden until you have scored it" in hidden


def test_scorecards_are_written_by_who_teaches_and_read_by_managers(manager, as_user, rep, card):
    """A rep opens them not at all."""
    one, teacher = card
    question = CallQuestion.objects.get()

    assert "0 scores have a known outcome" in page(manager.get(f"{CALLS}scorecards/first-call/"))
    assert manager.post(f"{CALLS}scorecards/", {"name": "Mine"}).status_code == 200
    assert CallScorecard.objects.count() == 1
    assert manager.get(f"{CALLS}questions/{question.pk}/").status_code == 403
    assert as_user("rep", rep[0]).get(f"{CALLS}scorecards/").status_code == 403
    assert teacher.post(f"{CALLS}scorecards/", {"name": "First call"}).status_code == 400
    changed = teacher.post(f"{CALLS}questions/{question.pk}/", QUESTION | {"step": "won"})
    assert changed.status_code == 302
    assert CallQuestion.objects.get().step == "won"
    teacher.post(f"{CALLS}questions/{question.pk}/retire/")
    teacher.post(f"{CALLS}scorecards/first-call/retire/")
    one.refresh_from_db()
    assert one.retired_at is not None
    assert "retired" in page(teacher.get(f"{CALLS}scorecards/"))


def test_the_dictionary_is_kept_by_who_teaches(manager, as_user, call):
    """Others read it; quotes come from calls they may see."""
    teacher = as_user("enablement")
    told = {"name": "Price", "kind": "objection", "phrases": "your price"}

    assert teacher.post(f"{CALLS}topics/", told).status_code == 302
    assert teacher.post(f"{CALLS}topics/", told).status_code == 400
    assert manager.post(f"{CALLS}topics/", told | {"name": "Other"}).status_code == 200
    assert Topic.objects.count() == 1
    assert teacher.post(f"{CALLS}topics/price/", told | {"phrases": "price\nexpensive"}).status_code == 302
    assert TopicVersion.objects.count() == 2
    assert teacher.post(f"{CALLS}topics/price/", told | {"phrases": "..."}).status_code == 400
    seen = page(manager.get(f"{CALLS}topics/price/"))
    assert '<mark class="heard">price</mark>' in seen
    assert "too few buyers" in page(manager.get(f"{CALLS}topics/"))
    assert manager.post(f"{CALLS}topics/price/retire/").status_code == 403
    assert teacher.post(f"{CALLS}topics/price/retire/").status_code == 302
    assert manager.get(f"{CALLS}topics/price/").status_code == 404
    assert "No topics yet" in page(manager.get(f"{CALLS}topics/"))


def test_the_worker_erases_words_whose_time_is_over_and_listens(manager, as_user, call):
    """The job of every five minutes."""
    from quintet.site.jobs.chores import keep_calls

    version = as_user("enablement").post(
        f"{CALLS}topics/", {"name": "List", "kind": "topic", "phrases": "one list"}
    )
    assert version.status_code == 302
    assert keep_calls() == "words of 0 calls erased, 0 calls listened to again"
    Call.objects.update(kept_until=call.started_at.date() - timedelta(days=1))
    assert keep_calls() == "words of 1 calls erased, 0 calls listened to again"


def test_before_anything_is_loaded_the_pages_say_so(client, home, settings, db, django_user_model):
    """No facts, no calls, no topics: states, and no errors; a call may be imported all the same."""
    settings.HOME = home
    client.force_login(
        django_user_model.objects.create_user("t@x.test", "enablement", "pass"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    for address in ("", "import/", "search/", "topics/", "scorecards/"):
        assert client.get(CALLS + address).status_code == 200
    assert "1 call kept" in page(bring(client, ("first.vtt", written.zoom(written.FIRST_CALL))))
    (call,) = Call.objects.all()
    assert "Who is the rep?" in page(client.get(f"{CALLS}{call.pk}/"))
