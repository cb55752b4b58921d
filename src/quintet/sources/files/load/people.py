"""Who the files of one load speak about: names, addresses and contact ids against the ids of records."""

from collections.abc import Iterable, Sequence

import duckdb

from quintet.sources.files.mapping import cells
from quintet.sources.files.mapping.compile import Compiled, key_sql
from quintet.sources.files.mapping.identity import KNOWN_REFS, id_sql, is_reference, normal
from quintet.sources.files.mapping.sql import literal, name

_ENTITY = {"leads": "lead", "accounts": "account", "reps": "rep", "opportunities": "opportunity"}
_NAMED = {"name": "name", "email": "email"}
_PAIRS = (("rep", "rep_name"), ("rep", "rep_email"), ("account", "account_name"), ("lead", "lead_email"))
_COLUMNS = "entity, namespace, ref, entity_id, label"


def learn_refs(con: duckdb.DuckDBPyConnection, files: Sequence[Compiled], known: str | None) -> None:
    """Make the table `known_refs` from the files of a load and what the ledger knows.

    Args:
        con: where the raw tables of the files are.
        files: every file that is loaded.
        known: a table of entity, namespace, ref, entity_id the ledger knows of this system, or None.
    """
    queries = [query for file in files for query in _own_refs(file)]
    queries += [query for file in files for query in _pairs(file)]
    con.execute(f"CREATE OR REPLACE TEMP TABLE said_refs ({_TYPED})")
    for query in queries:
        con.execute(f"INSERT INTO said_refs {query}")
    for file in files:
        if file.entry.rows == "contacts":
            con.execute(f"INSERT INTO said_refs {_contacts(file)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {KNOWN_REFS} AS {_settled(known)}")


_TYPED = "entity VARCHAR, namespace VARCHAR, ref VARCHAR, entity_id BIGINT, label VARCHAR"


def _settled(known: str | None) -> str:
    """Each reference once: this load's word first, the ledger's second; shared ones name nobody."""
    older = f"""UNION ALL SELECT entity, namespace, ref, entity_id FROM {known} o
        WHERE NOT EXISTS (SELECT 1 FROM said_refs s WHERE s.entity = o.entity AND s.namespace = o.namespace
            AND s.ref = o.ref)"""
    return f"""SELECT entity, namespace, ref,
            CASE WHEN count(DISTINCT entity_id) = 1 THEN any_value(entity_id) END AS entity_id
        FROM (SELECT entity, namespace, ref, entity_id FROM said_refs WHERE namespace <> 'id'
            {older if known else ""})
        WHERE ref IS NOT NULL AND entity_id IS NOT NULL GROUP BY ALL"""


def _own_refs(file: Compiled) -> Iterable[str]:
    """What a file of leads, accounts, reps or opportunities says its own records are called."""
    entity = _ENTITY.get(file.entry.rows)
    if entity is None or not file.entry.key:
        return
    own = id_sql(entity, file.source.system, "id", "key")
    label = cells.label_sql(file, "name")
    yield _select(file, entity, "id", "key", own, label)
    for target, namespace in _NAMED.items():
        if target in file.entry.fields:
            ref = normal(namespace, cells.label_sql(file, target))
            yield _select(file, entity, namespace, ref, own, label)


def _pairs(file: Compiled) -> Iterable[str]:
    """What a file says by naming somebody twice, by id and by name."""
    for by_id, by_name in _PAIRS:
        if not {by_id, by_name} <= set(file.entry.fields):
            continue
        target = file.type_of(by_name)
        ref, label = cells.label_sql(file, by_id), cells.label_sql(file, by_name)
        own = id_sql(target.type, file.source.system, "id", ref)
        yield _select(file, target.type, target.namespace, normal(target.namespace, label), own, label)
        yield _select(file, target.type, "id", ref, own, label)


def _contacts(file: Compiled) -> str:
    """Each contact is the lead it names, else the lead with its address, else somebody of its own."""
    system = file.source.system
    lead = (
        id_sql("lead", system, "id", cells.label_sql(file, "lead")) if "lead" in file.entry.fields else "NULL"
    )
    email = normal("email", cells.label_sql(file, "email"))
    found = (
        "(SELECT CASE WHEN count(DISTINCT entity_id) = 1 THEN any_value(entity_id) END FROM said_refs"
        " WHERE entity = 'lead' AND namespace = 'email' AND ref = email)"
    )
    own = id_sql("lead", system, "contact", "key")
    label = cells.label_sql(file, "name")
    inner = f"SELECT {key_sql(file)} AS key, {lead} AS lead, {email} AS email, {label} AS label"
    return (
        f"SELECT 'lead', 'contact', key, coalesce(lead, {found}, {own}), label"
        f" FROM ({inner} FROM {name(file.raw)} r) WHERE key IS NOT NULL"
    )


def _select(file: Compiled, entity: str, namespace: str, ref: str, own: str, label: str) -> str:
    inner = f"SELECT *, {key_sql(file)} AS key FROM {name(file.raw)} r"
    columns = f"{literal(entity)}, {literal(namespace)}, {ref}, {own}, {label}"
    return f"SELECT DISTINCT {columns} FROM ({inner}) r WHERE {ref} IS NOT NULL AND {own} IS NOT NULL"


def used_refs(file: Compiled, typed: str) -> Iterable[str]:
    """References of loaded rows that stand for themselves: one query a field, in the columns of said_refs.

    Of the ids only those of reps, so that a page can show the source's id of a rep without a name.
    """
    for target in file.targets:
        by_id = target.namespace == "id"
        unused = target.name not in file.entry.fields or (by_id and target.type != "rep")
        if unused or not is_reference(target):
            continue
        ref = normal(target.namespace, f"f_{target.name}")
        own = id_sql(target.type, file.source.system, target.namespace, ref)
        about = f"{literal(target.type)}, {literal(target.namespace)}"
        label = "NULL" if by_id else f"f_{target.name}"
        yield f"""SELECT DISTINCT {about}, {ref}, {own}, {label} FROM {name(typed)} t
            WHERE reject IS NULL AND f_{target.name} IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {KNOWN_REFS} k WHERE k.entity = {literal(target.type)}
                AND k.namespace = {literal(target.namespace)} AND k.ref = {ref})"""
