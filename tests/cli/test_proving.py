"""Companies of one seed share their past until a formula parts from gut, and go on from there."""

import importlib
import json
import pickle
import subprocess
import sys
from datetime import date

import pytest

from quintet.cli.proving.policies import FORMULAS, Policy, policy_named
from quintet.cli.proving.run import order, prove

START = date(2024, 1, 1)
RUN = """
import json, pickle, sys
from pathlib import Path
from quintet.cli.proving.forks import Forks, stand_in
from quintet.cli.proving.run import prove
from quintet.kernel.home import Home
spec, policy, folder, forks, fork = pickle.loads(sys.stdin.buffer.read())
home = Home.at((fork if fork else folder) / "home")
found = prove(spec, policy, home, forks=forks and Forks(forks), stand=fork and stand_in(fork))
print(json.dumps(found.as_json()))
"""


@pytest.fixture
def apart(tmp_path):
    """Take a company through its history in a process of its own: Django is set up once for one home."""

    def prove_apart(spec, policy, *, forks=None, stand=None):
        folder = tmp_path / policy.name
        asked = (spec, policy, folder, forks and tmp_path / forks, stand and tmp_path / stand)
        done = subprocess.run(
            [sys.executable, "-c", RUN], input=pickle.dumps(asked), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return prove_apart


def test_who_knows_the_truth_of_all_wins_most():
    """Over three companies: more MRR than by gut, and than by the truth of any one part but leads."""
    ends = {
        name: sum(
            prove(order(24, 6, seed, start=START), policy_named(name), None).quarters[-1].mrr
            for seed in range(3)
        )
        for name in ("gut", "truth", *(f"truth-{one}" for one in FORMULAS))
    }

    assert ends["truth"] > 1.2 * ends["gut"]
    assert ends["truth-demand"] > 1.2 * ends["gut"]
    assert max(ends["truth-hiring"], ends["truth-training"], ends["truth-management"]) < ends["truth"]


@pytest.mark.slow
def test_where_nothing_is_followed_any_more_a_company_goes_on_as_by_gut(apart):
    """Kept where the index first decides otherwise, its past and what follows are those of gut."""
    spec = order(8, 3, 1, start=START)
    by_index = apart(spec, Policy("index", frozenset({"hiring"})), forks="forks")
    from_fork = apart(spec, Policy("nobody", frozenset()), stand="forks/hiring")
    plain = json.loads(json.dumps(prove(spec, policy_named("gut"), None).as_json()))

    assert list(by_index["parted"]) == ["hiring"]
    assert by_index["told"]["hires"] > 0
    assert by_index["quarters"] != plain["quarters"]
    assert from_fork["quarters"] == plain["quarters"]
    assert from_fork["parted"] == {}


def test_a_run_that_is_stopped_leaves_its_fork_as_it_was(root, tmp_path, monkeypatch):
    """So that the study goes on with it: what was played so far was played in a copy."""
    monkeypatch.syspath_prepend(str(root / "studies"))
    study = importlib.import_module("proving_ground")
    fork = study.fork_of(tmp_path, "without-hiring", 1)
    (fork / "home").mkdir(parents=True)
    (fork / "stand.pickle").write_bytes(pickle.dumps("where it stood"))

    def stopped(_spec, _policy, home, **asked):
        assert asked["stand"] == "where it stood"
        (home.path / "ledger").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(study, "prove", stopped)
    with pytest.raises(KeyboardInterrupt):
        study.run_one("without-hiring", 1, 8, 2, tmp_path / "without-hiring-1.json")

    assert sorted(path.name for path in fork.rglob("*")) == ["home", "stand.pickle"]


def test_a_policy_without_a_formula_waits_for_the_loop_it_goes_on_from(root, monkeypatch):
    """Two at a time: the loop of its seed is over when that of the next one and its frozen formulas are."""
    monkeypatch.syspath_prepend(str(root / "studies"))
    study = importlib.import_module("proving_ground")

    found = study.in_turn(["loop", "without-demand", "frozen"], 2)

    first, second = [("loop", 1), ("frozen", 1)], [("loop", 2), ("frozen", 2)]
    assert found == [*first, *second, ("without-demand", 1), ("without-demand", 2)]


def test_the_page_of_the_study_says_what_its_runs_say(root, monkeypatch, capsys):
    """Every row that the study prints of the runs kept stands in its page."""
    monkeypatch.syspath_prepend(str(root / "studies"))
    study = importlib.import_module("proving_ground")
    page = (root / "docs" / "studies" / "proving_ground.md").read_text()

    study.tables(study.read(root / "studies" / "proving_ground_runs"))
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]

    assert len(rows) > 40
    assert [row for row in rows if row not in page] == []
