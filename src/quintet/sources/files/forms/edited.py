"""A map as somebody changed it in the form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from quintet.sources.files.forms.cards import (
    BETWEEN,
    CONSTANT,
    EMPTY_WORD,
    groups_of,
    word_of,
)
from quintet.sources.files.forms.terms import Group
from quintet.sources.files.mapping.by_values import fields_by_values
from quintet.sources.files.mapping.headers import fields_by_header
from quintet.sources.files.mapping.model import Field, FileMap, SourceMap
from quintet.sources.files.mapping.months import with_months, written
from quintet.sources.files.mapping.targets import TARGETS, targets_of
from quintet.sources.files.mapping.words import has_words, meanings
from quintet.sources.files.seen import SeenFile

if TYPE_CHECKING:
    from django.http import QueryDict

_WHOLE = ("name", "system", "timezone", "currency", "known", "day")
_LEFT_OUT = "left out by hand"


def edited(source: SourceMap, files: Sequence[SeenFile], posted: "QueryDict") -> SourceMap:
    """The map with what was chosen in the form; what the form does not show stays as it is.

    Args:
        source: the map the form was drawn from.
        files: of the upload.
        posted: the form; a name it lacks changes nothing.
    """
    whole = {name: _own(posted, name, str(getattr(source, name))).strip() for name in _WHOLE}
    changed: dict[str, FileMap] = {}
    for number, group in enumerate(groups_of(source, files)):
        entry = _entry(number, group, posted)
        if entry is not None:
            changed[entry.match] = entry
    old = [changed.pop(entry.match, entry) for entry in source.files]
    made: list[FileMap] = []
    for entry in (*old, *changed.values()):
        made.append(_with_own_role(entry, made))
    return replace(source, **whole, files=tuple(made))


def _own(posted: "QueryDict", name: str, otherwise: str) -> str:
    found = posted.get(name)
    return otherwise if found is None else found


def _entry(number: int, group: Group, posted: "QueryDict") -> FileMap | None:
    """The entry of one card; None while nobody said what its rows are."""
    old = group.entry
    rows = _own(posted, f"{number}-rows", old.rows if old else "")
    if not rows:
        return None
    why = _own(posted, f"{number}-why", old.why if old else "")
    if old is None or rows != old.rows:
        return _other_rows(group, rows, why)
    if rows not in TARGETS:
        return replace(old, why=_reason(rows, why))
    return replace(
        old,
        key=_key(number, old, posted),
        fields=_fields(number, group, old, posted),
        entered=_picked(number, "entered", old.entered, posted),
        months=_months(number, old, posted),
    )


def _reason(rows: str, why: str) -> str:
    return (why.strip() or _LEFT_OUT) if rows in {"lookup", "ignore"} else why


def _other_rows(group: Group, rows: str, why: str) -> FileMap:
    """The entry of a file whose rows are something else than the map said: fields by its headers."""
    old = group.entry or FileMap(group.files[0].name, rows)
    own = _unique(group)
    key = () if rows == "quotas" else old.key or own[:1]  # a rep has a quota for every month
    new = FileMap(old.match, rows, role=rows, why=_reason(rows, why), key=key, drop=old.drop)
    if rows not in TARGETS:
        return replace(new, key=(), drop=())
    fitting = {name: item for name, item in old.fields.items() if name in targets_of(rows)}
    kept = {name: replace(item, values={}) for name, item in fitting.items()}
    taken = {column for item in kept.values() for column in item.columns}
    taken |= set() if rows in {"reps", "accounts"} else set(key)
    free = tuple(column for column in group.columns if column not in taken)
    named = {name: column for name, column in fields_by_header(rows, free).items() if name not in kept}
    named |= _by_values(group, rows, free, named)
    fields = {name: _guessed(group, rows, name, column) for name, column in named.items()}
    new = replace(new, fields={**kept, **fields})
    if rows != "quotas":
        return new
    return with_months(new, group.columns, names_rows=own.__contains__, values_of=group.values_of)


def _unique(group: Group) -> tuple[str, ...]:
    """The columns of which every row has a value of its own, as far as a short file shows it."""
    file = group.files[0]
    return tuple(one.name for one in file.columns if len(one.values) == one.filled == file.rows > 1)


def _by_values(group: Group, rows: str, free: tuple[str, ...], named: dict[str, str]) -> dict[str, str]:
    file = group.files[0]
    columns = [one for one in file.columns if one.name in free]
    return {one.field: one.column for one in fields_by_values(rows, columns, named, file.rows)}


def _guessed(group: Group, rows: str, target: str, column: str) -> Field:
    seen = group.column(column)
    known = has_words(rows, target) and seen
    values = meanings(rows, target, [value for value, _ in seen.values]) if known and seen else {}
    return Field(column=column, values=values)


def _key(number: int, old: FileMap, posted: "QueryDict") -> tuple[str, ...]:
    given = posted.getlist(f"{number}-key")
    return tuple(dict.fromkeys(one for one in given if one)) if given else old.key


def _fields(number: int, group: Group, old: FileMap, posted: "QueryDict") -> dict[str, Field]:
    found: dict[str, Field] = {}
    for target in (*old.fields, *(one for one in targets_of(old.rows) if one not in old.fields)):
        before = old.fields.get(target)
        item = _chosen(posted.get(f"{number}-field-{target}"), before)
        if item is None:
            continue
        item = _with_format(item, posted.get(f"{number}-format-{target}"), before)
        found[target] = _with_words(number, group, target, item, posted)
        if before is None and has_words(old.rows, target):
            found[target] = _guessed(group, old.rows, target, item.column or "")
    return found


def _chosen(column: str | None, before: Field | None) -> Field | None:
    """The field as chosen; what the map says besides the column stays while the column does."""
    if column is None or column == CONSTANT:
        return before
    if not column:
        return None
    if before and before.column and before.column.lower() == column.lower():
        return before
    return Field(column=column)


def _with_format(item: Field, written: str | None, before: Field | None) -> Field:
    if written is None or item is not before:  # the choice was about another column
        return item
    return replace(item, format=tuple(written.split(BETWEEN)) if written else ())


def _with_words(number: int, group: Group, target: str, item: Field, posted: "QueryDict") -> Field:
    seen = group.column(item.column)
    if seen is None or posted.get(f"{number}-wordsof-{target}") != seen.name:
        return item
    changed: dict[str, str | None] = {}
    own = targets_of(group.entry.rows)[target].words if group.entry else ()
    for at, (value, _) in enumerate(seen.values):
        chosen = posted.get(f"{number}-word-{target}-{at}")
        if chosen is None:
            continue
        word = {"": None, EMPTY_WORD: ""}.get(chosen, chosen)
        if word != word_of(item, value, own):
            changed[value] = word
    return replace(item, values=_translated(item.values, changed)) if changed else item


def _translated(before: Mapping[str, str], changed: Mapping[str, str | None]) -> dict[str, str]:
    """New translations in front, so that they win over the shapes (`*`) behind them."""
    lower = {value.lower() for value in changed}
    kept = {value: word for value, word in before.items() if value.lower() not in lower}
    shapes = any("*" in value or "?" in value for value in kept)
    words = {
        value: "*" if word is None else word for value, word in changed.items() if word is not None or shapes
    }
    return {**words, **kept}


def _picked(number: int, what: str, old: Mapping[str, Field], posted: "QueryDict") -> dict[str, Field]:
    """The columns chosen for stages or for months."""
    prefix = f"{number}-{what}-"
    given = [name.removeprefix(prefix) for name in posted if name.startswith(prefix)]
    names = dict.fromkeys([*old, *given])
    found = {name: _chosen(posted.get(f"{prefix}{name}"), old.get(name)) for name in names}
    return {name: item for name, item in found.items() if item}


def _months(number: int, old: FileMap, posted: "QueryDict") -> dict[str, Field]:
    """The columns of months; how they are written stands beside the first."""
    found = dict(sorted(_picked(number, "month", old.months, posted).items()))
    first = next(iter(old.months), "")
    said = posted.get(f"{number}-written-{first}")
    chosen = tuple(said.split(BETWEEN)) if said else ()
    if said is None or chosen == written(old.months) or first not in found:
        return found
    plain = {month: replace(item, format=()) for month, item in found.items()}
    return plain | {first: replace(plain[first], format=chosen)}


def _with_own_role(entry: FileMap, made: Sequence[FileMap]) -> FileMap:
    taken = {one.role for one in made if one.loads}
    if not entry.loads or entry.role not in taken:
        return entry
    number = next(at for at in range(2, len(taken) + 3) if f"{entry.rows}_{at}" not in taken)
    return replace(entry, role=f"{entry.rows}_{number}")
