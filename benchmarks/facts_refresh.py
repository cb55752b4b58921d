"""Seconds of a full build of the facts and of a refresh after 100,000 new interactions, in one run.

python benchmarks/facts_refresh.py 1000000
"""

import sys
import tempfile
import time
from collections.abc import Callable

import duckdb

from quintet.facts.refresh import Refreshed, rebuild, refresh
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

DAYS, PER_LEAD, NEW_ROWS, YOUNG_DAYS = 1095, 20, 100_000, 45
#: A lead's interactions by their number: the first few once, attempts and visits again and again.
QUERY = """
    SELECT occurred_at, occurred_at AS recorded_at, kind, lead AS lead_id, lead // 4 AS account_id,
        CASE WHEN starts_with(kind, 'opportunity.') THEN lead + 1000000000 END AS opportunity_id,
        CASE WHEN kind NOT IN ('web.visited', 'email.opened', 'email.replied') THEN lead % 200 END AS rep_id,
        CASE kind WHEN 'call.attempted' THEN if(dice < 0.2, 'connected', 'no_answer') END AS outcome,
        CASE kind WHEN 'meeting.held' THEN 'demo' WHEN 'opportunity.stage_entered' THEN 'qualified'
            WHEN 'web.visited' THEN '/page/' || (dice * 50)::INT END AS content,
        CASE kind WHEN 'opportunity.won' THEN (dice * 9000)::DECIMAL(18, 2) END AS amount,
        CASE kind WHEN 'opportunity.won' THEN 'USD' END AS currency,
        'bench' AS source, ref || '#' || kind AS source_ref,
        CASE kind WHEN 'lead.created' THEN '{"source": "source' || (lead % 7) || '", "campaign": "c'
            || (lead % 90) || '", "segment": "smb", "label": "Lead ' || lead || '"}' END AS detail
    FROM (SELECT lead, ref, dice, TIMESTAMPTZ '2023-01-01' + to_seconds(second) AS occurred_at,
        CASE WHEN step = 0 THEN 'lead.created' WHEN step = 1 THEN 'lead.assigned'
            WHEN step BETWEEN 2 AND 6 THEN 'call.attempted' WHEN step BETWEEN 7 AND 10 THEN 'email.sent'
            WHEN step = 11 THEN 'email.replied' WHEN step BETWEEN 12 AND 15 THEN 'web.visited'
            WHEN step = 16 THEN 'email.opened' WHEN step = 17 AND lead % 4 = 0 THEN 'opportunity.created'
            WHEN step = 18 AND lead % 4 = 0 THEN 'opportunity.stage_entered'
            WHEN step = 18 AND lead % 4 = 1 THEN 'meeting.held'
            WHEN step = 19 AND lead % 8 = 0 THEN 'opportunity.won'
            WHEN step = 19 AND lead % 8 = 4 THEN 'opportunity.lost' ELSE 'note.written' END AS kind
        FROM (BASE))
"""


def old_rows(total: int) -> str:
    """Three years of leads, each with its interactions 1.7 days apart."""
    born = DAYS * 86_400 * PER_LEAD / total
    return f"""SELECT i // {PER_LEAD} AS lead, i % {PER_LEAD} AS step, i::VARCHAR AS ref,
        hash(i) % 1000000 / 1e6 AS dice, (i // {PER_LEAD}) * {born} + (i % {PER_LEAD}) * 146880 AS second
        FROM range({total}) t(i)"""


def new_rows(total: int) -> str:
    """85 % about leads of the last 45 days, 15 % about any lead, soon after it was created."""
    leads = total // PER_LEAD
    born = DAYS * 86_400 / leads
    return f"""SELECT lead, 2 + (hash(i) % 15)::INT AS step, 'new' || i AS ref, dice,
        least({DAYS} * 86400.0, lead * {born} + dice * 40 * 86400) AS second
        FROM (SELECT i, hash(i * 7) % 1000000 / 1e6 AS dice, if(i % 100 < 85,
            {leads} - 1 - (hash(i * 3) % ({leads} * {YOUNG_DAYS} // {DAYS}))::BIGINT,
            (hash(i * 5) % {leads})::BIGINT) AS lead FROM range({NEW_ROWS}) t(i))"""


def append(home: Home, base: str) -> None:
    """Put made-up interactions into the ledger."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    Interactions(home).append(con.sql(QUERY.replace("BASE", base)))


def measured(name: str, load: Callable[[Home], Refreshed], home: Home) -> tuple[float, float]:
    """Print and return seconds on the clock and of the processor."""
    processor = time.process_time()
    done = load(home)
    spent = done.seconds, time.process_time() - processor
    print(f"{name:<12} {spent[0]:8.2f} s   {spent[1]:8.2f} processor s   {done.rows['leads']:,} leads")
    return spent


def main(total: int) -> None:
    """Build, add, refresh, build again; print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(folder)
        append(home, old_rows(total))
        measured("first build", rebuild, home)
        append(home, new_rows(total))
        small = measured("refresh", refresh, home)
        large = measured("full build", rebuild, home)
    print(f"ratio        {small[0] / large[0]:8.3f}     {small[1] / large[1]:8.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
