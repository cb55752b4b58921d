import pytest
from django.http import HttpResponse

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.site.bootstrap import name_company
from quintet.site.loaded import facts_are_current, loaded


def test_home_says_what_to_do_when_nothing_is_loaded(sign_in):
    """The first thing a new company reads is the next step."""
    text = sign_in("executive").get("/").content.decode()

    assert "Start with an export of your CRM" in text


def test_home_says_what_is_loaded(sign_in, offer_calls):
    """Rows and source; the simulated company is labelled on every page."""
    offer_calls(3, source="simulated")

    for page in ("/", "/account/password/"):
        assert "Simulated data." in sign_in("executive").get(page).content.decode()


def test_real_data_is_not_called_simulated(sign_in, offer_calls):
    """No banner over a real company."""
    offer_calls(3, source="hubspot")

    text = sign_in("rep").get("/").content.decode()

    assert "Simulated data." not in text
    assert "hubspot" in text


def test_what_is_loaded_names_every_source(offer_calls, home):
    """A mixed ledger is simulated as soon as one row is."""
    offer_calls(2, source="hubspot")
    offer_calls(2, source="simulated")

    now = loaded(home)

    assert (now.rows, now.sources, now.is_simulated) == (4, ("hubspot", "simulated"), True)


def test_facts_are_stale_after_a_load(offer_calls, home):
    """An empty ledger is never stale; after a load the worker has something to do, until it is done."""
    from quintet.facts.refresh import refresh

    assert facts_are_current(home)
    offer_calls(2, source="hubspot")
    assert not facts_are_current(home)
    refresh(home)
    assert facts_are_current(home)


def test_the_company_has_a_name(sign_in):
    """It stands in the header."""
    name_company("Acme Sales")

    assert "Acme Sales" in sign_in("rep").get("/").content.decode()


@pytest.mark.parametrize(
    ("role", "sees", "not_"),
    [("rep", "Home", "Jobs"), ("auditor", "Jobs", "Admin"), ("operations", "Admin", "Candidates")],
)
def test_the_sidebar_shows_only_what_opens(sign_in, role, sees, not_):
    """Pages of other roles, and pages that do not exist yet, are left out."""
    text = sign_in(role).get("/").content.decode()

    assert f'nav-link-title">{sees}<' in text
    assert f'nav-link-title">{not_}<' not in text


@pytest.mark.parametrize("role", ["rep", "stranger"])
def test_a_wrong_address_says_the_next_step(sign_in, role):
    """404 with a way home."""
    response = sign_in(role).get("/nowhere/")

    assert response.status_code == 404
    assert b"Next step" in response.content


def test_a_stale_form_says_the_next_step(client, db):
    """The CSRF page tells people to reload, in our words."""
    client.handler.enforce_csrf_checks = True
    response = client.post("/account/login/", {"login": "a@b.c", "password": "x"})

    assert response.status_code == 403
    assert b"This form is out of date" in response.content


def test_a_fault_of_ours_says_the_next_step(rf):
    """The page for 500 needs neither database nor session."""
    from quintet.site.errors import server_error

    response = server_error(rf.get("/"))

    assert response.status_code == 500
    assert b"Something broke on our side" in response.content


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (
            NotEnoughData("No rep has 30 leads.", have=12, need=30, unit="leads"),
            422,
            "12</strong> of <strong>30",
        ),
        (BadInput("month must be YYYY-MM, got 'x'"), 400, "month must be YYYY-MM"),
    ],
)
def test_our_own_errors_become_pages(rf, people, error, status, words):
    """A page may raise: the reader sees the reason and what is missing."""
    from quintet.site.middleware import ErrorMiddleware

    request = rf.get("/")
    request.user = people.executive
    response = ErrorMiddleware(lambda _: HttpResponse()).process_exception(request, error)

    assert response.status_code == status
    assert words in response.content.decode()


def test_bugs_are_not_explained_away(rf):
    """Anything else crashes, and is logged at the door."""
    from quintet.site.middleware import ErrorMiddleware

    assert ErrorMiddleware(lambda _: HttpResponse()).process_exception(rf.get("/"), ValueError("bug")) is None


def test_the_policy_is_strict(client, db):
    """Scripts and styles come from us alone; nothing inline, nothing evaluated, no frames."""
    policy = client.get("/account/login/").headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_sessions_are_kept_from_scripts(sign_in, client, people):
    """HttpOnly and SameSite."""
    response = client.post("/account/login/", {"login": "rep@site.test", "password": "pass"})

    cookie = response.cookies["quintet_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_vendored_files_are_the_locked_ones(root):
    """Nobody edited Tabler, htmx or Vega by hand."""
    import subprocess
    import sys

    told = subprocess.run(
        [sys.executable, root / "script/vendor", "--check"], capture_output=True, text=True, check=True
    )

    assert "5 vendored files agree with the lock" in told.stdout


def test_the_audit_believes_no_header(rf, settings):
    """Without a configured proxy the address is the one that connects."""
    from quintet.site.middleware import AuditMiddleware

    request = rf.get("/", headers={"X-Forwarded-For": "1.2.3.4"}, REMOTE_ADDR="10.0.0.9")
    assert AuditMiddleware._get_remote_addr(request) == "10.0.0.9"

    settings.TRUSTED_PROXIES = 1
    assert AuditMiddleware._get_remote_addr(request) == "1.2.3.4"


def test_a_foreign_host_name_is_refused(client, db, settings):
    """A request for another site gets a plain page: nobody is signed in before the host is known."""
    settings.ALLOWED_HOSTS = ["sales.example.com"]

    response = client.get("/", SERVER_NAME="evil.example.com")

    assert response.status_code == 400
    assert b"could not be read" in response.content


def test_data_health_names_what_the_data_cannot_feed(sign_in, offer_calls, home):
    """Three calls to three leads: nothing is known of demos, and the page says so with counts."""
    from quintet.facts.refresh import refresh

    assert "Nothing to judge yet" in sign_in("manager").get("/data-health/").content.decode()
    offer_calls(3, source="hubspot")
    refresh(home)

    text = sign_in("manager").get("/data-health/").content.decode()

    assert "Funnel: demo to won" in text
    assert '<span class="badge badge-bad">cannot</span>' in text
    assert "<dt>Leads worked</dt><dd>3</dd>" in text


def test_data_health_leads_to_the_import_whoever_may_load(sign_in, offer_calls, home):
    """A manager may read it and not load: no button that ends in a refusal."""
    from quintet.facts.refresh import refresh

    offer_calls(3, source="hubspot")
    refresh(home)
    pages = {role: sign_in(role).get("/data-health/").content.decode() for role in ("manager", "operations")}

    assert {role: 'href="/import/"' in text for role, text in pages.items()} == {
        "manager": False,
        "operations": True,
    }
