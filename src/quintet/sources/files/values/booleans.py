"""Yes and no, as files write them."""

from collections.abc import Iterable

from quintet.sources.files.reading.sql import literal

TRUE_WORDS = ("true", "t", "yes", "y", "1", "ja", "oui", "si", "sí", "sim", "x", "✓")
FALSE_WORDS = ("false", "f", "no", "n", "0", "nein", "non", "não")


def is_boolean(values: Iterable[str]) -> bool:
    """Whether the values of a column say yes or no and nothing else.

    0 and 1 are numbers as well: they count as yes and no only when there is nothing else. A single word
    such as `x` says nothing without its opposite, except `true`, `false`, `yes` and `no`.
    """
    words = {value.strip().lower() for value in values}
    if not words or not words <= {*TRUE_WORDS, *FALSE_WORDS}:
        return False
    both = bool(words & set(TRUE_WORDS)) and bool(words & set(FALSE_WORDS))
    return both or words <= {"true", "false", "yes", "no"}


def boolean_sql(column: str) -> str:
    """SQL of true, false, or null for anything else. `column` is SQL of a VARCHAR."""
    word = f"lower(trim({column}))"
    yes, no = (", ".join(map(literal, words)) for words in (TRUE_WORDS, FALSE_WORDS))
    return f"CASE WHEN {word} IN ({yes}) THEN true WHEN {word} IN ({no}) THEN false END"
