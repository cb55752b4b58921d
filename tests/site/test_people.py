import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from quintet.kernel.errors import BadInput
from quintet.site import actions
from quintet.site.models import Invitation, User

PASSWORD = "four calm brown horses"


def _link(response) -> str:
    return re.search(r"/welcome/[\w-]+/", response.content.decode()).group()


def test_an_invitation_ends_in_an_account(sign_in, people):
    """Operations makes a link, the person sets a password with it and signs in."""
    page = sign_in("operations").post(
        "/people/invite/", {"email": "New@Site.test", "name": "Nia New", "role": "rep", "rep_id": "12"}
    )
    stranger = sign_in("stranger")

    stranger.post(_link(page), {"password": PASSWORD})
    response = stranger.post("/account/login/", {"login": "new@site.test", "password": PASSWORD})

    assert response.status_code == 302
    assert response.url == "/"
    new = User.objects.get(email="new@site.test")
    assert (new.role, new.rep_id, new.name) == ("rep", 12, "Nia New")


def test_a_link_works_once(sign_in, people):
    """Whoever finds it later sees that it is spent."""
    link = _link(sign_in("operations").post(f"/people/{people.rep.pk}/link/"))
    stranger = sign_in("stranger")
    stranger.post(link, {"password": PASSWORD})

    assert stranger.get(link).status_code == 410
    people.rep.refresh_from_db()
    assert people.rep.check_password(PASSWORD)


def test_a_newer_link_closes_the_older(sign_in, people):
    """Only the newest link of a person is open."""
    operations = sign_in("operations")
    older = _link(operations.post(f"/people/{people.rep.pk}/link/"))
    operations.post(f"/people/{people.rep.pk}/link/")

    assert sign_in("stranger").get(older).status_code == 410


def test_a_link_ends_after_a_week(db):
    """An invitation nobody took up does not stay open."""
    now = datetime(2026, 3, 2, tzinfo=UTC)
    token = actions.invite(Invitation(email="a@site.test", role="rep"), None, now)

    assert actions.find_invitation(token, now + timedelta(days=6, hours=23))
    assert actions.find_invitation(token, now + timedelta(days=7)) is None


def test_the_token_is_kept_nowhere(db):
    """The database holds a digest: who reads it cannot use it."""
    token = actions.invite(Invitation(email="a@site.test", role="rep"), None, timezone.now())

    assert token not in str(Invitation.objects.values())


def test_two_cannot_use_one_link(db):
    """The second of two who arrive at once is told so."""
    token = actions.invite(Invitation(email="a@site.test", role="rep"), None, timezone.now())
    one, two = (actions.find_invitation(token, timezone.now()) for _ in range(2))
    actions.accept(one, PASSWORD, timezone.now())

    with pytest.raises(BadInput, match="used already"):
        actions.accept(two, PASSWORD, timezone.now())


def test_weak_passwords_are_refused(sign_in, people):
    """The page says why, and the link stays open."""
    link = _link(sign_in("operations").post(f"/people/{people.rep.pk}/link/"))

    response = sign_in("stranger").post(link, {"password": "password"})

    assert b"too short" in response.content
    assert sign_in("stranger").get(link).status_code == 200


def test_nobody_signs_up_alone(sign_in):
    """The sign-up address says that accounts come by invitation."""
    response = sign_in("stranger").post("/account/signup/", {"email": "x@x.test", "password1": PASSWORD})

    assert b"by invitation" in response.content
    assert not User.objects.filter(email="x@x.test").exists()


def test_wrong_passwords_run_into_a_limit(sign_in, settings):
    """After five wrong passwords for an address in five minutes the right one does not help either."""
    from django.core.cache import cache

    cache.clear()
    stranger = sign_in("stranger")
    for _ in range(5):
        stranger.post("/account/login/", {"login": "rep@site.test", "password": "wrong"})

    response = stranger.post("/account/login/", {"login": "rep@site.test", "password": "pass"})

    cache.clear()
    assert response.status_code == 200
    assert b"Too many" in response.content


def test_changes_of_an_account_are_audited(sign_in, people):
    """Who changed which field from what to what; never the password."""
    from auditlog.models import LogEntry

    sign_in("operations").post(
        f"/people/{people.rep.pk}/",
        {"form": "person", "name": "Rita", "role": "bdr", "rep_id": "11", "is_active": "on"},
    )

    entry = LogEntry.objects.filter(object_pk=str(people.rep.pk)).first()
    assert entry.actor == people.operations
    assert entry.changes["role"] == ["rep", "bdr"]
    assert not any("password" in one.changes for one in LogEntry.objects.all() if one.changes)


def test_assigning_a_rep_is_an_interaction(people):
    """It waits in the inbox as rep.assigned, from the day it holds."""
    from quintet.ledger.models import InboxRow

    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for _ in range(2):
        actions.assign_rep(
            11, {"manager_id": 20, "team": "North"}, date(2026, 4, 1), by=people.operations, now=now
        )

    row = InboxRow.objects.get()
    assert row.payload["kind"] == "rep.assigned"
    assert row.payload["rep_id"] == 11
    assert str(row.payload["occurred_at"]).startswith("2026-04-01")


@pytest.mark.parametrize(
    ("place", "message"), [({}, "needs one of manager_id"), ({"manager_id": 11}, "cannot lead themselves")]
)
def test_assignments_that_make_no_sense(people, place, message):
    """The message says what is missing."""
    with pytest.raises(BadInput, match=message):
        actions.assign_rep(11, place, date(2026, 4, 1), by=people.operations, now=timezone.now())
