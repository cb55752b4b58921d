"""Tables that few ask for: read from the ledger when somebody first asks, then kept beside the version.

They cost a load nothing, and are as old as the version they lie in: rows of later batches are left out.
"""

import os
import threading
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from quintet.facts.asked_schema import ASKED
from quintet.facts.engines import DuckEngine
from quintet.facts.schema import TableSpec
from quintet.facts.taught import TAUGHT
from quintet.facts.versions import Manifest, folder_of
from quintet.facts.views import define
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

#: Kinds whose detail describes a lead, and those that give one field a new value.
_DESCRIBING = ("lead.created", "opportunity.created")
_CHANGING = ("lead.changed", "opportunity.changed")
#: What a row says of itself, not of the lead.
_BOOKKEEPING = ("label", "name", "undated", "manager_id", "stage_label")

_LOCK = threading.Lock()

_JOURNEY = """
    SELECT r.*, coalesce(o.lead_id, r.opportunity_id, r.lead_id) AS journey_id
    FROM rows_of_kind AS r LEFT JOIN opportunities AS o ON r.opportunity_id = o.opportunity_id
"""


def _map(json: str) -> str:
    return f"CAST(CAST({json} AS JSON) AS MAP(VARCHAR, VARCHAR))"


# A door keeps the columns nobody mapped under `columns`; under `said`, what mapped ones said word by word.
_LEAD_FIELDS = f"""
    WITH owned AS ({_JOURNEY}),
    noted AS (SELECT * FROM owned WHERE kind IN {_DESCRIBING} AND detail IS NOT NULL),
    described AS (
        SELECT journey_id, recorded_at, unnest(map_entries({_map("detail")})) AS entry FROM noted
        UNION ALL
        SELECT journey_id, recorded_at,
            unnest(map_entries({_map("json_extract(detail, '$.columns')")})) AS entry
        FROM noted WHERE json_extract(detail, '$.columns') IS NOT NULL
    ),
    told AS (
        SELECT journey_id, entry.key AS name, entry.value AS value, recorded_at FROM described
        UNION ALL
        SELECT journey_id, content, json_extract_string(detail, '$.value'), recorded_at
        FROM owned WHERE kind IN {_CHANGING} AND content IS NOT NULL
    )
    SELECT DISTINCT journey_id AS lead_id, name, value, recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM told
    WHERE journey_id IS NOT NULL AND value IS NOT NULL AND value <> ''
        AND left(value, 1) NOT IN ('[', '{{') AND name NOT IN {_BOOKKEEPING}
"""  # noqa: S608 -- names of ours

_BEHAVIOUR = f"""
    SELECT journey_id AS lead_id, kind, content, outcome,
        coalesce(json_extract_string(detail, '$.campaign'),
            CASE WHEN kind = 'campaign.touched' THEN content END) AS campaign,
        json_extract_string(detail, '$.term') AS term,
        occurred_at AT TIME ZONE 'UTC' AS happened_at, recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM ({_JOURNEY}) AS owned
    WHERE journey_id IS NOT NULL AND NOT contains(coalesce(detail, ''), '"undated"')
"""  # noqa: S608

_SPEND = """
    SELECT occurred_at AT TIME ZONE 'UTC' AS booked_at, content AS campaign,
        coalesce(json_extract_string(detail, '$.source'), channel) AS source,
        CAST(amount AS DOUBLE) AS amount, currency
    FROM rows_of_kind
"""

_ORDERS = f"""
    SELECT coalesce(account_id, journey_id) AS customer_id, journey_id AS lead_id,
        occurred_at AT TIME ZONE 'UTC' AS ordered_at, CAST(amount AS DOUBLE) AS amount, currency
    FROM ({_JOURNEY}) AS owned WHERE coalesce(account_id, journey_id) IS NOT NULL
"""  # noqa: S608

_SUBSCRIPTIONS = """
    SELECT opportunity_id, lead_id, account_id, kind, occurred_at AT TIME ZONE 'UTC' AS changed_at,
        CAST(amount AS DOUBLE) AS mrr, currency
    FROM rows_of_kind
"""

_REJECTIONS = f"""
    SELECT journey_id AS lead_id, rep_id, kind, content AS reason,
        occurred_at AT TIME ZONE 'UTC' AS rejected_at, recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM ({_JOURNEY}) AS owned WHERE journey_id IS NOT NULL
"""  # noqa: S608

_ROUTINGS = f"""
    SELECT journey_id AS lead_id, outcome = 'held' AS is_held,
        CAST(json_extract_string(detail, '$.share') AS DOUBLE) AS share,
        json_extract_string(detail, '$.version') AS version,
        CAST(json_extract_string(detail, '$.p') AS DOUBLE) AS p,
        CAST(json_extract_string(detail, '$.points') AS BIGINT) AS points,
        CAST(json_extract_string(detail, '$.is_ready') AS BOOLEAN) AS is_ready,
        CAST(json_extract_string(detail, '$.propensity') AS DOUBLE) AS propensity,
        occurred_at AT TIME ZONE 'UTC' AS drawn_at, recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM ({_JOURNEY}) AS owned WHERE journey_id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY journey_id ORDER BY recorded_at, occurred_at, key) = 1
"""  # noqa: S608

_CANDIDATES = """
    SELECT candidate_id,
        max_by(json_extract_string(detail, '$.name'), recorded_at)
            FILTER (kind = 'candidate.applied') AS name,
        max_by(json_extract_string(detail, '$.role'), recorded_at)
            FILTER (kind = 'candidate.applied') AS role,
        max_by(json_extract_string(detail, '$.source'), recorded_at)
            FILTER (kind = 'candidate.applied') AS source,
        min(occurred_at AT TIME ZONE 'UTC') FILTER (kind = 'candidate.applied') AS applied_at,
        max(occurred_at AT TIME ZONE 'UTC') FILTER (kind = 'candidate.decided') AS decided_at,
        max_by(outcome, occurred_at) FILTER (kind = 'candidate.decided') AS outcome,
        coalesce(
            max_by(CAST(json_extract_string(detail, '$.rep_id') AS BIGINT), occurred_at)
                FILTER (kind = 'candidate.decided' AND outcome = 'hired'),
            max_by(rep_id, occurred_at) FILTER (kind = 'rep.joined')) AS rep_id
    FROM rows_of_kind WHERE candidate_id IS NOT NULL GROUP BY candidate_id
"""


_CRITERIA = """
    WITH told AS (
        SELECT content AS criterion, kind, outcome, occurred_at, key,
            json_extract_string(detail, '$.name') AS name,
            json_extract_string(detail, '$.measure') AS measure,
            TRY_CAST(coalesce(
                json_extract_string(detail, '$.prior_weight'), json_extract_string(detail, '$.weight')
            ) AS DOUBLE) AS weight
        FROM rows_of_kind WHERE content IS NOT NULL
    )
    SELECT criterion,
        max_by(name, (occurred_at, key)) FILTER (kind = 'criterion.written') AS name,
        max_by(measure, (occurred_at, key)) FILTER (kind = 'criterion.written') AS measure,
        max_by(weight, (occurred_at, key)) FILTER (weight IS NOT NULL) AS weight,
        max_by(outcome, (occurred_at, key)) FILTER (kind = 'criterion.decided') AS fate,
        min(occurred_at AT TIME ZONE 'UTC') FILTER (kind = 'criterion.written') AS written_at
    FROM told GROUP BY criterion
"""


def _scores(whose: str, by: str, occasion: str, kind: str) -> str:
    """The newest score of each person, scorer, occasion and criterion."""
    return f"""
        SELECT {whose}, content AS criterion,
            coalesce(json_extract_string(detail, '$.{by}'), 'rep:' || rep_id::VARCHAR, 'unknown') AS {by},
            CAST(json_extract_string(detail, '$.{occasion}') AS {kind}) AS {occasion},
            TRY_CAST(json_extract_string(detail, '$.score') AS DOUBLE) AS score,
            occurred_at AT TIME ZONE 'UTC' AS scored_at, recorded_at AT TIME ZONE 'UTC' AS known_at
        FROM rows_of_kind
        WHERE {whose} IS NOT NULL AND content IS NOT NULL
            AND TRY_CAST(json_extract_string(detail, '$.score') AS DOUBLE) IS NOT NULL
        QUALIFY 1 = row_number() OVER (
            PARTITION BY {whose}, {by}, {occasion}, criterion
            ORDER BY occurred_at DESC, recorded_at DESC, key)
    """  # noqa: S608


# The first version of a record was said when it happened; a later one, when we knew of it.
_COMMITS = """
    WITH told AS (
        SELECT *, row_number() OVER (PARTITION BY source, key ORDER BY recorded_at, occurred_at) AS version
        FROM rows_of_kind
    )
    SELECT rep_id,
        coalesce(json_extract_string(detail, '$.period'), nullif(content, ''),
            json_extract_string(detail, '$.month')) AS period,
        TRY_CAST(json_extract_string(detail, '$.is_team') AS BOOLEAN) AS is_team,
        CAST(amount AS DOUBLE) AS amount,
        TRY_CAST(json_extract_string(detail, '$.low') AS DOUBLE) AS low,
        TRY_CAST(json_extract_string(detail, '$.high') AS DOUBLE) AS high,
        json_extract_string(detail, '$.measure') AS measure, currency,
        nullif(json_extract_string(detail, '$.note'), '') AS note,
        (CASE WHEN version > 1 THEN greatest(occurred_at, recorded_at) ELSE occurred_at END)
            AT TIME ZONE 'UTC' AS said_at,
        recorded_at AT TIME ZONE 'UTC' AS known_at, source
    FROM told WHERE NOT contains(coalesce(detail, ''), '"undated"')
"""

_MODULE_COMPLETIONS = """
    SELECT rep_id, content AS module, occurred_at AT TIME ZONE 'UTC' AS completed_at,
        json_extract_string(detail, '$.finished_by') AS finished_by,
        recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM rows_of_kind WHERE rep_id IS NOT NULL AND content IS NOT NULL
        AND NOT contains(coalesce(detail, ''), '"undated"')
    QUALIFY row_number() OVER (PARTITION BY rep_id, content ORDER BY occurred_at, recorded_at, key) = 1
"""

_EXAM_SITTINGS = """
    SELECT rep_id, content AS exam, CAST(json_extract_string(detail, '$.score') AS DOUBLE) AS score,
        CASE outcome WHEN 'passed' THEN true WHEN 'failed' THEN false END AS is_passed,
        occurred_at AT TIME ZONE 'UTC' AS taken_at, recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM rows_of_kind WHERE rep_id IS NOT NULL AND content IS NOT NULL
        AND NOT contains(coalesce(detail, ''), '"undated"')
"""

_EXAM_ANSWERS = """
    SELECT rep_id, content AS exam, json_extract_string(detail, '$.question') AS question,
        CAST(json_extract_string(detail, '$.attempt') AS BIGINT) AS attempt,
        CAST(json_extract_string(detail, '$.share') AS DOUBLE) AS share,
        occurred_at AT TIME ZONE 'UTC' AS taken_at, recorded_at AT TIME ZONE 'UTC' AS known_at
    FROM rows_of_kind WHERE rep_id IS NOT NULL AND content IS NOT NULL
        AND json_extract_string(detail, '$.question') IS NOT NULL
        AND NOT contains(coalesce(detail, ''), '"undated"')
    QUALIFY row_number() OVER (PARTITION BY rep_id, content, occurred_at, question
        ORDER BY recorded_at DESC, key DESC) = 1
"""

#: table → kinds it reads, whether every version of a record counts, and its query over `rows_of_kind`.
_QUERIES = {
    "lead_fields": ((*_DESCRIBING, *_CHANGING), False, _LEAD_FIELDS),
    "behaviour": (
        ("web.visited", "form.submitted", "email.opened", "email.clicked", "campaign.touched"),
        True,
        _BEHAVIOUR,
    ),
    "spend": (("spend.booked",), True, _SPEND),
    "orders": (("order.placed",), True, _ORDERS),
    "subscriptions": (
        ("subscription.started", "subscription.changed", "subscription.cancelled"),
        True,
        _SUBSCRIPTIONS,
    ),
    "rejections": (("lead.rejected", "lead.disqualified"), True, _REJECTIONS),
    "routings": (("lead.routed",), False, _ROUTINGS),
    "candidates": (("candidate.applied", "candidate.decided", "rep.joined"), True, _CANDIDATES),
    "interview_scores": (
        ("interview.scored",),
        True,
        _scores("candidate_id", "interviewer", "round", "VARCHAR"),
    ),
    "criteria": (("criterion.written", "criterion.decided"), False, _CRITERIA),
    "review_scores": (("review.scored",), True, _scores("rep_id", "reviewer", "months", "BIGINT")),
    "commits": (("forecast.committed",), False, _COMMITS),
    **TAUGHT,
}


def asked_file(home: Home, manifest: Manifest, name: str) -> Path:
    """The Parquet file of a table that is made when first asked for.

    Args:
        home: whose ledger.
        manifest: of the version; rows of the ledger that came later are left out.
        name: one of asked_schema.ASKED.

    Returns:
        `<folder>/<name>/asked.parquet`, with the columns of its TableSpec.
    """
    path = folder_of(home.facts, manifest.version) / name / "asked.parquet"
    with _LOCK:
        if not path.exists():
            _make(home, path, manifest, ASKED[name])
    return path


def _make(home: Home, path: Path, manifest: Manifest, spec: TableSpec) -> None:
    kinds, newest, query = _QUERIES[spec.name]
    engine = DuckEngine(home.facts / "spill")
    try:
        con = engine.connection
        define(engine, path.parent.parent, "opportunities", manifest.tables["opportunities"])
        interactions = Interactions(home).relation(con, newest=newest, known_at=manifest.known_at)
        _rows_of_kinds(con, interactions, kinds, until=manifest.ledger_version)
        columns = ", ".join(f'"{name}"' for name in spec.columns)
        order = ", ".join(f'"{name}"' for name in spec.key)
        rows = con.sql(f"SELECT {columns} FROM ({query}) ORDER BY {order}").to_arrow_table()  # noqa: S608
    finally:
        engine.close()
    path.parent.mkdir(exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.half")
    pq.write_table(rows, half, compression="zstd")
    half.rename(path)


def _rows_of_kinds(
    con: duckdb.DuckDBPyConnection,
    interactions: duckdb.DuckDBPyRelation,
    kinds: tuple[str, ...],
    *,
    until: int,
) -> None:
    interactions.create_view("interactions_then", replace=True)
    named = ", ".join(f"'{kind}'" for kind in kinds)
    con.execute(
        "CREATE OR REPLACE VIEW rows_of_kind AS SELECT * FROM interactions_then"  # noqa: S608
        f" WHERE kind IN ({named}) AND batch <= {until}"
    )
