"""Files of a simulated company: a native interactions CSV, and a folder of CRM-like exports."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from quintet.kernel.errors import BadInput
from quintet.ledger.schema import OFFERED
from quintet.simulate.company import Company, company
from quintet.simulate.spec import CompanySpec

#: Interactions of one seat in a month, at least; how large a company a file of n rows needs.
ROWS_PER_REP_MONTH = 700
FILE_REPS = 5_000
AS_TEXT = ("occurred_at", "recorded_at", "amount")
TEXT = pa.schema([pa.field(f.name, pa.string() if f.name in AS_TEXT else f.type) for f in OFFERED])

#: Export file → the query over `interactions` (and `people`, `named`) that fills it.
CRM_FILES = {
    "owners.csv": """
        SELECT entity_id AS "Owner ID", label AS "Owner Name",
               lower(replace(label, ' ', '.')) || '@simulated.example' AS "Owner Email",
               role AS "Role", team AS "Team"
        FROM people ORDER BY "Owner Name", "Owner ID" """,
    "contacts.csv": """
        SELECT c.lead_id AS "Record ID",
               split_part(json_extract_string(c.detail, '$.label'), ', ', 1) AS "Contact",
               split_part(json_extract_string(c.detail, '$.label'), ', ', 2) AS "Company Name",
               json_extract_string(c.detail, '$.source') AS "Original Source",
               coalesce(json_extract_string(c.detail, '$.campaign'), '') AS "Campaign",
               coalesce(json_extract_string(c.detail, '$.term'), '') AS "Search Term",
               json_extract_string(c.detail, '$.landing') AS "First Page Seen",
               json_extract_string(c.detail, '$.segment') AS "Segment",
               strftime(c.occurred_at, '%Y-%m-%d %H:%M') AS "Create Date",
               coalesce(p.label, '') AS "Contact Owner"
        FROM interactions c
        LEFT JOIN (SELECT lead_id, arg_max(rep_id, occurred_at) AS rep_id
              FROM interactions WHERE kind = 'lead.assigned' GROUP BY 1) a USING (lead_id)
        LEFT JOIN people p ON p.entity_id = a.rep_id
        WHERE c.kind = 'lead.created' ORDER BY c.occurred_at, c.lead_id """,
    "deals.csv": """
        SELECT opportunity_id AS "Deal ID",
               any_value(json_extract_string(detail, '$.label')) AS "Deal Name",
               any_value(lead_id) AS "Associated Contact ID", arg_max(p.label, occurred_at) AS "Deal Owner",
               strftime(min(occurred_at), '%Y-%m-%d %H:%M') AS "Create Date",
               arg_max(CASE kind WHEN 'opportunity.won' THEN 'Closed Won'
                       WHEN 'opportunity.lost' THEN 'Closed Lost' ELSE content END, occurred_at)
                   AS "Deal Stage",
               coalesce(strftime(max(occurred_at) FILTER (kind IN ('opportunity.won', 'opportunity.lost')),
                       '%Y-%m-%d %H:%M'), '') AS "Close Date",
               coalesce(max(amount)::VARCHAR, '') AS "Amount",
               CASE WHEN max(amount) IS NULL THEN '' ELSE any_value(json_extract_string(detail, '$.mrr')) END
                   AS "Monthly Recurring Revenue"
        FROM interactions JOIN people p ON p.entity_id = rep_id
        WHERE kind IN ('opportunity.stage_entered', 'opportunity.won', 'opportunity.lost')
        GROUP BY 1 ORDER BY min(occurred_at), 1 """,
    "calls.csv": """
        SELECT split_part(source_ref, '#', 1) AS "Call ID", lead_id AS "Associated Contact ID",
               p.label AS "Activity Assigned To",
               strftime(occurred_at, '%Y-%m-%d %H:%M:%S') AS "Activity Date", outcome AS "Call Outcome"
        FROM interactions JOIN people p ON p.entity_id = rep_id
        WHERE kind = 'call.attempted' ORDER BY occurred_at, source_ref """,
    "emails.csv": """
        SELECT split_part(source_ref, '#', 1) AS "Email ID", lead_id AS "Associated Contact ID",
               p.label AS "Activity Assigned To",
               strftime(occurred_at, '%Y-%m-%d %H:%M:%S') AS "Activity Date",
               CASE kind WHEN 'email.sent' THEN 'outgoing' ELSE 'incoming' END AS "Direction"
        FROM interactions JOIN people p ON p.entity_id = rep_id
        WHERE kind IN ('email.sent', 'email.replied') ORDER BY occurred_at, source_ref """,
    "meetings.csv": """
        SELECT split_part(source_ref, '#', 1) AS "Meeting ID", lead_id AS "Associated Contact ID",
               p.label AS "Activity Assigned To",
               strftime(occurred_at, '%Y-%m-%d %H:%M:%S') AS "Meeting Start",
               content AS "Meeting Type",
               CASE kind WHEN 'meeting.held' THEN 'Completed' ELSE 'No Show' END AS "Meeting Outcome"
        FROM interactions JOIN people p ON p.entity_id = rep_id
        WHERE kind IN ('meeting.held', 'meeting.missed') ORDER BY occurred_at, source_ref """,
}


def interactions_csv(path: Path, rows: int, seed: int = 1) -> int:
    """Write a native interactions CSV of exactly that many rows, with the columns a door offers.

    Args:
        path: the file to write.
        rows: interactions wanted.
        seed: of the simulated company they come from.

    Returns:
        Rows written.

    Raises:
        BadInput: when no company of 5,000 seats and 8 quarters has so many.
    """
    reps = max(10, -(-rows // (24 * ROWS_PER_REP_MONTH)))
    if rows < 1 or reps > FILE_REPS:
        raise BadInput(f"rows must lie in 1..{FILE_REPS * 24 * ROWS_PER_REP_MONTH}, got {rows}")
    with csv.CSVWriter(path, TEXT) as writer:
        for part in _first(company(CompanySpec(reps=reps, seed=seed)).batches(), rows):
            writer.write_batch(part)
    return rows


def _first(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """The first rows of a stream, as text."""
    left = rows
    for batch in batches:
        yield _plain(batch.slice(0, left))
        left -= min(left, len(batch))
        if not left:
            return


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same rows with instants and amounts as text: 2024-01-31 14:45:57.812244Z, 1234.50."""
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    columns["amount"] = columns["amount"].cast(pa.string())
    for name in ("occurred_at", "recorded_at"):
        local = columns[name].cast(pa.timestamp("us")).cast(pa.string())  # much faster than with a zone
        columns[name] = pc.binary_join_element_wise(local, "Z", "")
    return pa.RecordBatch.from_pydict(columns, schema=TEXT)


def crm_export(simulated: Company, folder: Path) -> tuple[Path, ...]:
    """Write the company as a CRM would export it: owners, contacts, deals, calls, emails, meetings.

    Args:
        simulated: the company; small ones, for it is held in memory.
        folder: made when it is missing; files of these names are replaced.

    Returns:
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.register("interactions", pa.Table.from_batches(simulated.batches()))
        con.register("people", _people(simulated))
        return tuple(_written(con, folder / name, query) for name, query in CRM_FILES.items())


def _written(con: duckdb.DuckDBPyConnection, path: Path, query: str) -> Path:
    csv.write_csv(con.sql(query).to_arrow_table(), path)
    return path


def _people(simulated: Company) -> pa.Table:
    people = simulated.world.people
    last = [int(team[team >= 0][-1]) + 1 for team in people.team]
    teams = [*last, *range(1, len(people.manager_of_team) + 1)]
    return pa.table(
        {
            "entity_id": pa.array(np.asarray(simulated.person_ids)),
            "label": list(simulated.truth.rep_names),
            "role": people.roles.tolist(),
            "team": [f"Team {team}" for team in teams],
        }
    )
