"""Nobody without a hiring role reaches a candidate: every address, operation, download and list is walked."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import get_resolver

from builders import interaction, ref_id
from quintet.hiring.models.candidates import Candidate, Decision
from quintet.hiring.models.process import Round
from quintet.hiring.models.scorecards import RolePlay, Score, Scorecard
from quintet.site.access import pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CY, RITA, MAX = ref_id("candidate", "cy"), ref_id("rep", "rita"), ref_id("rep", "max")
OUTSIDERS = ("manager", "rep", "bdr", "marketer", "enablement", "operations", "auditor")
#: What is written about the candidate and nowhere else.
SAID = ("Zyx Markerova", "zyx@marker.test", "escalators", "paternoster", "funicular")
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
#: Addresses that end the session, and the page on which the one who asks types who it is.
SKIPPED = ("account/logout/",)


@pytest.fixture
def candidate(add_candidate, author, load, settings, home):
    """A rejected candidate with texts that say so, in the records, in the ledger and in the facts."""
    settings.HOME = home

    def told(**what):
        return json.dumps(what)

    load(
        interaction("rep.joined", "2024-01-01", rep="max", detail=told(name="Max", role="manager")),
        interaction(
            "rep.joined", "2024-01-01", rep="rita", detail=told(name="Rita", role="rep", manager_id=MAX)
        ),
        interaction("lead.created", "2025-12-01", lead="ann", rep="rita", detail=told(source="web")),
        interaction("call.attempted", "2025-12-02", lead="ann", rep="rita", outcome="connected"),
        interaction("opportunity.won", "2026-01-09", lead="ann", opportunity="d", rep="rita", amount=900),
        interaction("candidate.applied", "2025-01-01", candidate="cy", detail=told(name=SAID[0], role="ae")),
        interaction(
            "interview.scored", "2025-01-05", candidate="cy", rep="rita", content="curiosity",
            detail=told(score=7, evidence=SAID[2]),
        ),
        interaction(
            "candidate.decided", "2025-01-20", candidate="cy", outcome="rejected", detail=told(reason=SAID[3])
        ),
    )  # fmt: skip
    one = add_candidate(1, "rejected", name=SAID[0], email=SAID[1])
    Candidate.objects.filter(pk=one.pk).update(candidate_id=CY, note=SAID[2])
    Decision.objects.update(reason=SAID[3], advice={"name": SAID[0]})
    screen = Round.objects.create(role=one.role, position=1, name="Screen", kind="interview")
    card = Scorecard.objects.create(
        candidate=one, round=screen, interviewer=author, criteria=[["curiosity", 1]], assigned_by=author,
        assigned_at=NOW, overall=3, overall_why=SAID[4], submitted_at=NOW,
    )  # fmt: skip
    Score.objects.create(scorecard=card, criterion="curiosity", points=7, evidence=SAID[2])
    RolePlay.objects.create(scorecard=card, before=4, feedback=SAID[4], after=7)
    _advised(one)
    return one


def _advised(one):
    from quintet.loop.models.decisions import Recommendation

    Recommendation.objects.create(
        source="quintet", source_ref="advice:1", made_at=NOW, topic="index", formula="hiring", version="1",
        key="1", sentence=f"{SAID[0]}: 104 %", to="recruiters", evidence=_EVIDENCE, after_days=90,
        candidate_id=CY,
    )  # fmt: skip


_EVIDENCE = {
    "unit": "% of quota", "estimate": 104.0, "lo": 60.0, "hi": 140.0, "probability": 0.6, "n": 60,
    "drivers": [], "baseline": 100.0,
}  # fmt: skip


def _client(role, rep_id=None):
    from quintet.site import tokens
    from quintet.site.models import User

    user = User.objects.create_user(f"{role}@wall.test", role, "pass", rep_id=rep_id)
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {tokens.issue(user, 'wall', NOW)}"
    return client


def _addresses(one):
    """Every address of the site, its gaps filled with what the candidate is known by."""
    by_kind = {
        "uuid": [str(one.pk)],
        "int": [str(CY), "1"],
        "str": [str(CY), str(one.pk)],
        "slug": ["curiosity"],
    }
    for route, _, _ in pages(get_resolver().url_patterns):
        plain = route.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")
        if plain in SKIPPED or "(?P" in plain:
            continue
        kinds = [kind or "str" for kind, _ in PARAMETER.findall(plain)]
        choices = max((len(by_kind.get(kind, ["1"])) for kind in kinds), default=1)
        for at in range(choices):

            def fill(found, at=at):
                offered = by_kind.get(found.group(1) or "str", ["1"])
                return offered[at % len(offered)]

            yield "/" + PARAMETER.sub(fill, plain)


def _text(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace")


def _leaks(response, address, one):
    """What an answer says of the candidate that the one who asked had not said himself."""
    text = _text(response)
    known = [*SAID, *(name for name in (str(one.pk), str(CY)) if name not in address)]
    return [name for name in known if name in text]


def _downloads(response):
    """The record lists of a page, each of which is a file."""
    context = getattr(response, "context_data", None) or {}
    return [key for key, value in context.items() if isinstance(value, dict) and "columns" in value]


def _walk(client, one):
    for address in _addresses(one):
        response = client.get(address)
        yield address, response
        for name in _downloads(response) if response.status_code == 200 else []:
            yield f"{address}?csv={name}", client.get(f"{address}?csv={name}")


def test_the_walk_finds_the_candidate_for_those_who_hire(candidate):
    """The negative control: the same walk as a recruiter comes upon the name."""
    found = [
        address for address, response in _walk(_client("recruiter"), candidate) if SAID[0] in _text(response)
    ]

    assert f"/hiring/candidates/{candidate.pk}/erase/" in found


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_outsider_reaches_a_candidate(candidate, role):
    """Pages, API, downloads, drill-downs, admin, logs, errors: after recruiters have worked there, too."""
    recruiter = _client("recruiter")
    for address in _addresses(candidate):
        if address.startswith("/hiring/"):
            recruiter.get(f"{address}?q={SAID[0]}")
            recruiter.get(f"{address}?q={SAID[0]}&csv=candidates")
    rep_id = {"manager": MAX, "rep": RITA, "bdr": RITA}.get(role)

    leaks, crashes = {}, []
    for address, response in _walk(_client(role, rep_id), candidate):
        if found := _leaks(response, address, candidate):
            leaks[address] = found
        if response.status_code >= 500:
            crashes.append(address)

    assert leaks == {}
    assert crashes == []


@pytest.mark.parametrize("role", [*OUTSIDERS, None])
def test_an_outsider_is_refused_without_being_told_whether_there_is_one(candidate, role):
    """The answer for a candidate that is there is the answer for one that is not."""
    client = _client(role) if role else Client(SERVER_NAME="localhost")
    nobody = "00000000-0000-4000-8000-000000000000"

    for path in ("erase", "about-you"):
        there = client.get(f"/hiring/candidates/{candidate.pk}/{path}/")
        nowhere = client.get(f"/hiring/candidates/{nobody}/{path}/")
        assert there.status_code == nowhere.status_code == (403 if role else 302)
        assert not _leaks(there, there.request["PATH_INFO"], candidate)


def test_what_recruiters_search_for_is_not_in_the_log_of_downloads(candidate):
    """The log says that something was taken from the room, not whom it was about."""
    from quintet.site.models import Export

    recruiter = _client("recruiter")
    recruiter.get(f"/hiring/fairness/?q={SAID[0]}&csv=audit")

    assert Export.objects.get().page == "/hiring/fairness/"
