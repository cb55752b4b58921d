"""A simulated company that hired some forty reps, with what is planted in it; built once in a session."""

from dataclasses import dataclass

import pyarrow as pa
import pytest

from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.simulate.company import company
from quintet.simulate.spec import ZONE, CompanySpec
from quintet.simulate.truth import Truth


@dataclass(frozen=True)
class HiredCompany:
    """Its facts, and the truth."""

    facts: Facts
    truth: Truth


@pytest.fixture(scope="session")
def hired_company(tmp_path_factory: pytest.TempPathFactory) -> HiredCompany:
    """Sixty seats over two years, few of them taken at the start."""
    spec = CompanySpec(reps=60, quarters=8, seed=5, leads_per_rep_month=60, veteran_share=0.3)
    planted = company(spec)
    home = Home.at(tmp_path_factory.mktemp("hired"))
    Interactions(home).append(pa.RecordBatchReader.from_batches(OFFERED, planted.batches()), dedupe=False)
    Aliases(home).link(planted.aliases())
    rebuild(home, zone=ZONE)
    return HiredCompany(Facts.published(home), planted.truth)
