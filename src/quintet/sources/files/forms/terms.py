"""What the map's form is made of: cards, lines, words and choices."""

from dataclasses import dataclass, field

from quintet.sources.files.mapping.model import FileMap
from quintet.sources.files.seen import SeenColumn, SeenFile


@dataclass(frozen=True)
class Choice:
    """One option of a select."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Word:
    """One value of the file, and the word it becomes."""

    name: str
    value: str
    rows: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Line:
    """One field: where it comes from, and why.

    Args:
        name: of the select.
        label: the field in words.
        sentence: what it means.
        choices: the columns.
        is_filled: a column was chosen.
        is_wrong: what is chosen does not exist in the file.
        is_unsure: look at this one first.
        reason: why it was proposed.
        notes: what else the map says about it.
        examples: values of the chosen column.
        format_name: name of the select of formats.
        formats: how it may be written; empty where there is no doubt.
        words_of: the column whose values are listed.
        words: its values.
        words_name: name of the input that says whose values they are.
    """

    name: str
    label: str
    sentence: str
    choices: tuple[Choice, ...]
    is_filled: bool = False
    is_wrong: bool = False
    is_unsure: bool = False
    reason: str = ""
    notes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    format_name: str = ""
    formats: tuple[Choice, ...] = ()
    words_of: str = ""
    words: tuple[Word, ...] = ()
    words_name: str = ""

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return f"line-{self.name}"

    @property
    def untranslated(self) -> int:
        """How many of its values stay as they stand."""
        return sum(word.choices[0].is_chosen for word in self.words)

    @property
    def explains_steps(self) -> bool:
        """Do its values stand for steps of the funnel?"""
        return self.name.endswith("-field-stage")

    @property
    def lacks_steps(self) -> bool:
        """Are some of its stages no step of the funnel yet?"""
        return self.explains_steps and self.untranslated > 0

    @property
    def needs_a_look(self) -> bool:
        """Is it unsure, or wrong?"""
        return self.is_unsure or self.is_wrong


@dataclass(frozen=True)
class Card:
    """One file, or several that one entry of the map speaks of.

    Args:
        number: of the card; begins the name of each of its inputs.
        files: the tables it speaks of.
        entry: of the map; None where the map says nothing.
        rows: what its rows may be.
        why: why it is left out.
        keys: selects of the columns that name a record.
        filled: fields that have a column.
        more: fields that could have one.
        stages: when a record entered a stage.
        months: of quotas, the column of each month.
        left: columns no field reads; they are kept beside each row.
        kept_back: what else the map says, in sentences.
        reason: why its rows are what they are.
    """

    number: int
    files: tuple[SeenFile, ...]
    entry: FileMap | None
    rows: tuple[Choice, ...]
    why: str = ""
    keys: tuple[tuple[Choice, ...], ...] = ()
    filled: tuple[Line, ...] = ()
    more: tuple[Line, ...] = ()
    stages: tuple[Line, ...] = ()
    months: tuple[Line, ...] = ()
    left: tuple[str, ...] = ()
    kept_back: tuple[str, ...] = ()
    reason: str = ""

    @property
    def title(self) -> str:
        """Its files."""
        return ", ".join(file.name for file in self.files)

    @property
    def count(self) -> int:
        """Records in them."""
        return sum(file.rows for file in self.files)

    @property
    def rows_name(self) -> str:
        """Name of the select that says what its rows are."""
        return f"{self.number}-rows"

    @property
    def rows_are(self) -> str:
        """What its rows are, in words; empty while nobody said it."""
        return next((choice.label for choice in self.rows if choice.is_chosen and choice.value), "")

    @property
    def needs_a_look(self) -> bool:
        """Does any of its lines?"""
        return self.entry is None or any(line.needs_a_look or line.lacks_steps for line in self.lines)

    @property
    def has_stages(self) -> bool:
        """Does the map say when a stage was entered?"""
        return any(line.is_filled for line in self.stages)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every field, stage and month."""
        return (*self.filled, *self.more, *self.stages, *self.months)


@dataclass(frozen=True)
class Group:
    """The tables one entry of the map speaks of, or one table no entry does."""

    entry: FileMap | None
    files: tuple[SeenFile, ...] = field(default=())

    def column(self, name: str | None) -> SeenColumn | None:
        """A column by name, of the first file that has it."""
        return next((found for file in self.files if (found := file.column(name))), None)

    def values_of(self, name: str) -> tuple[str, ...]:
        """The values of a column; none where there are many."""
        seen = self.column(name)
        return tuple(value for value, _ in seen.values) if seen else ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all files, each once."""
        return tuple(dict.fromkeys(column.name for file in self.files for column in file.columns))
