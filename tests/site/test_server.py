import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from quintet.kernel.home import Home

WORKER = """
from quintet.kernel.home import Home
from quintet.site.server import prepare, set_up
home = Home.from_environment()
prepare(home)
from quintet.site.jobs.worker import run_worker
run_worker()
"""
SERVE = """
from quintet.site.server import serve
if __name__ == "__main__":
    serve(port={port})
"""
LOGINS = """
from quintet.kernel.home import Home
from quintet.site.bootstrap import create_demo_users
for login in create_demo_users(Home.from_environment(), manager_rep_id=10, rep_rep_id=11):
    print(login.role, login.email, login.password)
"""


def _environment(home: Home) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("QUINTET_", "DJANGO_"))}
    return kept | {"QUINTET_HOME": str(home.path)}


def _run(home: Home, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=_environment(home), capture_output=True, text=True, check=True
    )
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(ready, seconds: float = 60) -> None:
    """Ask again until it is so: another process needs time to start."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it did not happen in time"


def _answers(url: str) -> bool:
    try:
        return urllib.request.urlopen(url, timeout=5).status == 200  # noqa: S310
    except OSError:
        return False


@pytest.mark.slow
def test_serve_answers_pages(home, tmp_path):
    """From an empty folder to a login page: migrations, static files, granian; SIGTERM ends it."""
    port = _free_port()
    script = tmp_path / "serve.py"
    script.write_text(SERVE.format(port=port))
    server = subprocess.Popen([sys.executable, script], env=_environment(home))
    try:
        _wait(lambda: _answers(f"http://127.0.0.1:{port}/healthz"))
        text = urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/").read().decode()
        sheet = text.split('rel="stylesheet" href="')[1].split('"')[0]
        assert "Sign in" in text
        assert _answers(f"http://127.0.0.1:{port}{sheet}")
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) in {0, -signal.SIGTERM}


def test_the_site_computes_with_one_thread_unless_told_otherwise(home):
    """Its processes say so before anything imports numpy, which reads it then."""
    code = """
import os, sys
from quintet.kernel.home import Home
from quintet.site.server import set_up
assert "numpy" not in sys.modules
set_up(Home.from_environment())
print(os.environ["OPENBLAS_NUM_THREADS"], os.environ["OMP_NUM_THREADS"])
"""
    told = {"OPENBLAS_NUM_THREADS": "", "OMP_NUM_THREADS": "3"}
    environment = {name: value for name, value in (_environment(home) | told).items() if value}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "3"]


def test_the_application_starts_in_a_process_that_set_nothing_up(home):
    """A web process that is no fork of the one that started it: what is kept warm needs the models first."""
    code = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "quintet.site.settings"
from quintet.site.served import application
print(callable(application))
"""
    assert _run(home, code).strip() == "True"


@pytest.mark.slow
def test_a_lost_task_runs_in_the_next_worker(home):
    """The worker that took it never came back: the next one gives it back to the queue and runs it."""
    waiting = """
from quintet.kernel.home import Home
from quintet.site.server import prepare
prepare(Home.from_environment())
from quintet.site.jobs.tasks import enqueue_refresh
from django_tasks_db.models import DBTaskResult
enqueue_refresh()
DBTaskResult.objects.get().claim("lost")
"""
    _run(home, waiting)
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=_environment(home))
    look = """
from quintet.kernel.home import Home
from quintet.site.server import set_up
set_up(Home.from_environment())
from django_tasks_db.models import DBTaskResult
one = DBTaskResult.objects.get()
print(one.status, len(one.worker_ids))
"""
    try:
        _wait(lambda: _run(home, look).split() == ["SUCCESSFUL", "2"])
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0


@pytest.mark.slow
def test_demo_logins_are_new_each_time(home):
    """One per role, random, printed once; the home folder is private and holds no password."""
    first, second = _run(home, LOGINS).splitlines(), _run(home, LOGINS).splitlines()

    assert [line.split()[0] for line in first] == [
        "executive",
        "manager",
        "rep",
        "marketer",
        "recruiter",
        "interviewer",
        "enablement",
        "operations",
        "auditor",
    ]
    passwords = {line.split()[2] for line in first + second}
    assert len(passwords) == 18
    held = b"".join(path.read_bytes() for path in Path(home.path).glob("records.sqlite3*"))
    assert not [one for one in passwords if one.encode() in held]


@pytest.mark.slow
@pytest.mark.postgres
def test_the_site_runs_on_postgres(home, postgres):
    """Migrations, accounts, sign-ins and one round of the worker, with nothing in SQLite."""
    code = """
from quintet.kernel.home import Home
from quintet.site.bootstrap import create_demo_users
logins = create_demo_users(Home.from_environment())
from django.test import Client
from quintet.site.jobs.tasks import enqueue_refresh
from quintet.site.jobs.worker import run_worker
from quintet.site.models import CronRun
client = Client(SERVER_NAME="localhost")
client.post("/account/login/", {"login": logins[0].email, "password": logins[0].password})
print(client.get("/").status_code)
enqueue_refresh()
print(run_worker(once=True), list(CronRun.objects.exclude(error="").values_list("name", "error")))
"""
    environment = _environment(home) | {"QUINTET_DATABASE_URL": postgres}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["200", "1", "[]"]
    assert not (home.path / "records.sqlite3").exists()
