"""The leak guard: every column of the examples, judged by when it was filled and by what it knows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from quintet.demand.formula.leaks import signs
from quintet.demand.formula.leaks.clocks import Span, spans
from quintet.demand.formula.leaks.gauges import Gauge, folds, gauge, grouped, together
from quintet.demand.formula.leaks.names import name_evidence
from quintet.demand.formula.leaks.periods import period_evidence
from quintet.demand.terms.examples import B1, F8, I8, Examples, Numbers, Words
from quintet.demand.terms.leaks import Column, Evidence, Judgements, LeakReport, Timing

#: Fewer customers, or fewer others, and statistics say nothing: only names and timing count.
FEWEST = 30
#: More leads make the guard slower, not wiser.
MOST_LEADS = 100_000
_NOBODY: Judgements = MappingProxyType({})
_UNTIMED: Mapping[str, Timing] = MappingProxyType({})
_UNNAMED: Mapping[str, str] = MappingProxyType({})


def find_leaks(
    examples: Examples,
    timing: Mapping[str, Timing] = _UNTIMED,
    words: Mapping[str, str] = _UNNAMED,
    judgements: Judgements = _NOBODY,
) -> LeakReport:
    """Which columns know the outcome, and what says so.

    Args:
        examples: leads at hand-over.
        timing: column → when its values became known.
        words: column → the source's own word for it, where a map renamed it.
        judgements: column → what a person decided; it goes before the evidence.

    Returns:
        Every column with its evidence, most suspicious first.

    Source: docs/formulas/demand/leaks.md
    """
    taken = _taken(examples)
    some = _Some(examples, taken, examples.is_won[taken], folds(len(taken)))
    found = {name: _first_look(some, name, timing, words) for name in examples.fields}
    found = _beyond_the_others(some, _with_spans(some, found))
    columns = [replace(one.column, judgement=judgements.get(name)) for name, one in found.items()]
    columns.sort(key=lambda one: (-one.weight, -one.gain, one.name))
    never = tuple(sorted(set(timing) - set(examples.fields)))
    return LeakReport(tuple(columns), len(taken), int(some.won.sum()), never)


def without(examples: Examples, report: LeakReport) -> Examples:
    """The examples without the columns that are left out."""
    kept = {name: field for name, field in examples.fields.items() if name not in report.names_left_out}
    return replace(examples, fields=kept)


@dataclass(frozen=True, eq=False)
class _Some:
    """The leads the columns are tried on: positions in the examples, outcome, fold."""

    examples: Examples
    taken: I8
    won: B1
    fold: I8

    @property
    def is_enough(self) -> bool:
        return min(int(self.won.sum()), int((~self.won).sum())) >= FEWEST

    def column(self, name: str) -> Words | Numbers:
        field = self.examples.fields[name]
        if isinstance(field, Words):
            return replace(field, codes=field.codes[self.taken])
        return Numbers(field.values[self.taken])


@dataclass(frozen=True, eq=False)
class _Looked:
    column: Column
    gauge: Gauge


def _taken(examples: Examples) -> I8:
    """Leads that were worked and are won, lost, or as old as nine in ten customers were; at most so many."""
    old = np.ones(len(examples), dtype=bool)
    if examples.is_won.any():
        horizon = float(np.nanquantile(examples.won_days, 0.9))
        old = np.isnan(examples.observed_days) | (examples.observed_days >= horizon)
    places = np.flatnonzero(examples.is_worked & (examples.is_closed | old))
    if len(places) <= MOST_LEADS:
        return places
    return np.sort(np.random.default_rng(20_261).choice(places, MOST_LEADS, replace=False))


def _first_look(some: _Some, name: str, timing: Mapping[str, Timing], words: Mapping[str, str]) -> _Looked:
    """One column by itself."""
    cut = grouped(some.column(name))
    alone = gauge(cut, some.won, some.fold)
    called = words.get(name, name)
    told = [name_evidence(called), signs.timing_evidence(timing.get(name))]
    told.append(signs.fill_evidence(some.examples, some.examples.fields[name]))
    told.append(signs.date_evidence(some.examples, some.examples.fields[name]))
    told.append(period_evidence(some.examples, some.examples.fields[name]))
    if some.is_enough:
        told += [
            signs.strong_evidence(alone),
            signs.pure_evidence(alone, some.won),
            signs.missing_evidence(cut, some.won, some.fold),
        ]
    column = Column(
        name=name,
        words=called,
        leads=len(some.won),
        filled=float(cut.is_known.mean()) if len(some.won) else 0.0,
        gain=alone.gain if len(some.won) else 0.0,
        gain_lo=alone.gain_lo if len(some.won) else 0.0,
        auc=alone.auc,
        evidence=_sorted(told),
    )
    return _Looked(column, alone)


def _sorted(told: list[Evidence | None]) -> tuple[Evidence, ...]:
    return tuple(sorted(filter(None, told), key=lambda one: -one.weight))


def _added(one: _Looked, evidence: Evidence) -> _Looked:
    told = _sorted([*one.column.evidence, evidence])
    return replace(one, column=replace(one.column, evidence=told))


def _with_spans(some: _Some, found: dict[str, _Looked]) -> dict[str, _Looked]:
    """Two columns of clock times or dates whose difference says more than they do."""
    if not some.is_enough:
        return found
    told = dict(found)
    for span in spans({name: some.column(name) for name in found}):
        evidence = _span_evidence(some, span, found)
        if evidence is not None:
            for name in (span.start, span.end):
                told[name] = _added(told[name], evidence)
    return told


def _span_evidence(some: _Some, span: Span, found: Mapping[str, _Looked]) -> Evidence | None:
    apart = gauge(grouped(Numbers(span.values)), some.won, some.fold)
    alone = max(found[span.start].gauge.gain, found[span.end].gauge.gain, 0.0)
    named = f"{found[span.end].column.words} − {found[span.start].column.words}"
    return signs.span_evidence(named, apart, alone, is_clock=span.is_clock)


def _beyond_the_others(some: _Some, found: dict[str, _Looked]) -> dict[str, _Looked]:
    """One column that says more than all others together: again and again, until none is left."""
    if not some.is_enough:
        return found
    told = dict(found)
    while True:
        others = [name for name, one in told.items() if not one.column.is_leak]
        strongest = max(others, key=lambda name: told[name].gauge.gain, default=None)
        if strongest is None or not signs.may_be_beyond(told[strongest].gauge):
            return told
        rest = _sum_of([told[name].gauge for name in others if name != strongest], len(some.won))
        evidence = signs.beyond_evidence(told[strongest].gauge, together(rest, some.won))
        if evidence is None:
            return told
        told[strongest] = _added(told[strongest], evidence)


def _sum_of(gauges: list[Gauge], leads: int) -> F8:
    """The log-odds of columns that say something, summed."""
    total = np.zeros(leads)
    for one in gauges:
        if one.gain_lo > 0:
            total += one.log_odds
    return total
