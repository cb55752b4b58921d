"""One small simulated company with its facts, built once in a process; each room gets a copy of its own."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.simulate.company import company
from quintet.simulate.spec import CompanySpec


@dataclass(frozen=True)
class SmallCompany:
    """A home that holds it, its facts, and who leads whom."""

    home: Home
    facts: Facts
    reps: tuple[dict[str, Any], ...]

    @property
    def manager(self) -> int:
        """The rep_id of the manager who leads most reps."""
        led = Counter(rep["manager_id"] for rep in self.reps if rep["role"] == "rep")
        return max(led, key=lambda one: (led[one], one))

    @property
    def team(self) -> frozenset[int]:
        """The rep_ids of that manager's team."""
        return frozenset(
            rep["rep_id"] for rep in self.reps if rep["manager_id"] == self.manager and rep["role"] == "rep"
        )


@cache
def _built(folder: Path) -> Path:
    """The company in a folder, as it is before any test."""
    home = Home.at(folder / "company-as-built")
    made = company(CompanySpec(reps=12, quarters=3, seed=4, start=date(2025, 1, 1)))
    reader = pa.RecordBatchReader.from_batches(OFFERED, made.batches())
    Interactions(home).append(reader, dedupe=False)
    Aliases(home).link(made.aliases())
    rebuild(home)
    return home.path


@pytest.fixture(scope="session")
def small_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCompany]:
    """Twelve reps over three quarters, with weaknesses planted."""
    folder = tmp_path_factory.mktemp("copy") / "company"
    home = Home.at(shutil.copytree(_built(tmp_path_factory.getbasetemp()), folder))
    facts = Facts.published(home)
    reps = facts.table("reps")
    now = facts.arrow(reps.filter(reps.valid_to.isnull())).to_pylist()
    yield SmallCompany(home, facts, tuple(now))
    facts.close()
