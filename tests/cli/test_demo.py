"""`quintet demo` and `quintet serve`: from nothing to pages."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date

import pytest

from builders import interaction, offered
from processes import run_on
from quintet.cli.company import start_of_history
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

SETTINGS = "quintet.site.settings"
SMALL = ("--reps", "3", "--quarters", "2")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answer(url: str, process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Status and address of a page, as soon as somebody answers."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[1]
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  our own address
                return answer.status, answer.url
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(url)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small demo, built once, and what building it said."""
    home = Home.at(tmp_path_factory.mktemp("demo") / "company")
    return home, run_on(home, ["-m", "quintet.cli.main", "demo", *SMALL])


@pytest.fixture
def demo_of(built, company):
    """The demo, copied to this test's home; and what building it said."""
    home, said = built
    shutil.copytree(home.path, company.path)
    return said


@pytest.mark.slow
def test_the_demo_is_built_once_and_used_again(run, run_alone, demo_of, company):
    """Logins for nine roles; the second run adds nothing, the order of another size is refused."""
    first = demo_of
    rows = Interactions(company).rows()
    again = run_alone("demo", *SMALL)
    other = run("demo", "--reps", "4", "--quarters", "2")

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert rows > 1000
    assert Interactions(company).rows() == rows
    for role in (
        "executive",
        "manager",
        "rep",
        "marketer",
        "recruiter",
        "interviewer",
        "enablement",
        "operations",
        "auditor",
    ):
        assert f"{role}@demo.test" in first.stdout
    assert "Nothing in it is real" in first.stderr
    assert other.returncode == 2
    assert "a demo of another size" in other.stderr


@pytest.mark.slow
def test_serve_answers_and_ends_with_its_worker(run, demo_of, company):
    """The first page asks to sign in, a taken port is refused, and Ctrl-C leaves no process behind."""
    assert demo_of.returncode == 0
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "quintet.cli.main", "serve", "--port", str(port)],
        env=os.environ
        | {"QUINTET_HOME": str(company.path), "DJANGO_SETTINGS_MODULE": "quintet.site.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        status, address = _answer(f"http://127.0.0.1:{port}/", process)
        health, _ = _answer(f"http://127.0.0.1:{port}/healthz", process)
        taken = run("serve", "--port", port)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert (status, health) == (200, 200)
    assert "/account/login/" in address
    assert taken.returncode == 2
    assert f"port {port} of 127.0.0.1 is taken" in taken.stderr
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_real_company_is_never_turned_into_a_demo(run, company, tmp_path):
    """A home with a ledger of its own is refused with the next step, and nothing is added."""
    company.path.mkdir()
    Interactions(company).append(offered(interaction("lead.created", "2026-01-01", lead="acme")))

    done = run("demo")

    assert done.returncode == 2
    assert "holds a company already: name an empty folder" in done.stderr
    assert Interactions(company).rows() == 1


@pytest.mark.parametrize(
    ("today", "quarters", "start"),
    [("2026-11-22", 8, "2024-10-01"), ("2026-01-01", 1, "2025-10-01"), ("2026-03-31", 4, "2025-01-01")],
)
def test_the_history_ends_with_the_last_quarter_that_is_over(today, quarters, start):
    """So that a demo looks like a company of today."""
    assert start_of_history(date.fromisoformat(today), quarters) == date.fromisoformat(start)
