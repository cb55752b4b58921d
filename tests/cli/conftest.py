"""The command line as a person runs it: here where that is enough, alone where it starts Django."""

import sys
from collections.abc import Callable
from io import StringIO

import pytest

from builders import interaction, offered
from processes import Done, run_on
from quintet.cli import main
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

Run = Callable[..., Done]


@pytest.fixture
def company(home: Home) -> Home:
    """The home that commands work on; not made yet."""
    return Home.at(home.path / "company")


@pytest.fixture
def run(company: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `quintet …` in this process; `stdin` is what is typed. For commands without Django."""

    def run_here(*words: object, stdin: str = "") -> Done:
        monkeypatch.setenv("QUINTET_HOME", str(company.path))
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setattr(sys, "argv", ["quintet", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    return run_here


@pytest.fixture
def run_alone(company: Home) -> Run:
    """Run `quintet …` as a process of its own. For commands that start Django."""

    def run_process(*words: object, stdin: str = "") -> Done:
        return run_on(company, ["-m", "quintet.cli.main", *map(str, words)], stdin)

    return run_process


@pytest.fixture
def python(company: Home) -> Callable[[str], Done]:
    """Run a Python script as a process of its own, on the same home."""
    return lambda script: run_on(company, ["-c", script])


@pytest.fixture
def loaded(company: Home) -> Home:
    """A company with one lead, called twice, and one deal won."""
    company.path.mkdir()
    call = {"lead": "acme", "rep": "ann", "channel": "call"}
    deal = {"lead": "acme", "rep": "ann", "opportunity": "o1", "amount": 100, "currency": "EUR"}
    rows = offered(
        interaction("lead.created", "2026-01-01", lead="acme"),
        interaction("call.attempted", "2026-01-02", outcome="no_answer", **call),
        interaction("call.attempted", "2026-01-03", outcome="connected", **call),
        interaction("opportunity.won", "2026-01-09", **deal),
    )
    Interactions(company).append(rows)
    return company
