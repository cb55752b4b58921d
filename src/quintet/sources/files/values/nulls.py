"""Words that mean "nothing here", and the SQL that makes them null."""

from collections.abc import Sequence

from quintet.sources.files.reading.sql import literal

NULL_WORDS = (
    "select", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "—", "?", "(blank)",
    "(none)", "(null)", "not set", "#value!", "#ref!",
)  # fmt: skip
_PREFIXED = ("\\n",)  # what MySQL writes for null: a backslash and an n


def is_null_word(text: str) -> bool:
    """Whether a value, on its own, may mean that nothing was entered; letter case does not count."""
    word = text.strip().lower()
    return word in NULL_WORDS or word in _PREFIXED


def null_sql(column: str, words: Sequence[str] = ()) -> str:
    """The value of a column without blanks around it; null when it is empty or one of the words.

    Args:
        column: SQL of a VARCHAR.
        words: as the file writes them; letter case counts, as `select` may be a value where `Select` is none.
    """
    trimmed = f"trim({column}, ' \t\r\n\u00a0')"
    listed = ", ".join(literal(word) for word in ("", *words))
    return f"CASE WHEN {trimmed} NOT IN ({listed}) THEN {trimmed} END"
