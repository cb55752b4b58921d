"""What a score looks at: fields and deeds cut into a few levels, each with words for it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from quintet.demand.terms.examples import F8, I8, Doings, Examples, Numbers, Words
from quintet.demand.terms.score import FeatureKind
from quintet.stats.bins import Bins, fit_bins, merged_edges
from quintet.stats.logistic import Blocks, Codes

#: A deed of today counts 1; edges of what all deeds of a kind count together.
STRENGTHS = (0.25, 0.5, 0.75, 1.0, 2.0, 4.0)
MOST_LEVELS = 300
MOST_DOINGS = 40
OTHER, UNKNOWN, NEVER, EVER = "any other", "not known", "never", "ever"
ANYTHING = "anything"


@dataclass(frozen=True)
class Feature:
    """One thing a score looks at.

    Args:
        name: the field, or "<verb>: <content>", or "<verb>: anything".
        kind: words, numbers or doings.
        said: its levels in words.
        levels: of words: the levels that have a code of their own; rarer ones are "any other".
        edges: of numbers: the cuts; of doings: the cuts of their summed weight.
        members: of doings: the names that count.
        half_life_days: of doings: days in which a deed loses half its weight; infinity for plain counts;
            None for ever or never.
        cells: of pairs: first level * levels of the second + second level, of the combinations that have a
            code of their own; rarer ones are "any other".
        parts: of pairs: the two features.
    """

    name: str
    kind: FeatureKind
    said: tuple[str, ...]
    levels: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()
    members: tuple[str, ...] = ()
    half_life_days: float | None = None
    cells: tuple[int, ...] = ()
    parts: tuple["Feature", ...] = ()

    @property
    def chain(self) -> int:
        """How many of its first levels follow each other."""
        if self.kind in {FeatureKind.WORDS, FeatureKind.PAIRS}:
            return 0
        return len(self.said) - (self.kind is FeatureKind.NUMBERS)


@dataclass(frozen=True)
class Scale:
    """How finely leads are cut.

    Args:
        bins: most ranges of a number.
        least: fewest leads a level of its own needs.
    """

    bins: int
    least: int


def scale(leads: int, customers: int) -> Scale:
    """More levels the more there is to learn from."""
    bins = int(np.clip(customers // 15, 3, 10))
    return Scale(bins, int(max(5, leads // 2000)))


def fit_fields(examples: Examples, fields: Sequence[str], cut: Scale) -> tuple[Feature, ...]:
    """The features of the fields named, in the order given; a field that says one thing only is left out.

    Args:
        examples: the leads a score learns from.
        fields: which fields it may use.
        cut: how finely.
    """
    found = (_field(name, examples.fields[name], cut) for name in fields)
    return tuple(one for one in found if one is not None)


def fit_doings(doings: Doings, leads: int, half_life_days: float | None, cut: Scale) -> tuple[Feature, ...]:
    """The features of what leads did: each common deed, and anything of its kind.

    Args:
        doings: of the leads a score learns from.
        leads: how many leads there are.
        half_life_days: as in `Feature`.
        cut: how finely.
    """
    least = max(4 * cut.least, 20)
    seen = np.unique(doings.name * max(leads, 1) + doings.lead) // max(leads, 1)
    shown = np.bincount(seen, minlength=len(doings.names))
    common = sorted(np.flatnonzero(shown >= least), key=lambda k: (-shown[k], doings.names[k]))[:MOST_DOINGS]
    groups = [(doings.names[k], (doings.names[k],)) for k in common] + list(_kinds(doings.names))
    found = (_doing(name, members, doings, leads, half_life_days, least) for name, members in groups)
    return tuple(one for one in found if one is not None)


def encoded(features: Sequence[Feature], examples: Examples) -> Codes:
    """[n, features] the level each lead shows; what was never seen before is "any other"."""
    codes = np.empty((len(examples), len(features)), dtype=np.int16, order="F")
    for place, feature in enumerate(features):
        codes[:, place] = _codes(feature, examples)
    return codes


def blocks(features: Sequence[Feature]) -> Blocks:
    """The columns of the features' design."""
    return Blocks(tuple(len(one.said) for one in features), tuple(one.chain for one in features))


def _codes(feature: Feature, examples: Examples) -> I8:
    if feature.kind is FeatureKind.PAIRS:
        return _paired(feature, examples)
    if feature.kind is FeatureKind.DOINGS:
        total = strength(examples.doings, len(examples), feature.members, feature.half_life_days)
        inside = np.searchsorted(np.array(feature.edges), total, side="left")
        return np.asarray(np.where(total > 0, 1 + inside, 0))
    column = examples.fields.get(feature.name)
    if isinstance(column, Numbers) and feature.kind is FeatureKind.NUMBERS:
        return Bins(feature.edges).codes(column.values)
    if isinstance(column, Words) and feature.kind is FeatureKind.WORDS:
        place = {level: code for code, level in enumerate(feature.levels)}
        count = len(feature.levels)
        code_of = np.array([*(place.get(level, count) for level in column.levels), count + 1])
        return np.asarray(code_of[column.codes])
    return np.full(len(examples), len(feature.said) - 1)  # not known: the last level of words and numbers


def _paired(feature: Feature, examples: Examples) -> I8:
    first, second = feature.parts
    across = _codes(first, examples) * len(second.said) + _codes(second, examples)
    code_of = np.full(len(first.said) * len(second.said), len(feature.cells))
    code_of[list(feature.cells)] = np.arange(len(feature.cells))
    return np.asarray(code_of[across])


def strength(doings: Doings, leads: int, members: Sequence[str], half_life_days: float | None) -> F8:
    """[leads] what the deeds named count together; a deed of today counts 1."""
    wanted = np.isin(np.array(doings.names, dtype=object), list(members))
    rows = np.flatnonzero(wanted[doings.name]) if len(doings.names) else np.zeros(0, dtype=np.int64)
    weight = np.exp2(-doings.age_days[rows] / (half_life_days or np.inf))
    return np.asarray(np.bincount(doings.lead[rows], weight, minlength=leads), dtype=np.float64)


def _field(name: str, column: Words | Numbers, cut: Scale) -> Feature | None:
    if isinstance(column, Numbers):
        return _number(name, column.values, cut)
    return _word(name, column, cut)


def _number(name: str, values: F8, cut: Scale) -> Feature | None:
    bins = fit_bins(values, most=cut.bins, least=max(cut.least, 20))
    known = values[~np.isnan(values)]
    if not bins.edges and known.size in {0, values.size}:
        return None
    is_whole = bool(np.all(known == np.round(known)))
    return Feature(name, FeatureKind.NUMBERS, bins.labels(whole=is_whole), edges=bins.edges)


def _word(name: str, column: Words, cut: Scale) -> Feature | None:
    count = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    often = np.flatnonzero(count >= cut.least)
    kept = sorted(often[np.argsort(-count[often], kind="stable")[:MOST_LEVELS]])
    if count.max(initial=0) == len(column.codes) or not kept:
        return None
    levels = tuple(column.levels[code] for code in kept)
    return Feature(name, FeatureKind.WORDS, (*levels, OTHER, UNKNOWN), levels=levels)


def _kinds(names: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Verbs with more than one content, each with all its names."""
    verbs = sorted({name.split(": ")[0] for name in names})
    for verb in verbs:
        members = tuple(name for name in names if name.split(": ")[0] == verb)
        if len(members) > 1:
            yield f"{verb}: {ANYTHING}", members


def _doing(
    name: str, members: tuple[str, ...], doings: Doings, leads: int, half_life_days: float | None, least: int
) -> Feature | None:
    total = strength(doings, leads, members, half_life_days)
    total = total[total > 0]
    if total.size < least:
        return None
    wanted = () if half_life_days is None else STRENGTHS
    edges = tuple(merged_edges(wanted, np.nextafter(total, 0.0), least))
    said = (NEVER, *_strengths(edges, half_life_days))
    return Feature(
        name, FeatureKind.DOINGS, said, edges=edges, members=members, half_life_days=half_life_days
    )


def _strengths(edges: Sequence[float], half_life_days: float | None) -> Iterator[str]:
    """Each range of summed weight as the age of a single deed, or as a count."""
    if half_life_days is None:
        yield EVER
        return
    for lo, hi in zip((0.0, *edges), (*edges, math.inf), strict=True):
        yield _count(lo, hi) if math.isinf(half_life_days) else _recency(lo, hi, half_life_days)


def _count(lo: float, hi: float) -> str:
    first, last = int(lo) + 1, hi
    if math.isinf(last):
        return EVER if first == 1 else f"{first} times or more"
    return "once" if last == 1 else f"{first} to {last:.0f} times" if first < last else f"{first} times"


def _recency(lo: float, hi: float, half_life_days: float) -> str:
    if lo >= 1.0:
        return f"more than {lo:.0f} times of late" if lo > 1.0 else "more than once of late"
    oldest = half_life_days * -math.log2(lo) if lo else math.inf
    newest = half_life_days * -math.log2(hi) if hi < 1.0 else 0.0
    if math.isinf(oldest):
        return f"over {newest:.0f} days ago" if newest else EVER
    return f"{newest:.0f} to {oldest:.0f} days ago" if newest else f"within {oldest:.0f} days"
