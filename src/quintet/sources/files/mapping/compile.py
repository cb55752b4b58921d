"""One file's map as DuckDB SQL: first the typed rows, then the interactions they say.

`typed_sql` has one row per record of the file: `line`, `record`, `f_<target>` for every target of its kind
of rows, the ids of whom it names, `kept` (JSON of the columns nobody mapped) and `reject` (why the row
cannot be loaded, or null). `offered_sql` turns the rows without a reject into OFFERED columns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from quintet.kernel.ids import hash63_sql
from quintet.sources.files.mapping import cells
from quintet.sources.files.mapping.identity import KNOWN_REFS, id_sql, is_reference, reference
from quintet.sources.files.mapping.model import Field, FileMap, SourceMap
from quintet.sources.files.mapping.recipes import RECIPES, Emission, entered_stage, quota_of_month
from quintet.sources.files.mapping.sql import json_without_nulls, listed, literal, name
from quintet.sources.files.mapping.targets import ENTITIES, TARGETS, Target, targets_of
from quintet.sources.files.values.dates import ISO, instant_sql
from quintet.sources.files.values.profile import ColumnProfile

_OWN = {"leads": "lead", "opportunities": "opportunity", "won_deals": "opportunity", "accounts": "account"}
_SQL_TYPES = {"instant": "TIMESTAMPTZ", "money": "DECIMAL(18,2)", "number": "DOUBLE", "flag": "BOOLEAN"}
_STAGE = Target("", "instant", "when it entered the stage")
_QUOTA = Target("", "money", "what the rep is to sell in the month")


@dataclass(frozen=True)
class Compiled:
    """One file with its map, ready to become SQL.

    Args:
        source: the map of the whole source.
        entry: the map of this file.
        raw: the table that holds the file's rows as text, and `line`.
        columns: of that table, without `line`.
        profiles: what is known of its columns, by name.
        lookups: lookup glob → the table of that file's rows as text.
    """

    source: SourceMap
    entry: FileMap
    raw: str
    columns: tuple[str, ...]
    profiles: Mapping[str, ColumnProfile] = field(default_factory=dict)
    lookups: Mapping[str, str] = field(default_factory=dict)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every field such rows can fill."""
        return TARGETS[self.entry.rows]

    @property
    def filled(self) -> dict[str, Field]:
        """The fields this map fills, also stages entered and months as `entered_0`, `month_0` and so on."""
        entered = {f"entered_{number}": item for number, item in enumerate(self.entry.entered.values())}
        months = {f"month_{number}": item for number, item in enumerate(self.entry.months.values())}
        return {**self.entry.fields, **entered, **months}

    def label(self, target: str) -> str:
        """A filled field as the map writes it: a stage or a month by its name."""
        written = (*self.entry.fields, *self.entry.entered, *self.entry.months)
        return dict(zip(self.filled, written, strict=True))[target]

    def type_of(self, target: str) -> Target:
        """The target of that name."""
        known = targets_of(self.entry.rows).get(target)
        return known or (_STAGE if target.startswith("entered_") else _QUOTA)


def typed_sql(file: Compiled) -> str:
    """The query of one row per record, in the columns the module names."""
    return f"WITH a AS ({_texts(file)}),\nb AS ({_types(file)}),\nc AS ({_people(file)})\n{_judged(file)}"


def _texts(file: Compiled) -> str:
    """Every field as clean text, with lookups joined and words translated."""
    joins, columns = [], ["r.line"]
    for number, (target, item) in enumerate(file.filled.items()):
        text, join = cells.text_sql(item, file, f"l{number}")
        joins.append(join)
        columns += [
            f"{text} AS t_{target}",
            f"{cells.translated_sql(text, item, file.type_of(target))} AS v_{target}",
        ]
        if item.lookup:
            own = cells.own_text(item, file)
            columns += [
                f"{own} AS o_{target}",
                f"(l{number}.key IS NULL AND {own} IS NOT NULL) AS m_{target}",
            ]
    columns += [f"{key_sql(file)} AS key", f"{_kept(file)} AS kept", f"{_aside(file)} AS aside"]
    return f"SELECT {listed(columns)}\nFROM {name(file.raw)} r {' '.join(filter(None, joins))}"


def key_sql(file: Compiled) -> str:
    """The SQL of what names a record: its key columns, or the whole row."""
    if not file.entry.key:
        every = ", ".join(f"coalesce(r.{name(column)}, '')" for column in file.columns)
        return f"md5(concat_ws(chr(31), {every}))"
    parts = [cells.clean_sql(column, file) for column in file.entry.key]
    present = " AND ".join(f"{part} IS NOT NULL" for part in parts[:1])
    return f"CASE WHEN {present} THEN concat_ws('|', {', '.join(parts)}) END"


def _kept(file: Compiled) -> str:
    named = {*file.entry.columns(), *file.entry.drop}
    return json_without_nulls({column: f"r.{name(column)}" for column in file.columns if column not in named})


def _aside(file: Compiled) -> str:
    cases = [
        f"WHEN lower(trim(r.{name(column)})) IN ({', '.join(literal(word.lower()) for word in words)})"
        f" THEN {literal(column)}"
        for column, words in file.entry.reject_when.items()
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL::VARCHAR"


def _types(file: Compiled) -> str:
    """Every target in its type; those the map does not fill are null."""
    columns = ["*"]
    for target in file.targets:
        filled = file.entry.fields.get(target.name)
        value = cells.typed(f"v_{target.name}", target.type, filled, file) if filled else _null(target)
        columns.append(f"{value} AS f_{target.name}")
        columns += ["NULL::VARCHAR AS t_stage"] if target.name == "stage" and not filled else []
    for number, item in enumerate(file.entry.entered.values()):
        columns.append(f"{cells.typed(f'v_entered_{number}', 'instant', item, file)} AS f_entered_{number}")
    for number, (month, item) in enumerate(file.entry.months.items()):
        first = instant_sql(literal(f"{month}-01"), (ISO,), file.source.timezone)
        columns.append(f"{cells.typed(f'v_month_{number}', 'money', item, file)} AS f_month_{number}")
        columns.append(f"{first} AS f_month_{number}_at")
    columns.append(f"{_entered_stages(file)} AS entered_stages")
    columns.append("row_number() OVER (PARTITION BY key ORDER BY line) AS nth")
    columns.append("first_value(line) OVER (PARTITION BY key ORDER BY line) AS first_line")
    return f"SELECT {listed(columns)} FROM a"


def _null(target: Target) -> str:
    return f"NULL::{_SQL_TYPES.get(target.type, 'VARCHAR')}"


def _entered_stages(file: Compiled) -> str:
    stages = [
        f"CASE WHEN f_entered_{number} IS NOT NULL THEN {literal(stage)} END"
        for number, stage in enumerate(file.entry.entered)
    ]
    return f"[{', '.join(stages)}]::VARCHAR[]"


def _people(file: Compiled) -> str:
    """The ids of the entities a row names."""
    joins: list[str] = []
    ids: dict[str, list[str]] = {entity: [] for entity in ENTITIES}
    others = {"sdr_id": "NULL::BIGINT", "manager_id": "NULL::BIGINT"}
    for number, target in enumerate(target for target in file.targets if is_reference(target)):
        if target.name not in file.entry.fields:
            continue
        found = reference(target, file.source.system, f"b.f_{target.name}", f"k{number}")
        joins.append(found.join)
        if target.name in {"sdr", "manager", "manager_name"}:
            others[f"{target.name.removesuffix('_name')}_id"] = found.entity_id
        else:
            ids[target.type].append(found.entity_id)
    if file.entry.rows == "contacts":
        joins.append(
            f"LEFT JOIN {KNOWN_REFS} kc ON kc.entity = 'lead' AND kc.namespace = 'contact' AND kc.ref = b.key"
        )
    columns = ["b.*", *_merge_ids(file), *(f"{sql} AS {column}" for column, sql in others.items())]
    columns += [f"{_first(ids[entity], file, entity)} AS {entity}_id" for entity in ENTITIES]
    return f"SELECT {listed(columns)} FROM b {' '.join(filter(None, joins))}"


def _first(found: list[str], file: Compiled, entity: str) -> str:
    """Of several references to one entity the first that names anybody; of its own rows the key."""
    system, rows = file.source.system, file.entry.rows
    own = [id_sql(entity, system, "id", "b.key")] if _OWN.get(rows) == entity else []
    if rows == "reps" and entity == "rep":
        own = [id_sql("rep", system, "id", "b.key")]
    if rows == "contacts" and entity == "lead":
        found = [*found, *_contact(file)]
    if rows == "leads" and entity == "opportunity":
        found = [
            *found,
            f"CASE WHEN b.f_outcome IN ('won', 'lost') THEN {id_sql(entity, system, 'lead', 'b.key')} END",
        ]
    return f"coalesce({', '.join([*own, *found, 'NULL::BIGINT'])})"


def _contact(file: Compiled) -> list[str]:
    """A contact is the lead that has its address, else somebody of its own."""
    return ["kc.entity_id", id_sql("lead", file.source.system, "contact", "b.key")]


def _merge_ids(file: Compiled) -> list[str]:
    if file.entry.rows != "merges":
        return []
    system = literal(f"|{file.source.system}|id|")
    hashed = {side: hash63_sql(f"b.f_entity || {system} || b.f_{side}") for side in ("winner", "loser")}
    return [f"{sql} AS {side}_id" for side, sql in hashed.items()]


def _judged(file: Compiled) -> str:
    """The rows with their record and, where they cannot be loaded, the reason."""
    record = "key" if file.entry.key else "key || '-' || nth"
    cases = [
        f"WHEN {condition} THEN {{'column': {literal(column)}, 'value': {value}, 'reason': {reason},"
        f" 'step': {literal(step)}}}"
        for condition, column, value, reason, step in _rules(file)
    ]
    judged = f"CASE {' '.join(cases)} END" if cases else "NULL"
    struct = 'STRUCT("column" VARCHAR, "value" VARCHAR, reason VARCHAR, step VARCHAR)'
    return f"SELECT *, {record} AS record, ({judged})::{struct} AS reject FROM c"


def _rules(file: Compiled) -> Iterator[tuple[str, str, str, str, str]]:
    """Condition, column, value, reason and next step of everything that makes a row unloadable."""
    for column, words in file.entry.reject_when.items():
        reason = f"the map sets aside rows whose {column} is {' or '.join(words)}"
        yield (
            f"aside = {literal(column)}",
            column,
            literal(words[0]),
            literal(reason),
            "change reject_when in the map",
        )
    if file.entry.key:
        keys = ", ".join(file.entry.key)
        yield "key IS NULL", keys, "NULL", literal("the key is empty"), f"fill {keys}"
        doubled = "'the key already stands in line ' || first_line"
        yield "nth > 1", keys, "key", doubled, "delete one of the two rows, or name more columns in key"
    for target, item in file.filled.items():
        yield from _field_rules(file, target, item)
    yield from _silent(file)


def _silent(file: Compiled) -> Iterator[tuple[str, str, str, str, str]]:
    """A row from which nothing follows is told, not swallowed."""
    emissions = emissions_of(file)
    if any(not one.when for one in emissions):
        return
    says = " OR ".join(f"coalesce({one.when}, false)" for one in emissions)
    telling = [field for one in emissions for field in one.needs if field in file.entry.fields]
    if file.entry.months:
        yield (
            f"NOT ({says})",
            "",
            "NULL",
            literal("it names no rep, or no month has a quota"),
            "fill them, or delete the row",
        )
        return
    column = next((file.entry.fields[field].column or field for field in telling), "")
    value = f"t_{telling[0]}" if telling else "NULL"
    reason = f"no interaction of {file.entry.rows.replace('_', ' ')} follows from this row"
    step = "translate its value under values in the map, or set it aside with reject_when"
    yield f"NOT ({says})", column, value, literal(reason), step


def _field_rules(file: Compiled, target: str, item: Field) -> Iterator[tuple[str, str, str, str, str]]:
    wanted, column = file.type_of(target), item.column or target
    if item.lookup and item.lookup.miss == "reject":
        reason = f"{item.lookup.file} has no row whose {item.lookup.key} is this"
        yield f"m_{target}", column, f"t_{target}", literal(reason), f"add it there, or correct {column}"
    if wanted.type in _SQL_TYPES and item.on_error == "reject":
        reason, step = cells.unreadable(wanted.type, item, file)
        yield f"v_{target} IS NOT NULL AND f_{target} IS NULL", column, f"t_{target}", literal(reason), step
    if wanted.required:
        yield f"f_{target} IS NULL", column, f"t_{target}", literal(f"{target} is missing"), f"fill {column}"


def offered_sql(file: Compiled, typed: str, *, now: datetime, day: datetime) -> str:
    """The interactions of typed rows: OFFERED columns and `line`.

    Args:
        file: as compiled.
        typed: the table made by `typed_sql`.
        now: the instant of the load; nothing counts as known later.
        day: the instant of rows without a date.
    """
    emissions = emissions_of(file)
    items = listed(_emitted(file, emission) for emission in emissions)
    instants = {"now": _instant(now), "day": _instant(day)}
    occurred = f"coalesce(i.at, {instants['day']})"
    recorded = instants["now"] if file.source.known == "loaded" else f"least({occurred}, {instants['now']})"
    recorded = f"coalesce(f_recorded_at, {recorded})" if "recorded_at" in file.entry.fields else recorded
    prefix = literal(f"{file.entry.role or file.entry.rows}/")
    parts = f"{prefix} || record || coalesce('/' || i.part, '') || '#' || i.kind"
    return (
        f"SELECT {occurred} AS occurred_at, {recorded} AS recorded_at, i.kind AS kind, lead_id, account_id,"
        f" opportunity_id, rep_id, NULL::BIGINT AS candidate_id, i.channel AS channel, i.outcome AS outcome,"
        f" i.content AS content, i.amount AS amount, i.currency AS currency,"
        f" {literal(file.source.system)} AS source, {parts} AS source_ref,"
        f" i.detail::VARCHAR AS detail, line FROM (SELECT *, unnest([\n  {items}\n]) AS i"
        f" FROM {name(typed)} WHERE reject IS NULL) WHERE i IS NOT NULL"
    )


def emissions_of(file: Compiled) -> list[Emission]:
    """What rows of this file can say, given what its map fills."""
    filled = set(file.entry.fields)
    able = [one for one in RECIPES[file.entry.rows] if not one.needs or filled & set(one.needs)]
    entered = [entered_stage(stage, f"entered_{number}") for number, stage in enumerate(file.entry.entered)]
    months = [quota_of_month(month, f"month_{number}") for number, month in enumerate(file.entry.months)]
    return months or able + entered


def _instant(instant: datetime) -> str:
    return f"TIMESTAMPTZ {literal(instant.isoformat())}"


def _emitted(file: Compiled, emission: Emission) -> str:
    at = f"coalesce({', '.join([*(f'f_{field}' for field in emission.at), 'NULL::TIMESTAMPTZ'])})"
    amount = f"f_{emission.amount}" if emission.amount else "NULL::DECIMAL(18,2)"
    columns = {
        "kind": literal(emission.kind),
        "at": at,
        "part": f"({emission.part or 'NULL'})::VARCHAR",
        "channel": f"({literal(emission.channel) if emission.channel else 'NULL'})::VARCHAR",
        "outcome": f"({emission.outcome or 'NULL'})::VARCHAR",
        "content": f"({emission.content or 'NULL'})::VARCHAR",
        "amount": f"{amount}::DECIMAL(18,2)",
        "currency": _currency(file, amount),
        "detail": _detail(file, emission, at),
    }
    struct = "{" + ", ".join(f"'{key}': {value}" for key, value in columns.items()) + "}"
    return f"CASE WHEN {emission.when} THEN {struct} END" if emission.when else struct


def _currency(file: Compiled, amount: str) -> str:
    own = literal(file.source.currency)
    stated = f"coalesce(f_currency, {own})" if "currency" in file.entry.fields else own
    return f"CASE WHEN {amount} IS NOT NULL THEN {stated} END"


def _detail(file: Compiled, emission: Emission, at: str) -> str:
    facts = {field: f"f_{field}" for field in emission.detail if field in file.entry.fields}
    facts |= dict(emission.facts)
    facts["undated"] = f"CASE WHEN {at} IS NULL THEN true END"
    if emission.main:
        facts["columns"] = "kept"
        facts["said"] = json_without_nulls(
            {
                target: f"CASE WHEN lower(t_{target}) <> lower(f_{target}) THEN t_{target} END"
                for target, item in file.entry.fields.items()
                if item.values and target != "stage" and file.type_of(target).type == "text"
            }
        )
        facts |= {
            target: f"CASE WHEN f_{target} IS NULL THEN v_{target} END"
            for target, item in file.entry.fields.items()
            if item.on_error == "keep_text"
        }
    return json_without_nulls(facts)
