"""Small words of DuckDB SQL."""

from collections.abc import Iterable, Mapping


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A column or table name, whatever letters it has."""
    return '"' + text.replace('"', '""') + '"'


def listed(expressions: Iterable[str]) -> str:
    """Expressions of a SELECT, one a line."""
    return ",\n  ".join(expressions)


def translated(expression: str, words: Mapping[str, str]) -> str:
    """The word a value becomes, null for the empty word; one nobody translates stays.

    Letter case does not count; a value with * or ? stands for every value of that shape, and the first
    that fits counts. The word * leaves the value as it is.
    """
    if not words:
        return expression
    cases = " ".join(
        f"WHEN {_fits(expression, value.lower())} THEN {expression if word == '*' else literal(word)}"
        for value, word in words.items()
    )
    return f"nullif(CASE {cases} ELSE {expression} END, '')"


def _fits(expression: str, value: str) -> str:
    operator = "GLOB" if "*" in value or "?" in value else "="
    return f"lower({expression}) {operator} {literal(value)}"


def json_without_nulls(facts: Mapping[str, str]) -> str:
    """A JSON object of the facts that are not null; null when none is."""
    if not facts:
        return "NULL::JSON"
    pairs = ", ".join(f"{literal(key)}, {expression}" for key, expression in facts.items())
    return f"nullif(json_merge_patch('{{}}', json_object({pairs})), '{{}}')"
