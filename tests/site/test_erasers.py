"""Erasing a person from the database: every model is decided about, and nothing of the person is left."""

import base64
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.test import Client
from django.utils import timezone

from builders import interaction, offered
from quintet.demand.models.experiments import Experiment, ExperimentLead
from quintet.kernel.errors import BadInput
from quintet.kernel.shelf import Shelf
from quintet.ledger import inbox
from quintet.ledger.erasers import Files, Records, Whom
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.loop.models.decisions import Recommendation
from quintet.management.models.coaching import CoachingPlan
from quintet.management.models.contests import Contest
from quintet.management.models.forecast import ForecastCommit
from quintet.management.models.organisation import LeadershipObservation
from quintet.management.models.reviews import InputReview
from quintet.site import tokens
from quintet.site.erasing import erase_everywhere
from quintet.site.erasing_records import erasers, held, prove, sweep, whom_of
from quintet.site.mail.models import Edition, Letter, LetterState
from quintet.site.models import ApiToken, Invitation, User
from quintet.sources.files.erasing import plan_erasure

pytestmark = pytest.mark.django_db

ANN, BOB, LEAD = 4_000_000_000_000_000_001, 4_000_000_000_000_000_003, 4_000_000_000_000_000_005
MAIL, WORK = "ann.lee@example.com", "ann@work.example"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 2)
#: Fields that say who it is: a model that has one must say what becomes of it.
KEYS = ("rep_id", "rep_ids", "lead_id", "account_id", "opportunity_id", "candidate_id", "person_id")
#: Texts nobody writes: digests, names of jobs and modules, figures.
CODES = {
    "fitted", "rules", "token_digest", "message_id", "data", "formula", "version", "source", "worker_ids",
    "backend_name", "task_path", "cid", "object_pk", "object_id", "key", "column",
}  # fmt: skip
_LONG = 100
#: Accounts and mails are erased by `erasing_records` itself; others by the ledger and the import; the last
#: hold what is the same in every installation.
BY_ITSELF = {
    "site.User", "site.Edition", "sessions.Session", "ledger.InboxRow", "files.Upload", "site.Company",
    "auth.Permission", "auth.Group", "auth.Group_permissions", "contenttypes.ContentType",
}  # fmt: skip


# ---------------------------------------------------------------- everything is decided


def test_every_model_of_every_room_has_been_decided_about_once():
    """A new model fails here until its room says in its erasers.py what becomes of it."""
    said = Counter(one.model for one in erasers() if not isinstance(one, Files))
    there = {one._meta.label for one in apps.get_models(include_auto_created=True)}

    assert there - set(said) == set()
    assert set(said) - there == set()
    assert [name for name, count in said.items() if count > 1] == []
    assert [one for one in erasers() if not one.says] == []


def test_every_field_that_names_a_person_is_covered():
    """Keys, addresses, free text: of a person's own records and of those of others."""
    said = {one.model: one for one in erasers() if not isinstance(one, Files)}
    missing = []
    for model in apps.get_models(include_auto_created=True):
        one = said[model._meta.label]
        covered = one.covers if isinstance(one, Records) else frozenset()
        missing += [
            f"{one.model}.{field.name}"
            for field in model._meta.concrete_fields
            if one.model not in BY_ITSELF and _names_somebody(field) and field.name not in covered
        ]

    assert missing == []


def _names_somebody(field):
    """A key, an address, or room for what people write: a long text without choices, or JSON."""
    is_key = field.name in KEYS or field.name.endswith(("_rep_id", "_lead_id"))
    is_long = isinstance(field, models.CharField) and (field.max_length or 0) >= _LONG and not field.choices
    has_room = is_long or isinstance(field, (models.TextField, models.JSONField, models.EmailField))
    return is_key or (has_room and field.name not in CODES)


@pytest.mark.parametrize(
    "one", [one for one in erasers() if isinstance(one, Records)], ids=lambda one: one.model
)
def test_what_is_said_of_a_model_is_there(one):
    """A field that was renamed fails here, not on the day somebody is erased."""
    names = {field.name for field in apps.get_model(one.model)._meta.get_fields()}
    lookups = [*one.own.values(), one.address] if one.address else list(one.own.values())

    assert {name.partition(".")[0] for name in (*one.texts, *one.among.values())} <= names
    for lookup in lookups:
        apps.get_model(one.model).objects.filter(**{f"{lookup}__isnull": True}).exists()


# ---------------------------------------------------------------- what a person leaves


@pytest.fixture
def ledger(home):
    """Ann and Bob as reps, and a lead."""
    names = [
        ("rep", "id", "1", ANN, "Ann Lee"), ("rep", "email", MAIL, ANN, None),
        ("rep", "id", "3", BOB, "Bob Ray"), ("lead", "id", "5", LEAD, "Liz Oak"),
    ]  # fmt: skip
    rows = [
        {"entity": entity, "system": "crm", "namespace": space, "ref": ref, "entity_id": one, "label": label}
        for entity, space, ref, one, label in names
    ]
    Aliases(home).link(pa.Table.from_pylist(rows))
    told = [interaction("call.attempted", ref=str(one)) | {"rep_id": one} for one in (ANN, BOB)]
    Interactions(home).append(offered(*told))
    return Interactions(home)


@pytest.fixture
def ann(people):
    """Ann's account, signed in, with a token, a mail and an invitation."""
    user = User.objects.create_user(WORK, "rep", "pass", rep_id=ANN, name="Ann Lee")
    Client(SERVER_NAME="localhost").force_login(
        user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    tokens.issue(user, "my sheet", timezone.now())
    Invitation.objects.create(email=MAIL, token_digest="x", expires_at=NOW)
    LogEntry.objects.log_create(
        user, force_log=True, action=LogEntry.Action.UPDATE, actor=user, remote_addr="10.0.0.7",
        changes={"email": [MAIL, WORK]},
    )  # fmt: skip
    return user


@pytest.fixture
def notes(people, ann):
    """What stands about Ann in every room, and about Bob beside it."""
    boss = people.manager
    for rep, name in ((ANN, "Ann Lee"), (BOB, "Bob Ray")):
        plan = CoachingPlan.objects.create(
            rep_id=rep, step="demo-won", finding=f"{name} talks too much", goal=0.3, review_on=DAY,
            proposed={"step": "demo-won"}, opened_on=DAY, opened_by=boss,
        )  # fmt: skip
        plan.sessions.create(held_on=DAY, practised=f"Listening, with {name}", held_by=boss)
        LeadershipObservation.objects.create(
            rep_id=rep, behaviour="mentoring", seen_on=DAY, note="Helped Ann Lee", seen_by=boss, noted_at=NOW
        )
        _committed(boss, rep, [rep])
        Recommendation.objects.create(
            source="quintet", source_ref=str(rep), made_at=NOW, topic="coach", formula="management.rates",
            version="1", key=f"rep {rep}", sentence=f"Coach {name} at the demo", to="manager",
            evidence={"subject": name, "rep_id": rep}, after_days=30, rep_id=rep,
        )  # fmt: skip
    _committed(boss, 77, [ANN, BOB])
    for name, reps in (("Sprint", [ANN, BOB]), ("Alone", [ANN])):
        Contest.objects.create(
            name=name, terms={"rep_ids": reps, "rule": "line"}, starts_on=DAY, ends_on=DAY,
            prize="Dinner with ann lee", started_by=boss, started_at=NOW,
        )  # fmt: skip
    InputReview.objects.create(
        team="Team 1", note=f"ANN LEE ({MAIL}) skips calls, Annabel Leeds not", reviewed_by=boss
    )
    _mailed(boss, ann)
    return boss


def _committed(by, rep, reps):
    ForecastCommit.objects.create(
        rep_id=rep, is_team=len(reps) > 1, rep_ids=reps, period="2026-03", starts_on=DAY, ends_on=DAY,
        measure="mrr", amount=Decimal(5), committed_by=by, committed_at=NOW,
    )  # fmt: skip


def _mailed(boss, ann):
    edition = Edition.objects.create(
        kind="daily", day=DAY, audience="1", label="Team 1", subject="Monday", html="<b>Ann Lee</b> 7 calls",
        text="Ann Lee 7", pictures={"a": base64.b64encode(b"png").decode()}, facts_version=1,
        prepared_at=NOW, seconds=1, expires_at=NOW,
    )  # fmt: skip
    for user in (boss, ann):
        Letter.objects.create(
            edition=edition, user=user, kind="daily", day=DAY, address=user.email, next_try_at=NOW,
            message_id=f"<{user.pk}@x>",
        )  # fmt: skip


def test_of_an_erased_rep_nothing_is_left_and_of_colleagues_everything(home, ledger, notes, ann):
    """Free text about him is gone, his account is a number, and shared records stay without him."""
    shelf = Shelf(home, "management.forecast")
    shelf.use(shelf.put('{"owners":[{"name":"Ann Lee"}]}'), NOW, "first")
    before = dict(held(home, whom_of(home, "rep", ANN)))

    done = erase_everywhere(home, plan_erasure(home, "rep", MAIL), by="ops")

    assert dict(done.records.changed) == before
    assert before["coaching plans"] == before["coaching sessions"] == 1
    for model in (CoachingPlan, LeadershipObservation, Recommendation):
        assert [one.rep_id for one in model.objects.all()] == [BOB]
    assert [one.note for one in LeadershipObservation.objects.all()] == ["Helped [erased]"]
    assert [one.rep_ids for one in ForecastCommit.objects.order_by("rep_id")] == [[BOB], [BOB]]
    (contest,) = Contest.objects.all()
    assert (contest.terms, contest.prize) == ({"rep_ids": [BOB], "rule": "line"}, "Dinner with [erased]")
    assert InputReview.objects.get().note == "[erased] ([erased]) skips calls, Annabel Leeds not"
    assert shelf.uses() == ()
    assert ledger.rows() == 2  # Bob's call, and that somebody was erased

    ann.refresh_from_db()
    assert (ann.name, ann.rep_id, ann.is_active, ann.has_usable_password()) == ("", None, False, False)
    assert ann.email.endswith("@erased.invalid")
    assert (ApiToken.objects.count(), Invitation.objects.count(), Session.objects.count()) == (0, 0, 0)
    assert LogEntry.objects.filter(actor=ann).exclude(remote_addr=None).count() == 0


def test_a_mail_that_names_him_loses_name_and_pictures_and_is_not_sent_as_a_torso(home, ledger, notes, ann):
    """His own letter is gone; one that waits for somebody else is not sent any more."""
    sweep(home, whom_of(home, "rep", ANN))
    edition, letter = Edition.objects.get(), Letter.objects.get()

    assert (edition.html, edition.pictures) == ("<b>[erased]</b> 7 calls", {})
    assert (letter.user, letter.state) == (notes, LetterState.EXPIRED)


def test_the_database_itself_holds_neither_address_nor_id_afterwards(home, ledger, notes, ann):
    """Not by our own search: every value of every table, as text."""
    from django.db import connection

    erase_everywhere(home, plan_erasure(home, "rep", MAIL), by="ops")
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{name}"')
            for row in cursor.fetchall():
                told = str(row).lower()
                assert not [one for one in (MAIL, WORK, str(ANN), "ann lee") if one in told], (name, row)


def test_the_ledger_forgets_the_address_of_the_account_too(home, ledger, notes, ann):
    """It stood as the name of who did something; the ledger did not know that it is hers."""
    told = interaction("inputs.reviewed", ref="r", detail=f'{{"by": "{WORK}"}}')
    Interactions(home).append(offered(told))
    erase_everywhere(home, plan_erasure(home, "rep", MAIL), by="ops")

    import duckdb

    with duckdb.connect() as con:
        texts = Interactions(home).relation(con).project("detail").fetchall()
    assert '{"by": "[erased]"}' in {text for (text,) in texts}


def test_nobody_else_is_touched_when_nothing_is_held(home, ledger, notes):
    """Erasing Bob leaves Ann's notes."""
    sweep(home, whom_of(home, "rep", BOB))

    assert [one.rep_id for one in CoachingPlan.objects.all()] == [ANN]
    assert Contest.objects.get(name="Sprint").terms["rep_ids"] == [ANN]
    assert Contest.objects.filter(name="Alone").exists()


def test_a_lead_goes_from_experiments_and_from_what_people_wrote(home, ledger, people):
    """The row of the draw is deleted; a reason that names the lead is cut, and stays."""
    test = Experiment.objects.create(
        name="Mail", question="Does Liz Oak answer?", design={}, needed=1, fixed_size=1, started_at=NOW,
        started_by=people.marketer,
    )  # fmt: skip
    for lead in (LEAD, 9):
        ExperimentLead.objects.create(experiment=test, lead_id=lead, cell=0, entered_at=NOW)
    InputReview.objects.create(team="A", note="Liz Oak was not called", reviewed_by=people.manager)

    swept = sweep(home, whom_of(home, "lead", LEAD))

    assert dict(swept.changed) == {"experiment leads": 1, "experiments": 1, "input reviews": 1}
    assert [one.lead_id for one in ExperimentLead.objects.all()] == [9]
    assert InputReview.objects.get().note == "[erased] was not called"


def test_a_lead_with_the_address_of_an_account_is_refused_before_anything_is_done(home, ledger, people):
    """Else a colleague could not sign in any more because a test lead was tidied up."""
    rows = [{"entity": "lead", "system": "crm", "namespace": "email", "ref": people.manager.email,
             "entity_id": LEAD, "label": None}]  # fmt: skip
    Aliases(home).link(pa.Table.from_pylist(rows))

    with pytest.raises(BadInput, match="address of an account"):
        erase_everywhere(home, plan_erasure(home, "lead", str(LEAD)), by="ops")
    assert User.objects.filter(pk=people.manager.pk, is_active=True).exists()
    assert ledger.rows() == 2


def test_what_an_eraser_misses_is_found_and_said_loudly(home, ledger, people):
    """An address in a field nobody thought of stops it, by the name of the model."""
    inbox.offer([])
    people.manager.name = f"boss of {MAIL}"
    people.manager.save()

    with pytest.raises(RuntimeError, match="still holds the person"):
        prove(home, whom_of(home, "rep", ANN))


def test_a_first_name_alone_and_a_short_number_are_left(home):
    """They are part of too many words and sums."""
    whom = Whom("rep", frozenset({7}), frozenset(), frozenset({"Ann Lee"}))

    assert whom.cut({"text": "Ann, 7 calls; ann lee", "rep": 7}) == {
        "text": "Ann, 7 calls; [erased]",
        "rep": 7,
    }
    big = Whom("rep", frozenset({ANN}), frozenset())
    assert big.cut([ANN, f"rep {ANN}.", ANN + 1]) == [None, "rep [erased].", ANN + 1]


def test_the_page_shows_the_records_that_would_go(sign_in, ledger, notes):
    """Before anything is removed."""
    page = sign_in("operations").post("/people/erase/", {"entity": "rep", "who": MAIL})

    assert ("coaching plans", 1) in page.context["records"]
    assert "Coaching plans, deleted or cut" in page.content.decode()
    assert CoachingPlan.objects.count() == 2
