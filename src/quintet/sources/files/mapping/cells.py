"""One field of a row: from the file's text to a clean, translated, typed value."""

from dataclasses import replace
from typing import TYPE_CHECKING

from quintet.kernel.errors import BadInput
from quintet.sources.files.mapping.model import Field, FileMap
from quintet.sources.files.mapping.questions import Question
from quintet.sources.files.mapping.sql import literal, name, translated
from quintet.sources.files.mapping.targets import Target
from quintet.sources.files.values.booleans import boolean_sql
from quintet.sources.files.values.dates import ISO, ISO_OFFSET, instant_sql
from quintet.sources.files.values.money import amount_sql
from quintet.sources.files.values.nulls import null_sql
from quintet.sources.files.values.profile import ColumnProfile

if TYPE_CHECKING:
    from quintet.sources.files.mapping.compile import Compiled

#: Which types of columns can be read as which types of fields.
_READ_AS = {
    "instant": {"date", "instant"},
    "money": {"money", "decimal", "integer"},
    "number": {"money", "decimal", "integer"},
}
_CALLED = {"instant": "a date", "money": "an amount", "number": "a number", "flag": "a yes or no"}


def clean_sql(column: str, file: "Compiled") -> str:
    """The text of a column without the space around it; null where it says nothing."""
    return cleaned(f"r.{name(column)}", profile_of(file, column))


def cleaned(expression: str, profile: ColumnProfile | None) -> str:
    """A text without the space around it; null where it is a word that says nothing in this column."""
    return null_sql(expression, [word for word, _ in profile.null_words] if profile else ())


def own_text(item: Field, file: "Compiled") -> str:
    """What the file itself says in a field, before anything is looked up."""
    if item.constant is not None:
        return literal(item.constant)
    parts = [clean_sql(column, file) for column in item.columns]
    return parts[0] if len(parts) == 1 else f"nullif(concat_ws(' ', {', '.join(parts)}), '')"


def label_sql(file: "Compiled", target: str) -> str:
    """What the file says in a target field; null where the map fills it from nowhere."""
    item = file.entry.fields.get(target)
    return own_text(item, file) if item else "NULL::VARCHAR"


def text_sql(item: Field, file: "Compiled", alias: str) -> tuple[str, str]:
    """The text of a field and the join it needs.

    Raises:
        BadInput: when the file it is looked up in is not part of the load.
    """
    own = own_text(item, file)
    if item.lookup is None:
        return own, ""
    if item.lookup.file not in file.lookups:
        raise BadInput(
            f"{file.entry.match}: {item.column} is looked up in {item.lookup.file!r}, no file of this load:"
            " load both together, or delete the lookup from the map"
        )
    table = file.lookups[item.lookup.file]
    key, value = null_sql(name(item.lookup.key)), null_sql(name(item.lookup.value))
    join = (
        f"LEFT JOIN (SELECT {key} AS key, min({value}) AS value FROM {table}"
        f" WHERE {key} IS NOT NULL GROUP BY 1) {alias} ON {alias}.key = {own}"
    )
    kept = own if item.lookup.miss == "keep" else "NULL"
    return f"CASE WHEN {alias}.key IS NULL THEN {kept} ELSE {alias}.value END", join


def translated_sql(text: str, item: Field, target: Target) -> str:
    """A field's text in the words of the map, and in the ledger's letter case where it has that word."""
    own = {word: word for word in target.words if word not in item.values}
    return translated(text, {**own, **item.values})


def formats(item: Field, kind: str, file: "Compiled") -> tuple[str, ...]:
    """How a field is written: as the map says, else as found in the file."""
    profile = profile_of(file, item.column)
    fits = profile is not None and profile.type in _READ_AS.get(kind, ())
    return item.format or (profile.format if profile and fits else ())


def typed(text: str, kind: str, item: Field, file: "Compiled") -> str:
    """A text in the type of its target; null where it cannot be read."""
    written = formats(item, kind, file)
    if kind == "instant":
        return instant_sql(text, written or (ISO, ISO_OFFSET), file.source.timezone)
    if kind == "money":
        return amount_sql(text, *written[:1])
    if kind == "number":
        return f"coalesce(try_cast({text} AS DOUBLE), {amount_sql(text, *written[:1])}::DOUBLE)"
    return boolean_sql(text) if kind == "flag" else text


def unreadable(kind: str, item: Field, file: "Compiled") -> tuple[str, str]:
    """Why a text has no value of its type, and what to do; the second is SQL."""
    written = " or ".join(formats(item, kind, file))
    reason = f"not {_CALLED[kind]}{f' written {written}' if written else ''}"
    step = f'correct it, name its format in the map, or set on_error = "keep_text" for {item.column}'
    return reason, step


def doubts(file: "Compiled") -> list[Question]:
    """What the values of the columns do not settle, and a person must."""
    found = []
    for target, item in file.filled.items():
        kind, profile = file.type_of(target).type, profile_of(file, item.column)
        if item.format or profile is None or kind not in _READ_AS or item.values or item.lookup:
            continue
        if profile.type not in {*_READ_AS[kind], "empty"}:
            shown = ", ".join(repr(value) for value in profile.examples[:3])
            told = f"{file.label(target)} wants {_CALLED[kind]}, the column holds {profile.type}: {shown}"
            found.append(_question(file, target, item, told))
        elif profile.ambiguity and (target == "month_0" or not target.startswith("month_")):
            found.append(_question(file, target, item, profile.ambiguity))  # months are written as the first
    return found


def _question(file: "Compiled", target: str, item: Field, sentence: str) -> Question:
    setting = f'write {file.label(target)} = {{ column = "{item.column}", format = "..." }} in the map'
    return Question(file.entry.match, item.column or "", sentence, setting)


def profile_of(file: "Compiled", column: str | None) -> ColumnProfile | None:
    """What is known of a column, whatever its letter case in the map."""
    return file.profiles.get((column or "").lower())


def settled(file: "Compiled") -> FileMap:
    """The map of a file with the formats that were found in it."""
    fields = {name: _with_format(file, name, item) for name, item in file.entry.fields.items()}
    numbered = enumerate(file.entry.entered.items())
    entered = {stage: _with_format(file, f"entered_{number}", item) for number, (stage, item) in numbered}
    dated = enumerate(file.entry.months.items())
    months = {month: _with_format(file, f"month_{number}", item) for number, (month, item) in dated}
    return replace(file.entry, fields=fields, entered=entered, months=months)


def _with_format(file: "Compiled", target: str, item: Field) -> Field:
    return replace(item, format=formats(item, file.type_of(target).type, file))
