"""One small company, built once, for every test of this room."""

import duckdb
import pyarrow as pa
import pytest

from quintet.simulate.company import Company, company
from quintet.simulate.spec import CompanySpec


@pytest.fixture(scope="session")
def small() -> Company:
    """Twenty seats over a year and a half."""
    return company(CompanySpec(reps=20, quarters=6, seed=7))


@pytest.fixture(scope="session")
def interactions(small) -> pa.Table:
    """Everything that happened in it."""
    return pa.Table.from_batches(small.batches())


@pytest.fixture(scope="session")
def large() -> Company:
    """Enough reps that planted rates show through chance."""
    return company(CompanySpec(reps=150, quarters=6, seed=3, veteran_share=1.0, monthly_attrition=0.0))


@pytest.fixture
def asked(interactions):
    """Ask the interactions a question in SQL."""
    with duckdb.connect() as con:
        con.register("interactions", interactions)
        yield lambda query: con.sql(query).fetchall()
