"""No key leaves before an exam is marked, nor an answer of somebody else: every address is walked."""

import json
import logging
import re

import pytest
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from exam_bank import people, room
from quintet.ledger.models import InboxRow
from quintet.site import tokens
from quintet.site.access import pages, rule_of
from quintet.site.admin import quintet_admin
from quintet.site.models import User
from quintet.training.actions.marking import mark_graded
from quintet.training.models.certificates import Notice
from quintet.training.models.exams import Exam, Question, QuestionVersion, Sitting

__all__ = ["people", "room"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
SKIPPED = ("account/logout/",)
#: What is right and written nowhere else: name of the right option, an accepted answer, an item of a rubric.
KEYS = ("zyxoption", "zyxpaternoster", "zyxfunicular")
#: What Rita said, and nobody else.
SAID = ("zyxescalator", "zyxgondola")
#: Who walks the whole site; whoever has no more rights than these walks the room and the API.
EVERYWHERE = ("max", "operations")
IN_THE_ROOM = ("mia", "bdr", "marketer", "auditor", "recruiter", "interviewer", None)


@pytest.fixture
def planted(room, home, settings):
    """An exam whose keys are marker words; Rita's attempts: one marked, one waiting, one that runs."""
    settings.HOME = home
    for role in ("bdr", "interviewer"):
        setattr(room.people, role, User.objects.create_user(f"{role}@exam.test", role, "pass", name=role))
    _plant_keys(room)
    now = timezone.now()
    Exam.objects.update(wait_hours=0)
    room.exam.refresh_from_db()
    said = {"one": ["the intern"], "several": ["need"], "short": SAID[0], "graded": SAID[1]}
    room.marked = room.taken(room.people.rita, now, **said)
    points = {KEYS[2]: 1, "Agrees a next step": 0}
    mark_graded(room.answer(room.marked, "graded"), points, "", by=room.people.enablement, now=now)
    room.waiting = room.taken(room.people.rita, now, **said)
    room.running = Sitting.objects.create(
        exam=room.exam, user=room.people.rita, attempt=3, asked=room.marked.asked, started_at=now
    )
    room.say(room.running, now, **said)
    return room


def _plant_keys(room):
    one, short, graded = (room.version(kind) for kind in ("one", "short", "graded"))
    right = one.right[0]
    options = [each | ({"key": KEYS[0]} if each["key"] == right else {}) for each in one.options]
    QuestionVersion.objects.filter(pk=one.pk).update(options=options, right=[KEYS[0]])
    QuestionVersion.objects.filter(pk=short.pk).update(right=[KEYS[1]])
    rubric = [{"item": KEYS[2], "points": 3}, {"item": "Agrees a next step", "points": 2}]
    QuestionVersion.objects.filter(pk=graded.pk).update(right=rubric)


def _client(user):
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    if user is None:
        return client
    client.force_login(user, backend=BACKEND)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {tokens.issue(user, 'wall', timezone.now())}"
    return client


def _addresses(room, *, everywhere):
    """Every address of the room and the API, or of the site; gaps filled with all that is planted."""
    answers = [
        str(room.answer(one, kind).pk) for one in (room.waiting, room.marked) for kind in ("short", "graded")
    ]
    by_kind = {
        "uuid": [str(one.pk) for one in (room.running, room.waiting, room.marked)]
        + [str(one.pk) for one in Question.objects.all()],
        "int": [str(one) for one in QuestionVersion.objects.values_list("pk", flat=True)] + answers,
        "slug": ["qualifying", "qualify", "one"],
        "str": ["qualifying", "101", str(room.running.pk)],
    }
    for route, _, _ in pages(get_resolver().url_patterns):
        plain = route.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")
        if plain in SKIPPED or "(?P" in plain:
            continue
        kinds = [kind or "str" for kind, _ in PARAMETER.findall(plain)]
        ours = plain.startswith(("training/", "api/v1/training/"))
        if not ours and not everywhere:
            continue
        choices = max((len(by_kind.get(kind, "1")) for kind in kinds), default=1) if ours else 1
        for at in range(choices):

            def fill(found, at=at):
                offered = by_kind.get(found.group(1) or "str", ["1"])
                return offered[at % len(offered)]

            yield "/" + PARAMETER.sub(fill, plain)


def _text(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace")


def _walk(client, room, *, everywhere):
    for address in _addresses(room, everywhere=everywhere):
        response = client.get(address)
        yield address, response
        context = getattr(response, "context_data", None) or {}
        for name in [key for key, value in context.items() if isinstance(value, dict) and "columns" in value]:
            yield f"{address}?csv={name}", client.get(f"{address}?csv={name}")


def _found(room, who, words):
    """Where somebody comes upon one of the words, and which pages crashed."""
    found, crashes = {}, []
    client = _client(getattr(room.people, who) if who else None)
    for address, response in _walk(client, room, everywhere=who in EVERYWHERE):
        text = _text(response)
        if seen := [word for word in words if word in text]:
            found[address] = seen
        if response.status_code >= 500:
            crashes.append(address)
    assert crashes == []
    return found


def test_the_walk_finds_the_keys_for_those_who_write_them(planted):
    """The negative control: the same walk as somebody who teaches comes upon every key and both answers."""
    found = _found(planted, "enablement", KEYS + SAID)

    seen = {word for words in found.values() for word in words}
    assert seen == {*KEYS, *SAID}
    assert all(
        one.startswith(("/training/questions/", "/training/keys/", "/training/marking/")) for one in found
    )


@pytest.mark.parametrize("who", [*EVERYWHERE, *IN_THE_ROOM])
def test_no_key_is_in_any_page_download_or_reply(planted, who):
    """Of a sitting that runs, waits or was marked; nor in the admin; and no answer of somebody else."""
    assert _found(planted, who, KEYS + SAID) == {}


def test_rita_finds_her_own_answers_and_no_key(planted):
    """The negative control of the walk as a learner: it does reach the paper and the result."""
    found = _found(planted, "rita", KEYS + SAID)

    assert set(found) == {
        f"/training/sittings/{planted.running.pk}/",
        f"/training/sittings/{planted.marked.pk}/result/",
    }
    assert {word for words in found.values() for word in words} == set(SAID)


def test_who_teaches_finds_no_key_in_the_middle_of_an_own_attempt(planted):
    """The executive takes the exam: until it is marked, the bank and the marking of it are closed."""
    planted.begin(planted.people.executive, timezone.now())

    assert _found(planted, "executive", KEYS) == {}


def test_a_reply_to_a_right_answer_is_the_reply_to_a_wrong_one(planted):
    """The save endpoint is no oracle: same words, same length, whatever was said."""
    client, sitting = _client(planted.people.rita), planted.running
    version = planted.version("short").pk

    def reply(said, revision):
        told = {"answers": [{"version": version, "said": said, "revision": revision}]}
        answer = client.put(f"/training/sittings/{sitting.pk}/save/", json.dumps(told), "application/json")
        state = answer.json()
        return answer.status_code, sorted(state), state["answers"][0]["said"]

    now = 10**9
    right, wrong = reply(KEYS[1], now), reply("zyxnothing12345", now + 1)
    assert right[:2] == wrong[:2]
    assert (right[2], wrong[2]) == (KEYS[1], "zyxnothing12345")


def test_no_key_is_told_to_the_ledger_a_notice_the_audit_or_the_log(planted, caplog):
    """Operations read the last two, and everybody's facts are made of the first."""
    with caplog.at_level(logging.DEBUG):
        client = _client(planted.people.rita)
        client.put(f"/training/sittings/{planted.running.pk}/save/", b'{"hand_in": true, "answers": []}')
        client.get(f"/training/sittings/{planted.running.pk}/result/")
    ours = [
        *InboxRow.objects.values_list("payload", flat=True),
        *Notice.objects.values_list("text", flat=True),
    ]
    everything = json.dumps(ours) + str(list(LogEntry.objects.values())) + caplog.text

    assert len(ours) > 10
    assert [word for word in KEYS + SAID if word in everything] == []


def test_once_the_exam_shows_its_keys_a_taker_sees_them_of_marked_sittings_only(planted):
    """The switch works, and only where it should."""
    Exam.objects.update(shows_keys=True)
    found = _found(planted, "rita", KEYS)

    assert set(found) == {f"/training/sittings/{planted.marked.pk}/result/"}
    assert _found(planted, "mia", KEYS) == {}


@pytest.mark.parametrize(
    "name", ["Exam", "Question", "QuestionVersion", "Sitting", "Answer", "Mark", "KeyCorrection"]
)
def test_no_record_of_exams_is_in_the_admin_or_the_audit_log(name):
    """Operations read both, and take exams as well; marks and corrections are an audit of their own."""
    model = apps.get_model("training", name)

    assert not quintet_admin.is_registered(model)
    assert not auditlog.contains(model)


def test_every_page_with_a_key_asks_for_the_right_to_teach():
    """Read off the addresses: what is not for learners is for those who teach."""
    rules = {
        name: rule_of(page)
        for _, name, page in pages(get_resolver().url_patterns)
        if name.startswith("training:") and page.__module__.endswith((".questions", ".marking"))
    }

    assert len(rules) >= 9
    assert set(rules.values()) == {"training.teach"}
