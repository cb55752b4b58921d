"""Candidate data is invisible outside hiring by construction: who may read what is read off the code."""

import ast
from pathlib import Path

import pytest
from auditlog.registry import auditlog
from django.apps import apps
from django.urls import get_resolver

from quintet.kernel.access import PUBLIC
from quintet.ledger.kinds import KINDS
from quintet.site.access import pages, rule_of
from quintet.site.admin import quintet_admin

SRC = Path(__file__).resolve().parent.parent.parent / "src"
MODULES = {str(path.relative_to(SRC)): ast.parse(path.read_text()) for path in SRC.rglob("*.py")}
OUTSIDE = {name: tree for name, tree in MODULES.items() if not name.startswith("quintet/hiring/")}
WALLED_TABLES = {"candidates", "interview_scores"}
#: Who outside may import the room, and what of it: the loop scores it, the worker does its jobs, the command
#: line erases by it and fills the demo company.
DOORS = {
    "quintet/loop/whatif/": {"quintet.hiring.formula.ramp"},  # of reps, not of candidates
    "quintet/loop/worth/": {"quintet.hiring.asks.worth"},  # sums by month; nobody is named
    "quintet/loop/chain/": {"quintet.hiring.terms.links"},
    "quintet/loop/actions/chain.py": {"quintet.hiring.asks.links"},  # sums of twenty hires and more
    "quintet/loop/": {"quintet.hiring.in_loop"},
    "quintet/site/apps.py": {"quintet.hiring.actions.erasure"},
    "quintet/site/jobs/chores.py": {
        "quintet.hiring.actions.index",
        "quintet.hiring.actions.success",
        "quintet.hiring.actions.history",
    },
    "quintet/cli/erase.py": {"quintet.hiring.asks.erasure", "quintet.hiring.actions.erasure"},
    "quintet/cli/demo_hiring.py": {"quintet.hiring"},
    "quintet/cli/proving/": {"quintet.hiring"},  # decides for a simulated company
    "quintet/site/api.py": {"quintet.hiring.api"},
    "quintet/site/panels.py": {"quintet.hiring.home"},
}
#: Where what candidates say about themselves may be named at all.
AUDITORS = {
    "quintet/hiring/models/fairness.py",
    "quintet/hiring/asks/fairness.py",
    "quintet/hiring/actions/fairness.py",
}
#: What is counted by group, and the words for it.
COUNTERS = AUDITORS | {
    f"quintet/hiring/{place}.py"
    for place in ("terms/fairness", "terms/local_law_144", "formula/fairness", "formula/local_law_144",
                  "forms/fairness", "pages/fairness", "asks/named_scores", "pages/self_identification")
}  # fmt: skip


def imported(tree):
    """Modules that a module imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def words(tree):
    """Every name and every text of a module, docstrings included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (name.name for name in node.names)


def test_only_hiring_reads_the_tables_of_candidates():
    """`facts.table("candidates")` is written in the hiring room alone; facts makes and counts them."""
    readers = {
        name
        for name, tree in OUTSIDE.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "table"
        and any(isinstance(arg, ast.Constant) and arg.value in WALLED_TABLES for arg in node.args)
    }

    assert {name for name in readers if not name.startswith("quintet/facts/")} <= {
        "quintet/cli/demo_hiring.py"
    }


def test_the_room_has_few_doors():
    """Whoever imports the hiring room stands in a list, with what of it he may import."""
    for name, tree in OUTSIDE.items():
        found = {one for one in imported(tree) if one.startswith("quintet.hiring")}
        allowed = next((may for place, may in DOORS.items() if name.startswith(place)), set())
        beyond = {one for one in found if not any(one == may or one.startswith(f"{may}.") for may in allowed)}
        assert beyond == set(), name


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("hiring").get_models()), ids=lambda one: one.__name__
)
def test_no_record_of_the_room_is_in_the_admin_or_the_audit_log(model):
    """Operations read both."""
    assert not quintet_admin.is_registered(model)
    assert not auditlog.contains(model)


def test_every_page_of_the_room_asks_for_a_permission_of_the_room():
    """But for the one that a candidate opens, with a link of his own."""
    found = {
        name: rule_of(page)
        for _, name, page in pages(get_resolver().url_patterns)
        if getattr(page, "__module__", "").startswith("quintet.hiring.")
    }
    open_to_all = {name for name, rule in found.items() if rule == PUBLIC}

    assert len(found) > 5
    assert open_to_all == {"hiring:self-identification"}
    assert all((rule or "").startswith("hiring.") for name, rule in found.items() if name not in open_to_all)


def test_only_the_audit_touches_what_candidates_say_about_themselves():
    """The record is named in three modules: it is kept, answered and counted there."""
    touched = {
        name
        for name, tree in MODULES.items()
        if any("selfidentification" in word.lower() for word in words(tree)) and "migrations" not in name
    }

    assert touched == AUDITORS | {
        "quintet/hiring/erasers.py"
    }  # the last says that it goes with the candidate


def test_no_formula_can_hold_a_protected_attribute():
    """What the index is made of cannot name sex or ethnicity: no fit, no metric, no table, no kind."""
    from quintet.facts.asked_schema import ASKED
    from quintet.facts.schema import TABLES

    columns = {column for spec in (*TABLES.values(), *ASKED.values()) for column in spec.columns}
    rooms = ("quintet/hiring/", "quintet/loop/", "quintet/facts/")
    for name, tree in MODULES.items():
        if name.startswith(rooms) and name not in COUNTERS and "migrations" not in name:
            assert not {"sex", "ethnicity"} & set(words(tree)), name
            reaches = {"quintet.hiring.terms.fairness", "quintet.hiring.models.fairness",
                       "quintet.hiring.asks.fairness"}  # fmt: skip
            assert name.startswith("quintet/hiring/urls") or not reaches & set(imported(tree)), name
    assert not {"sex", "ethnicity"} & columns
    assert not [kind for kind in KINDS if "identif" in kind or "fairness" in kind]
