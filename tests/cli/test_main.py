"""The command line as a whole."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from quintet.cli.main import app

HEAVY = ("django", "duckdb", "ibis", "numpy", "pyarrow", "scipy", "holidays")
#: Commands that need a home to work on, with what they must be given.
ON_A_HOME = (("refresh",), ("export", "out"))


def test_help_imports_nothing_heavy():
    """Help is there at once: no Django, no engine, no numbers are loaded to print it."""
    code = (
        "import sys\n"
        "from quintet.cli.main import app\n"
        "app(['--help'], standalone_mode=False)\n"
        f"sys.exit(', '.join(name for name in {HEAVY!r} if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "quintet init" in done.stdout


def test_every_command_says_what_it_does():
    """Help of each command has a sentence, and each of its options has one too."""
    shown = CliRunner().invoke(app, ["--help"]).output
    for command in app.registered_commands:
        assert command.callback.__doc__, command.name
        assert command.name in shown
        assert command.rich_help_panel, command.name


@pytest.mark.parametrize("words", ON_A_HOME)
def test_without_a_home_a_command_says_how_to_get_one(run, words):
    """Exit 2 with the next step, and no traceback."""
    done = run(*words)

    assert done.returncode == 2
    assert "run quintet init" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_wrong_setting_is_an_error_with_its_rule(run, monkeypatch):
    """A typing error in the environment is exit 2, not a crash."""
    monkeypatch.setenv("QUINTET_ENGINE", "oracle")

    done = run("refresh")

    assert done.returncode == 2
    assert "QUINTET_ENGINE must be one of duckdb, spark, got 'oracle'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_is_printed(run):
    """For an issue report."""
    assert run("--version").stdout.startswith("quintet ")
