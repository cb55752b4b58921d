"""`quintet prove`: decisions taken by the product, in a company whose truth is planted."""

import json
from dataclasses import replace
from datetime import date

import pytest

from quintet.cli.proving.deciding import skill_of
from quintet.cli.proving.policies import FORMULAS, POLICIES, policy_named
from quintet.cli.proving.run import order, prove
from quintet.kernel.errors import BadInput
from quintet.ledger.delta import connect
from quintet.ledger.interactions import Interactions
from quintet.management.terms.coaching import Proposal
from quintet.management.terms.funnel import OnionPart, Step

SMALL = ("--reps", "8", "--quarters", "2")
START = date(2024, 1, 1)


def test_by_gut_no_company_is_needed(run, company):
    """Quarters are printed, and nothing is written."""
    done = run("prove", *SMALL, "--policy", "gut", "--format", "json")

    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert [one["quarter"] for one in told] == [1, 2]
    assert all(one["MRR"] == one["MRR by gut"] for one in told)
    assert not company.path.exists()


def test_who_knows_the_truth_stands_beside_gut(run, company):
    """No product is needed for that either, and it is not gut that is printed twice."""
    done = run("prove", *SMALL, "--policy", "truth", "--format", "json")

    assert done.returncode == 0
    assert sum(one["MRR"] - one["MRR by gut"] for one in json.loads(done.stdout)) != 0
    assert not company.path.exists()


def test_a_company_that_is_there_already_is_refused(run, loaded):
    """The folder must be empty, and says so."""
    before = Interactions(loaded).version()
    done = run("prove", *SMALL)

    assert done.returncode != 0
    assert "empty folder" in done.stderr
    assert Interactions(loaded).version() == before


@pytest.mark.parametrize("words", [("--policy", "luck"), ("--world", "flat")])
def test_what_there_is_not_is_named(run, words):
    """The error lists what there is."""
    done = run("prove", *SMALL, *words)

    assert done.returncode != 0
    assert words[1] in done.stderr


@pytest.mark.slow
def test_what_is_decided_is_decided_by_the_product(run_alone, company):
    """Two quarters: candidates are decided on in the product and become reps, each quarter is turned."""
    done = run_alone("prove", *SMALL, "--seed", "4", "--format", "csv")

    assert done.returncode == 0, done.stderr
    assert "quarter,leads worked" in done.stdout
    rows = Interactions(company).relation(connect())
    decided = rows.filter("kind = 'candidate.decided' and source = 'quintet'")
    outcomes = dict(decided.aggregate("outcome, count(distinct candidate_id)", "outcome").fetchall())
    hired = rows.filter("kind = 'rep.joined' and candidate_id is not null").aggregate("count(*)").fetchone()
    assert outcomes["rejected"] == 3 * outcomes["hired"]
    assert hired == (outcomes["hired"],)
    assert (company.formulas / "loop.demand.lead_score" / "turns").is_dir()


@pytest.mark.parametrize(
    ("step", "costly", "skill"),
    [
        ("demo-won", None, "closing"),
        ("connected-qualified", None, "qualifying"),
        ("worked-connected", "attempts_per_lead", "attempts"),
        ("worked-connected", "call_connect_rate", "connecting"),
        ("worked-connected", None, "connecting"),
    ],
)
def test_the_skill_practised_is_that_of_the_step(step, costly, skill):
    """At the first step it is the part of the onion that costs most; a part that helps is none."""
    helps = OnionPart("call_connect_rate", "", 0.3, 0.2, "share", 0.4, 0.1, 0.7, None, 0.99, is_noise=False)
    parts = (helps, replace(helps, name=costly, customers_per_month=-0.5)) if costly else (helps,)

    assert skill_of(Proposal(1, "Ann", Step(*step.split("-")), parts=parts)) == skill


def test_gut_is_the_same_beside_every_policy():
    """Two runs of one order by gut agree in all but the time they took."""
    spec = order(8, 2, 1, start=START)
    one, other = (prove(spec, policy_named("gut"), None) for _ in range(2))

    assert one.quarters == other.quarters


def test_each_formula_can_be_switched_off():
    """One policy without each, and one that stops to fit."""
    assert {FORMULAS[at] for at in range(4)} == set().union(*(one.follows for one in POLICIES.values()))
    assert [set(FORMULAS) - POLICIES[f"without-{name}"].follows for name in FORMULAS] == [
        {name} for name in FORMULAS
    ]
    assert not POLICIES["frozen"].renews(4)
    assert POLICIES["frozen"].renews(3)


def test_worlds_differ_in_what_is_planted():
    """Broken: from the second third on. Nothing: no skill, no weakness, leads that show nothing."""
    broken, nothing = (
        order(8, 12, 1, start=START, world="broken"),
        order(8, 12, 1, start=START, world="nothing"),
    )

    assert broken.break_quarter == 5
    assert (nothing.skill_spread, nothing.weak_share, nothing.telling) == (0.0, 0.0, False)
    with pytest.raises(BadInput):
        order(8, 12, 1, start=START, world="flat")
