"""The small tables of one question, counted from the entries of its period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from quintet.facts.schema import STAGES
from quintet.management.metrics.ages import AGES
from quintet.management.metrics.cohorts import AGE_CLASSES
from quintet.management.metrics.entries import Entries, Ints, Names, asked, day_number
from quintet.management.terms.funnel import FunnelQuestion, Step

#: What `loss_and_age` means: of the converted, of those who may still convert and of the lost.
_TOLD_AGES = np.concatenate(([-1], AGES, AGES))
_REACHED = Step("worked", "connected")
#: Tables of more cells than this, and than this many per row, are counted by sorting instead.
_MANY_CELLS, _CELLS_A_ROW = 1 << 20, 8
_HALF_WORD = 1 << 31


@dataclass(frozen=True, eq=False)
class StepEntries:
    """The leads that entered a step by now.

    Args:
        rep: place of who brought each there, shape (R,).
        segment: place of its segment.
        source: place of its source.
        loss_and_age: 0 of the converted, else as in `entries.entries`.
        age_class: the same.
    """

    rep: Ints
    segment: Ints
    source: Ints
    loss_and_age: Ints
    age_class: Ints


def stage_counts(stages: Mapping[str, Entries], names: Names, question: FunnelQuestion) -> pa.Table:
    """How many leads each rep brought to each stage within the period.

    Args:
        stages: `entries.stage_entries` of each stage.
        names: what their places mean.
        question: whose, and when.

    Returns:
        One row per stage and rep with any: stage (int64, place in STAGES), rep_id, leads (int64).
    """
    wanted = _wanted(names, question)
    found = []
    for place, stage in enumerate(STAGES):
        rows = asked(stages[stage], names, question)
        (rep,), leads = _tally([rows.rep], [len(names.reps)])
        kept = wanted[rep]
        found.append((np.full(kept.sum(), place), rep[kept], leads[kept]))
    stage_place, rep, leads = _joined(found)
    return pa.table({"stage": stage_place, "rep_id": _ids(names)[rep], "leads": leads})


def step_entries(
    stages: Mapping[str, Entries], names: Names, question: FunnelQuestion, steps: tuple[Step, ...]
) -> list[StepEntries]:
    """The leads that entered each step's earlier stage within the period, of all reps of the company.

    Args:
        stages: `entries.stage_entries` of each stage.
        names: what their places mean.
        question: the period, segment and source, and since when the leads of whom count.
        steps: one or more.
    """
    found = []
    for step in steps:
        rows = _since_coached(asked(stages[step.earlier], names, question), names, question, step)
        rows = rows.by_now()
        on_the_way = ~rows.told["reached"] >> STAGES.index(step.later) & 1  # 1 until it gets there, then 0
        told = (rows.told[name] * on_the_way for name in ("loss_and_age", "age_class"))
        found.append(StepEntries(rows.rep, rows.segment, rows.source, *told))
    return found


def _since_coached(rows: Entries, names: Names, question: FunnelQuestion, step: Step) -> Entries:
    """Without what came to the step before its rep was coached there."""
    days = {
        names.reps.get(one.rep_id): day_number(one.since) for one in question.coached if one.step == step.key
    }
    if not days:
        return rows
    since = np.full(len(names.reps), np.iinfo(rows.day.dtype).min, dtype=rows.day.dtype)
    for place, day in days.items():
        if place is not None:
            since[place] = day
    return rows.of(rows.day >= since[rows.rep])


def step_cohorts(steps: Sequence[StepEntries], names: Names, question: FunnelQuestion) -> pa.Table:
    """Leads that entered each step's earlier stage within the period, and what came of them.

    Args:
        steps: `step_entries` of one or more.
        names: what their places mean.
        question: of which reps.

    Returns:
        One row per step, rep, loss and age: step (int64, place in `steps`), rep_id (who brought the lead
        to the earlier stage), is_lost (boolean; False for converted leads), age_days (int64; -1 for
        converted leads, else days since entering, by week above 14, by four weeks from 84 on), leads (int64).
    """
    wanted, found = _wanted(names, question), []
    for place, step in enumerate(steps):
        keys = [step.rep, step.loss_and_age]
        if question.rep_ids is not None:
            mine = wanted[step.rep]
            keys = [key[mine] for key in keys]
        (rep, told), leads = _tally(keys, [len(names.reps), _TOLD_AGES.size])
        found.append((np.full(rep.size, place), rep, told > AGES.size, _TOLD_AGES[told], leads))
    step_place, rep, is_lost, age_days, leads = _joined(found)
    return pa.table(
        {
            "step": step_place,
            "rep_id": _ids(names)[rep],
            "is_lost": is_lost.astype(bool),
            "age_days": age_days,
            "leads": leads,
        }
    )


def step_mixes(steps: Sequence[StepEntries], names: Names) -> pa.Table:
    """The same leads by segment and source: whose leads are of which kind; of all reps.

    Args:
        steps: `step_entries` of one or more.
        names: what their places mean.

    Returns:
        One row per step, rep, kind of lead and class of age: step (int64), rep_id, segment, source,
        age_class (int64; -1 for converted leads, else how many of `AGE_CLASSES` it has passed), leads.
    """
    found = []
    sizes = [len(names.reps), len(names.segments), len(names.sources), len(AGE_CLASSES) + 2]
    for place, step in enumerate(steps):
        (*who, age_class), leads = _tally([step.rep, step.segment, step.source, step.age_class], sizes)
        found.append((np.full(leads.size, place), *who, age_class - 1, leads))
    step_place, rep, segment, source, age_class, leads = _joined(found)
    return pa.table(
        {
            "step": step_place,
            **_kinds(names, rep, segment, source),
            "age_class": age_class,
            "leads": leads,
        }
    )


def closed_opportunities(closed: Entries, names: Names, question: FunnelQuestion) -> pa.Table:
    """How many opportunities each rep won and lost within the period.

    Args:
        closed: `entries.closings`.
        names: what its places mean.
        question: when they closed, and of which segment and source; of all reps.

    Returns:
        One row per rep and kind of lead: rep_id, segment, source, won, lost (int64).
    """
    rows = asked(closed, names, question)
    won = rows.told["is_won"]
    return _sums(rows, names, {"won": won, "lost": ~won})


def attempt_totals(worked: Entries, names: Names, question: FunnelQuestion) -> pa.Table:
    """What each rep put into the leads first worked within the period, and how they were reached.

    Leads that came to a rep before he was coached to connect do not count, as in `step_entries`.

    Args:
        worked: `entries.first_work`.
        names: what its places mean.
        question: whose, and when the lead was first worked.

    Returns:
        One row per rep and kind of lead: rep_id, segment, source, and as int64 worked, attempts,
        attempts_squared (sum of squares), dials, emails, call_connects, email_connects, connected,
        qualified, demo, won.
    """
    rows = _since_coached(asked(worked, names, question), names, question, _REACHED)
    rows = rows.of(_wanted(names, question)[rows.rep])
    told = rows.told
    measures = {
        "worked": np.ones(rows.day.size),
        "attempts": told["attempts"],
        "attempts_squared": told["attempts"].astype(np.float64) ** 2,
        "dials": told["dials"],
        "emails": told["emails"],
        "call_connects": told["dial_connected"],
        "email_connects": told["email_connected"],
    }
    reached = {stage: told["reached"] > place for place, stage in enumerate(STAGES) if place > 0}
    return _sums(rows, names, measures | reached)


def _sums(rows: Entries, names: Names, measures: Mapping[str, Ints]) -> pa.Table:
    """Each measure added up by rep, segment and source."""
    sizes = (len(names.reps), len(names.segments), len(names.sources))
    key = np.ravel_multi_index((rows.rep, rows.segment, rows.source), sizes) if rows.day.size else rows.day
    cells, place = _cells(key, sizes)
    who = np.unravel_index(cells, sizes) if cells.size else (cells, cells, cells)
    sums = {name: np.bincount(place, values, cells.size) for name, values in measures.items()}
    return pa.table(_kinds(names, *who) | {name: values.astype(np.int64) for name, values in sums.items()})


def _cells(key: Ints, sizes: Sequence[int]) -> tuple[Ints, Ints]:
    """The keys that occur, in order, and which of them each row has."""
    if not _are_few(sizes, key.size):
        return np.unique(key, return_inverse=True)
    occurs = np.bincount(key) > 0
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[key]


def _are_few(sizes: Sequence[int], rows: int) -> bool:
    """Is counting every combination quicker than sorting those that occur?"""
    return bool(np.prod(sizes, dtype=np.float64) <= max(_MANY_CELLS, _CELLS_A_ROW * rows))


def _tally(keys: list[Ints], sizes: list[int]) -> tuple[tuple[Ints, ...], Ints]:
    """The combinations of keys that occur, and how often each does."""
    if not keys[0].size:
        return tuple(np.zeros(0, dtype=np.int64) for _ in keys), np.zeros(0, dtype=np.int64)
    flat: Ints = keys[0].astype(np.int32 if np.prod(sizes, dtype=np.float64) < _HALF_WORD else np.int64)
    for key, size in zip(keys[1:], sizes[1:], strict=True):
        flat *= size
        flat += key
    if _are_few(sizes, flat.size):
        counted = np.bincount(flat)
        cells = np.flatnonzero(counted)
        return np.unravel_index(cells, sizes), counted[cells]
    cells, counted = np.unique(flat, return_counts=True)
    return np.unravel_index(cells, sizes), counted


def _joined(parts: Sequence[tuple[Ints, ...]]) -> tuple[Ints, ...]:
    return tuple(np.concatenate(column, dtype=np.int64) for column in zip(*parts, strict=True))


def _kinds(names: Names, rep: Ints, segment: Ints, source: Ints) -> dict[str, pa.Array]:
    return {
        "rep_id": pa.array(_ids(names)[rep]),
        "segment": _words(names.segments, segment),
        "source": _words(names.sources, source),
    }


def _words(met: Mapping[str | None, int], places: Ints) -> pa.Array:
    values = pa.array(list(met), pa.string())
    return values.dictionary_encode().take(pa.array(places)) if len(values) else values


def _ids(names: Names) -> Ints:
    return np.fromiter(names.reps, dtype=np.int64, count=len(names.reps))


def _wanted(names: Names, question: FunnelQuestion) -> Ints:
    ids = _ids(names)
    return np.ones(ids.size, dtype=bool) if question.rep_ids is None else np.isin(ids, question.rep_ids)
