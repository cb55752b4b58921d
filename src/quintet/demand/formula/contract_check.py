"""Is a lead sales-ready? The rule, tried on what was known of each lead at hand-over."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from quintet.demand.formula.contract_rule import POINTS, Condition, Group, conditions, plain
from quintet.demand.terms.examples import B1, F8, Examples, Numbers, Words

_SIGNS: dict[str, Callable[[F8, float], B1]] = {
    ">=": np.greater_equal,
    "<=": np.less_equal,
    ">": np.greater,
    "<": np.less,
}


@dataclass(frozen=True, eq=False)
class Checked:
    """The rule's answer about each lead.

    Args:
        is_ready: [n] meets every clause.
        failed: [n] clauses not met, as bits: 1 the first, 2 the second, 4 the third.
        clauses: each clause in words.
    """

    is_ready: B1
    failed: np.ndarray
    clauses: tuple[str, ...]


def check_leads(rule: Group, examples: Examples, points: F8) -> Checked:
    """Try the rule on every lead.

    Args:
        rule: from `parse_rule`.
        examples: leads as they stood at hand-over.
        points: [n] points of each at hand-over.
    """
    names = {plain(name): name for name in examples.fields}
    met = [_met(part, examples, points, names) for part in rule.parts]
    failed = np.zeros(len(examples), dtype=np.int64)
    for at, one in enumerate(met):
        failed |= np.where(one, 0, 1 << at)
    return Checked(failed == 0, failed, tuple(part.words for part in rule.parts))


def unknown_names(rule: Group, fields: tuple[str, ...], deeds: tuple[str, ...]) -> tuple[str, ...]:
    """What the rule names that no lead ever had or did, each as a sentence with the nearest there is.

    Args:
        rule: from `parse_rule`.
        fields: fields that leads have.
        deeds: what leads have done, e.g. "form: demo".
    """
    said = []
    for one in conditions(rule):
        known = deeds if one.sign == "did" else (POINTS, *fields)
        is_known = (
            any(_is_deed(deed, one.name) for deed in deeds) if one.sign == "did" else _in(one.name, known)
        )
        if not is_known:
            near = get_close_matches(one.name, known, 1, 0.5) or get_close_matches(
                one.name.lower(), known, 1, 0
            )
            hint = f"; did you mean {near[0]!r}?" if near else ""
            what = "ever did" if one.sign == "did" else "has a field"
            said.append(f"line {one.line}: no lead {what} {one.name!r}{hint}")
    return tuple(said)


def _in(name: str, known: tuple[str, ...]) -> bool:
    return plain(name) in {plain(one) for one in known}


def _is_deed(deed: str, wanted: str) -> bool:
    """The deed itself, or any whose verb it is."""
    return plain(deed) == plain(wanted) or (":" not in wanted and plain(deed).split(":")[0] == plain(wanted))


def _met(part: Condition | Group, examples: Examples, points: F8, names: dict[str, str]) -> B1:
    if isinstance(part, Condition):
        return _condition(part, examples, points, names)
    parts = np.array([_met(one, examples, points, names) for one in part.parts])
    met: B1 = np.all(parts, axis=0) if part.how == "all" else np.any(parts, axis=0)
    return ~met if part.how == "none" else met


def _condition(one: Condition, examples: Examples, points: F8, names: dict[str, str]) -> B1:
    if one.sign == "did":
        return _did(one, examples)
    if one.name == POINTS:
        return _number(one, points)
    given = names.get(plain(one.name))
    if given is None:
        return np.full(len(examples), one.sign == "is not known")
    values = examples.fields[given]
    return _number(one, values.values) if isinstance(values, Numbers) else _word(one, values)


def _did(one: Condition, examples: Examples) -> B1:
    wanted = [at for at, deed in enumerate(examples.doings.names) if _is_deed(deed, one.name)]
    found = np.zeros(len(examples), dtype=bool)
    found[examples.doings.lead[np.isin(examples.doings.name, wanted)]] = True
    return found


def _number(one: Condition, values: F8) -> B1:
    known = ~np.isnan(values)
    if one.sign.endswith("known"):
        return known if one.sign == "is known" else ~known
    if one.sign in _SIGNS:
        with np.errstate(invalid="ignore"):
            return known & _SIGNS[one.sign](values, float(one.values[0]))
    among = np.isin(values, [float(text) for text in one.values if _as_number(text) is not None])
    return known & (among if one.sign in {"=", "in"} else ~among)


def _word(one: Condition, words: Words) -> B1:
    known = words.codes >= 0
    if one.sign.endswith("known"):
        return known if one.sign == "is known" else ~known
    if one.sign in _SIGNS:
        told = np.array([_as_number(level) for level in words.levels], dtype=float)
        return _number(one, np.append(told, np.nan)[words.codes])
    wanted = {plain(text) for text in one.values}
    is_wanted = np.array([plain(level) in wanted for level in words.levels] + [False])
    among = is_wanted[words.codes]
    return known & (among if one.sign in {"=", "in"} else ~among)


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
