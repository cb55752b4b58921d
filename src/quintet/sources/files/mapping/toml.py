"""The map as a TOML file that people read and edit."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import tomlkit
from tomlkit.exceptions import ParseError
from tomlkit.items import Table

from quintet.kernel.errors import BadInput
from quintet.sources.files.mapping.model import KNOWN, Field, FileMap, Lookup, SourceMap
from quintet.sources.files.mapping.targets import ROWS, targets_of

_TOP = ("name", "system", "timezone", "currency", "known", "day", "file")
_FILE = (
    "match",
    "rows",
    "role",
    "why",
    "key",
    "fields",
    "values",
    "entered",
    "months",
    "reject_when",
    "drop",
)
_MONTH = re.compile(r"20\d{2}-(?:0[1-9]|1[0-2])")
_FIELD = ("column", "constant", "format", "values", "lookup", "key", "value", "miss", "on_error")


def read_map(text: str) -> SourceMap:
    """The map a TOML text states.

    Raises:
        BadInput: when it is no TOML, or names something that does not exist; says where and what would.
    """
    try:
        top = tomlkit.parse(text).unwrap()
    except ParseError as error:
        raise BadInput(f"the map is no valid TOML: {error}; correct that line") from error
    _only(top, _TOP, "the map")
    files = tuple(_file(entry) for entry in top.get("file", []))
    made = SourceMap(
        name=_string(top, "name", "the map"),
        system=_string(top, "system", "the map"),
        timezone=str(top.get("timezone", "UTC")),
        currency=str(top.get("currency", "USD")),
        known=str(top.get("known", KNOWN[0])),
        day=str(top.get("day", "")),
        files=files,
    )
    _check_top(made)
    _check_roles(files)
    return made


def _check_top(made: SourceMap) -> None:
    if made.known not in KNOWN:
        raise BadInput(f'known must be "occurred" or "loaded", got {made.known!r}')
    try:
        ZoneInfo(made.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(
            f"timezone must be an IANA name such as Europe/Berlin, got {made.timezone!r}"
        ) from error
    if not (len(made.currency) == 3 and made.currency.isupper()):  # noqa: PLR2004
        raise BadInput(f"currency must be an ISO 4217 code such as USD, got {made.currency!r}")
    if made.day:
        _check_day(made.day)


def _check_day(day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise BadInput(f"day must be a date such as 2026-01-31, got {day!r}") from error


def _check_roles(files: Iterable[FileMap]) -> None:
    seen: dict[str, str] = {}
    for entry in files:
        if not entry.loads:
            continue
        if entry.role in seen:
            raise BadInput(
                f"{seen[entry.role]!r} and {entry.match!r} both have the role {entry.role!r}, so their"
                " records would overwrite each other: give one of them another role = ..."
            )
        seen[entry.role] = entry.match


def _file(entry: Mapping[str, Any]) -> FileMap:
    match = _string(entry, "match", "[[file]]")
    where = f"file {match!r}"
    _only(entry, _FILE, where)
    rows = _string(entry, "rows", where)
    if rows not in ROWS:
        raise BadInput(f"{where}: rows must be one of {', '.join(ROWS)}, got {rows!r}")
    why = str(entry.get("why", ""))
    if rows in {"lookup", "ignore"} and not why:
        raise BadInput(f"{where}: rows = {rows!r} needs why = ... so that nobody wonders where its rows went")
    values = entry.get("values", {})
    fields = {name: _field(name, item, values, where) for name, item in entry.get("fields", {}).items()}
    _check_targets(rows, fields, values, where)
    for end in {"won", "lost"} & set(entry.get("entered", {})):
        raise BadInput(
            f"{where}: entered.{end} is no stage: give closed_at, and outcome or stage with a value {end}"
        )
    _check_months(rows, entry.get("months", {}), where)
    return FileMap(
        match=match,
        rows=rows,
        role=str(entry.get("role", rows)),
        why=why,
        key=_strings(entry.get("key", ()), f"{where}: key"),
        fields=fields,
        entered={stage: _field(stage, item, {}, where) for stage, item in entry.get("entered", {}).items()},
        months={
            month: _field(month, item, {}, where) for month, item in sorted(entry.get("months", {}).items())
        },
        reject_when={
            column: _strings(words, f"{where}: reject_when.{column}")
            for column, words in entry.get("reject_when", {}).items()
        },
        drop=_strings(entry.get("drop", ()), f"{where}: drop"),
    )


def _check_targets(rows: str, fields: Mapping[str, Field], values: Mapping[str, Any], where: str) -> None:
    known = targets_of(rows)
    for name in fields:
        if name not in known:
            raise BadInput(f"{where}: {rows} have no field {name!r}; they have {', '.join(known) or 'none'}")
    for name in values:
        if name not in fields:
            raise BadInput(f"{where}: values.{name} needs a line {name} = ... under fields")


def _check_months(rows: str, months: Iterable[str], where: str) -> None:
    for month in months:
        if rows != "quotas":
            raise BadInput(f"{where}: months are of quotas, and its rows are {rows}: delete [file.months]")
        if not _MONTH.fullmatch(month):
            raise BadInput(f"{where}: a month is written as 2026-03, got {month!r}")


def _field(name: str, item: object, values: Mapping[str, Any], where: str) -> Field:
    words = {str(key): str(word) for key, word in values.get(name, {}).items()}
    if isinstance(item, str | list):
        first, *rest = _strings(item, f"{where}: {name}") or ("",)
        return Field(column=first, also=tuple(rest), values=words)
    if not isinstance(item, Mapping):
        raise BadInput(f'{where}: {name} must be a column name or {{ column = "..." }}, got {item!r}')
    _only(item, _FIELD, f"{where}: {name}")
    if ("column" in item) == ("constant" in item):
        raise BadInput(f"{where}: {name} needs either a column or a constant")
    columns = _strings(item.get("column", ()), f"{where}: {name}: column")
    return Field(
        column=columns[0] if columns else None,
        also=columns[1:],
        constant=None if "constant" not in item else str(item["constant"]),
        format=_strings(item.get("format", ()), f"{where}: {name}: format"),
        values={str(key): str(word) for key, word in item.get("values", {}).items()} or words,
        lookup=_lookup(item, f"{where}: {name}"),
        on_error=_one_of(item, "on_error", ("reject", "keep_text"), f"{where}: {name}"),
    )


def _lookup(item: Mapping[str, Any], where: str) -> Lookup | None:
    if "lookup" not in item:
        return None
    key, value = _string(item, "key", where), _string(item, "value", where)
    return Lookup(str(item["lookup"]), key, value, _one_of(item, "miss", ("keep", "null", "reject"), where))


def _one_of(item: Mapping[str, Any], name: str, words: tuple[str, ...], where: str) -> str:
    word = str(item.get(name, words[0]))
    if word not in words:
        raise BadInput(f"{where}: {name} must be one of {', '.join(words)}, got {word!r}")
    return word


def _only(item: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in item:
        if name not in known:
            raise BadInput(f"{where} has no setting {name!r}; it has {', '.join(known)}")


def _string(item: Mapping[str, Any], name: str, where: str) -> str:
    if not isinstance(item.get(name), str) or not item[name]:
        raise BadInput(f'{where} needs {name} = "...", got {item.get(name)!r}')
    return str(item[name])


def _strings(item: object, where: str) -> tuple[str, ...]:
    texts = [item] if isinstance(item, str) else item
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise BadInput(f"{where} must be a list of texts, got {item!r}")
    return tuple(texts)


def write_map(made: SourceMap) -> str:
    """The TOML text of a map, with the reason of each proposed field beside it."""
    top = tomlkit.document()
    for name in ("name", "system", "timezone", "currency", "known", "day"):
        value = getattr(made, name)
        if value:
            top.add(name, tomlkit.item(value))
    files = tomlkit.aot()
    for entry in made.files:
        files.append(_file_table(entry))
    top.add("file", files)
    return tomlkit.dumps(top)


def _file_table(entry: FileMap) -> Table:
    table = tomlkit.table()
    table.add("match", tomlkit.item(entry.match))
    table.add("rows", _noted(entry.rows, entry.reasons.get("rows")))
    if entry.role and entry.role != entry.rows:
        table.add("role", tomlkit.item(entry.role))
    if entry.why:
        table.add("why", tomlkit.item(entry.why))
    if entry.key:
        table.add("key", _noted(list(entry.key), entry.reasons.get("key")))
    if entry.drop:
        table.add("drop", _noted(list(entry.drop), entry.reasons.get("drop")))
    _add_tables(table, entry)
    return table


def _add_tables(table: Table, entry: FileMap) -> None:
    fields = {name: (_plain(item), entry.reasons.get(name)) for name, item in entry.fields.items()}
    _add(table, "fields", fields)
    entered = {
        stage: (_plain(item), entry.reasons.get(f"entered.{stage}")) for stage, item in entry.entered.items()
    }
    _add(table, "entered", entered)
    months = {
        month: (_plain(item), entry.reasons.get(f"months.{month}")) for month, item in entry.months.items()
    }
    _add(table, "months", months)
    _add(table, "reject_when", {column: (list(words), None) for column, words in entry.reject_when.items()})
    values = tomlkit.table(is_super_table=True)
    for name, item in entry.fields.items():
        _add(values, name, {word: (meaning, None) for word, meaning in item.values.items()})
    if len(values):
        table.add("values", values)


def _add(table: Table, name: str, items: Mapping[str, tuple[object, str | None]]) -> None:
    if not items:
        return
    inner = tomlkit.table()
    for key, (value, reason) in items.items():
        inner.add(tomlkit.key(key), _noted(value, reason))
    table.add(name, inner)


def _noted(value: object, reason: str | None) -> Any:  # noqa: ANN401
    item = tomlkit.item(value)
    if isinstance(value, dict):
        item = tomlkit.inline_table()
        item.update(value)
    return item.comment(reason) if reason else item


def _shortest(formats: tuple[str, ...]) -> object:
    return (formats[0] if len(formats) == 1 else list(formats)) if formats else None


def _plain(item: Field) -> object:
    """The shortest way to write a field: its column alone, or an inline table."""
    facts: dict[str, object] = {
        "column": _shortest(item.columns),
        "constant": item.constant,
        "format": _shortest(item.format),
        "on_error": None if item.on_error == "reject" else item.on_error,
    }
    if item.lookup:
        facts |= {"lookup": item.lookup.file, "key": item.lookup.key, "value": item.lookup.value}
        facts |= {} if item.lookup.miss == "keep" else {"miss": item.lookup.miss}
    stated = {name: value for name, value in facts.items() if value is not None}
    return stated["column"] if set(stated) == {"column"} else stated
