"""The map of an upload as cards with selects: one card a file, one line a field."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from quintet.sources.files.forms.terms import Card, Choice, Group, Line, Word
from quintet.sources.files.mapping.model import Field, FileMap, SourceMap
from quintet.sources.files.mapping.months import BY_MONTH, months_by_header, written
from quintet.sources.files.mapping.targets import FUNNEL, OTHER_ROWS, TARGETS, Target
from quintet.sources.files.seen import SeenColumn, SeenFile
from quintet.sources.files.values.dates import EPOCH_MS, EPOCH_S, EXCEL, ISO, ISO_OFFSET
from quintet.sources.files.values.money import COMMA, POINT

#: Option values that are no column.
NOTHING, CONSTANT = "", "="
#: A value that becomes nothing.
EMPTY_WORD = "~"
#: Between several formats of one column.
BETWEEN = " | "
_SURE = 0.5
_NIGHT = datetime(2025, 12, 31, 17, 5, tzinfo=UTC)
_OTHER = {
    "interactions": "interactions, in Quintet's own columns",
    "lookup": "only looked up by other files",
    "ignore": "left out",
}
_STAGES = tuple(stage for stage in FUNNEL if stage not in {"won", "lost"})
_WRITTEN = {
    POINT: "decimal point: 1,234.50",
    COMMA: "decimal comma: 1.234,50",
    ISO: "2025-12-31 17:05",
    ISO_OFFSET: "2025-12-31T17:05+01:00",
    EPOCH_S: "seconds since 1970",
    EPOCH_MS: "milliseconds since 1970",
    EXCEL: "days as a workbook counts them",
}
_TYPED = {"instant", "money", "number"}


def groups_of(source: SourceMap, files: Sequence[SeenFile]) -> list[Group]:
    """The files of an upload by the entry of the map that speaks of them, in the order of the files."""
    found: dict[object, Group] = {}
    for file in files:
        entry = source.file_for(file.name)
        key: object = entry.match if entry else ("unmatched", file.name)
        known = found.get(key, Group(entry))
        found[key] = Group(entry, (*known.files, file))
    return list(found.values())


def cards_of(
    source: SourceMap, files: Sequence[SeenFile], guesses: Mapping[str, Mapping[str, Any]]
) -> list[Card]:
    """The cards of a map: what is loaded first, the largest file in front."""
    cards = [card_of(number, group, guesses) for number, group in enumerate(groups_of(source, files))]
    return sorted(cards, key=lambda card: (card.entry is not None and not card.entry.loads, -card.count))


def card_of(number: int, group: Group, guesses: Mapping[str, Mapping[str, Any]]) -> Card:
    """One card."""
    entry = group.entry
    why = guesses.get(group.files[0].name, {})
    if entry is None:
        return Card(number, group.files, None, _row_choices(""))
    lines = [
        _line(number, group, target, entry.fields.get(target.name), why)
        for target in TARGETS.get(entry.rows, ())
        if not (entry.months and target.name in BY_MONTH)
    ]
    return Card(
        number,
        group.files,
        entry,
        _row_choices(entry.rows),
        why=entry.why,
        keys=_keys(group, entry) if entry.rows in TARGETS else (),
        filled=tuple(line for line in lines if line.is_filled),
        more=tuple(line for line in lines if not line.is_filled),
        stages=_stages(number, group, entry),
        months=_months(number, group, entry),
        left=tuple(_left(group, entry)) if entry.rows in TARGETS else (),
        kept_back=tuple(_kept_back(entry)),
        reason=why.get("rows", {}).get("reason", "")
        if entry.rows == why.get("rows", {}).get("field")
        else "",
    )


def _row_choices(chosen: str) -> tuple[Choice, ...]:
    first = () if chosen else (Choice("", "choose what its rows are", is_chosen=True),)
    every = [*sorted(TARGETS), *OTHER_ROWS]
    return (*first, *(Choice(rows, _OTHER.get(rows, in_words(rows)), rows == chosen) for rows in every))


def in_words(name: str) -> str:
    """A name of the map as people write it."""
    return name.replace("_", " ")


def _column_choices(group: Group, chosen: str | None, nothing: str) -> tuple[Choice, ...]:
    known = {column.lower() for column in group.columns}
    stray = (
        (Choice(chosen, f"{chosen} (not in the file)", is_chosen=True),)
        if chosen and chosen.lower() not in known
        else ()
    )
    columns = (Choice(one, one, one.lower() == (chosen or "").lower()) for one in group.columns)
    return (Choice(NOTHING, nothing, not chosen), *stray, *columns)


def _keys(group: Group, entry: FileMap) -> tuple[tuple[Choice, ...], ...]:
    first = _column_choices(
        group, entry.key[0] if entry.key else None, "nothing: the whole row is the record"
    )
    more = [_column_choices(group, column, "nothing more") for column in entry.key[1:]]
    return (first, *more, *([_column_choices(group, None, "nothing more")] if entry.key else []))


def _line(number: int, group: Group, target: Target, item: Field | None, why: Mapping[str, Any]) -> Line:
    column = item.column if item else None
    seen = group.column(column)
    guess = why.get(target.name, {})
    is_guessed = bool(column) and guess.get("column") == column
    formats = _formats(target, item, seen)
    words = _words(number, target, item, seen)
    return Line(
        name=f"{number}-field-{target.name}",
        label=in_words(target.name) + (" (needed)" if target.required else ""),
        sentence=target.sentence,
        choices=_source_choices(group, item),
        is_filled=item is not None,
        is_wrong=bool(column) and seen is None,
        is_unsure=is_guessed and guess["confidence"] < _SURE,
        reason=guess["reason"] if is_guessed else "",
        notes=tuple(_notes(item, shows_words=bool(words))) if item else (),
        examples=seen.examples if seen else (),
        format_name=f"{number}-format-{target.name}" if formats else "",
        formats=formats,
        words_of=seen.name if seen and words else "",
        words=words,
        words_name=f"{number}-wordsof-{target.name}",
    )


def _source_choices(group: Group, item: Field | None) -> tuple[Choice, ...]:
    if item is None or item.constant is None:
        return _column_choices(group, item.column if item else None, "not in this file")
    nothing, *columns = _column_choices(group, None, "not in this file")
    always = Choice(CONSTANT, f"always “{item.constant}”", is_chosen=True)
    return (Choice(nothing.value, nothing.label), always, *columns)


def _notes(item: Field, *, shows_words: bool) -> list[str]:
    found = [f"with {', '.join(item.also)} behind it"] if item.also else []
    if item.lookup:
        found.append(
            f"looked up in {item.lookup.file}: the {item.lookup.value} whose {item.lookup.key} it is"
        )
    if item.on_error == "keep_text":
        found.append("what cannot be read is kept as text")
    if item.values and not shows_words:
        found.append(f"{len(item.values)} values are translated, see the map as TOML")
    return found


def _formats(target: Target, item: Field | None, seen: SeenColumn | None) -> tuple[Choice, ...]:
    """How the column may be written: only where the values do not settle it, or the map states it."""
    if item is None or seen is None or target.type not in _TYPED or not (seen.candidates or item.format):
        return ()
    chosen = BETWEEN.join(item.format)
    known = list(dict.fromkeys([*([chosen] if chosen else []), *seen.candidates, BETWEEN.join(seen.formats)]))
    nothing = Choice(
        "", "as found in the file" if not seen.candidates else "choose how it is written", not chosen
    )
    return (nothing, *(Choice(one, format_label(one), one == chosen) for one in known if one))


def format_label(written: str) -> str:
    """How a date or an amount is written, by example."""
    if written in _WRITTEN:
        return _WRITTEN[written]
    if "%" not in written or BETWEEN in written:
        return written
    order = "day first" if 0 <= written.find("%d") < written.find("%m") else "month first"
    told = f", {order}" if "%d" in written and "%m" in written and not written.startswith("%Y") else ""
    return f"{_NIGHT.strftime(written)}{told}"


def _words(number: int, target: Target, item: Field | None, seen: SeenColumn | None) -> tuple[Word, ...]:
    """The values of a column that stands for words of the ledger."""
    if item is None or seen is None or item.lookup or not target.words or not seen.values:
        return ()
    return tuple(
        Word(
            f"{number}-word-{target.name}-{at}",
            value,
            count,
            _word_choices(target, word_of(item, value, target.words)),
        )
        for at, (value, count) in enumerate(seen.values)
    )


def word_of(item: Field, value: str, own: Sequence[str]) -> str | None:
    """The word a value becomes; None when it stays as it is, "" when it becomes nothing.

    Args:
        item: the field, with the map's words.
        value: as it stands in the file.
        own: words of the ledger, which need no map.
    """
    for pattern, word in item.values.items():
        if fnmatchcase(value.lower(), pattern.lower()):
            return None if word == "*" else word
    return value.lower() if value.lower() in own else None


def _word_choices(target: Target, chosen: str | None) -> tuple[Choice, ...]:
    own = () if chosen is None or chosen in {"", *target.words} else (chosen,)
    return (
        Choice("", "as it stands", chosen is None),
        *(Choice(word, in_words(word), word == chosen) for word in (*target.words, *own)),
        Choice(EMPTY_WORD, "nothing", chosen == ""),
    )


def _stages(number: int, group: Group, entry: FileMap) -> tuple[Line, ...]:
    if entry.rows not in {"opportunities", "leads"} and not entry.entered:
        return ()
    names = dict.fromkeys([*entry.entered, *(_STAGES if entry.rows == "opportunities" else ())])
    return tuple(
        _picked(
            group,
            entry.entered.get(stage),
            name=f"{number}-entered-{stage}",
            label=f"entered {in_words(stage)}",
            sentence=f"the column with the day it became {in_words(stage)}",
        )
        for stage in names
    )


def _months(number: int, group: Group, entry: FileMap) -> tuple[Line, ...]:
    """The months of quotas that stand in the header; none where a field says the month."""
    if entry.rows != "quotas" or "at" in entry.fields:
        return ()
    in_header = months_by_header(group.columns, group.files[0].name).columns
    formats, first = _formats_of_months(group, entry), next(iter(entry.months), "")
    return tuple(
        replace(
            _picked(
                group,
                entry.months.get(month),
                name=f"{number}-month-{month}",
                label=month,
                sentence="the column with what each rep is to sell in it",
            ),
            format_name=f"{number}-written-{month}" if formats and month == first else "",
            formats=formats if month == first else (),
        )
        for month in sorted({*entry.months, *in_header})
    )


def _formats_of_months(group: Group, entry: FileMap) -> tuple[Choice, ...]:
    """How the amounts of all months may be written, where their values do not settle it."""
    every = [seen for item in entry.months.values() if (seen := group.column(item.column))]
    if not every:
        return ()
    item = Field(every[0].name, format=written(entry.months))
    return _formats(Target("", "money", ""), item, replace(every[0], candidates=_unsettled(every)))


def _unsettled(every: Sequence[SeenColumn]) -> tuple[str, ...]:
    """How columns that are written in one way may be written; nothing where one of them settles it."""
    told = [one.candidates or one.formats for one in every if one.candidates or one.formats]
    any_of_them = tuple(dict.fromkeys(one for some in told for one in some))
    fitting = tuple(one for one in any_of_them if all(one in some for some in told))
    return () if len(fitting) == 1 else fitting or any_of_them


def _picked(group: Group, item: Field | None, *, name: str, label: str, sentence: str) -> Line:
    column = item.column if item else None
    seen = group.column(column)
    return Line(
        name=name,
        label=label,
        sentence=sentence,
        choices=_column_choices(group, column, "not in this file"),
        is_filled=item is not None,
        is_wrong=bool(column) and seen is None,
        examples=seen.examples if seen else (),
    )


def _left(group: Group, entry: FileMap) -> list[str]:
    named = {column.lower() for column in (*entry.columns(), *entry.drop)}
    return [column for column in group.columns if column.lower() not in named]


def _kept_back(entry: FileMap) -> list[str]:
    found = [f"Not kept: {', '.join(entry.drop)}."] if entry.drop else []
    for column, words in entry.reject_when.items():
        found.append(f"Rows with {column} = {' or '.join(words)} are set aside.")
    return found
