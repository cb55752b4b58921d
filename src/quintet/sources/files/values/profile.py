"""What each column of a file holds: its type, how it is written, and what does not fit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnProfile:
    """What one column holds, as proposed to the person who loads the file.

    Args:
        name: of the column.
        rows: looked at.
        filled: rows with a value, null words not counted.
        distinct: different values among them.
        examples: the most frequent ones, at most five.
        type: "text", "integer", "decimal", "money", "boolean", "date", "instant", "email", "json" or "empty".
        format: for dates and instants the formats, for money and decimals how they are written,
            as `instant_sql`, `date_sql` and `amount_sql` take them; empty for other types.
        currency: ISO 4217 code that every amount carries; None where none or several do.
        null_words: words that mean "nothing here", with how many rows hold each.
        ambiguity: what the values do not settle, in one sentence; None when they do.
        share: of filled values that fit the type, 0..1.
        sampled: only a sample of the rows was looked at.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    examples: tuple[str, ...]
    type: str
    format: tuple[str, ...] = ()
    currency: str | None = None
    null_words: tuple[tuple[str, int], ...] = ()
    ambiguity: str | None = None
    share: float = 1.0
    sampled: bool = False
