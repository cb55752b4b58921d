import csv

import duckdb
import pytest

from quintet.kernel.errors import BadInput
from quintet.ledger.schema import OFFERED
from quintet.simulate.company import company
from quintet.simulate.exports import CRM_FILES, crm_export, interactions_csv
from quintet.simulate.spec import CompanySpec


def test_a_native_file_has_exactly_the_rows_asked_for(tmp_path):
    """The import benchmark states its size; the columns are those a door offers."""
    path = tmp_path / "interactions.csv"

    assert interactions_csv(path, 30_000, seed=4) == 30_000
    with path.open() as file:
        assert next(csv.reader(file)) == OFFERED.names
    read = duckdb.sql(
        f"SELECT count(*), count(DISTINCT source_ref), min(occurred_at::TIMESTAMPTZ) FROM '{path}'"
    )
    rows, refs, first = read.fetchone()
    assert (rows, refs) == (30_000, 30_000)
    assert first.year == 2024


@pytest.mark.parametrize("rows", [0, 10**9])
def test_a_file_no_company_could_fill_is_refused(tmp_path, rows):
    """Too few and too many rows are refused before anything is written."""
    with pytest.raises(BadInput, match="rows must lie in"):
        interactions_csv(tmp_path / "x.csv", rows)


def test_a_crm_export_holds_what_happened(tmp_path):
    """Contacts, calls, meetings and deals agree with the interactions, row by row."""
    simulated = company(CompanySpec(reps=4, quarters=2, seed=5, leads_per_rep_month=40))
    kinds: dict[str, int] = {}
    for batch in simulated.batches():
        for kind in batch["kind"].to_pylist():
            kinds[kind] = kinds.get(kind, 0) + 1
    files = {path.name: path for path in crm_export(simulated, tmp_path / "crm")}

    def count(name, where="true"):
        return duckdb.sql(
            f"SELECT count(*) FROM read_csv('{files[name]}', header=true) WHERE {where}"
        ).fetchone()[0]

    assert set(files) == set(CRM_FILES)
    assert count("contacts.csv") == kinds["lead.created"]
    assert count("calls.csv") == kinds["call.attempted"]
    assert count("emails.csv") == kinds["email.sent"] + kinds["email.replied"]
    assert count("meetings.csv") == kinds["meeting.held"] + kinds["meeting.missed"]
    assert count("deals.csv") == kinds["opportunity.created"]
    assert count("deals.csv", "\"Deal Stage\" = 'Closed Won'") == kinds["opportunity.won"]
    assert count("owners.csv") == kinds["rep.joined"]
