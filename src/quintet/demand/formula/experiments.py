"""Experiments: how many leads one needs, who is drawn into which cell, and what was shown."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from quintet.demand.terms.experiments import (
    METRICS,
    Cell,
    CellResult,
    Comparison,
    Design,
    EnteredLeads,
    Forecast,
    Look,
    Result,
)
from quintet.kernel.errors import BadInput
from quintet.stats.sequential import fit_sequential, sample_plan, sample_ratio_p
from quintet.stats.shares import wilson

I8 = npt.NDArray[np.int64]
F8 = npt.NDArray[np.float64]
B1 = npt.NDArray[np.bool_]
M8 = npt.NDArray[np.datetime64]

_BLOCKS = 2  # how often each cell comes in a block, times its weight
_BROKEN_DRAW = 0.001
_FEWEST_CELLS, _MOST_CELLS = 2, 6
_DAYS_A_WEEK = 7


def checked(design: Design) -> Design:
    """The design, if it can be judged.

    Raises:
        BadInput: naming what cannot be judged, and what can.
    """
    names = [cell.name for cell in design.cells]
    few = _FEWEST_CELLS <= len(names) <= _MOST_CELLS
    _require(few, f"cells must be {_FEWEST_CELLS} to {_MOST_CELLS}, got {len(names)}")
    _require(len(set(names)) == len(names) and all(names), f"cells need different names, got {names}")
    _require(
        design.metric in METRICS, f"measure {', '.join(METRICS)}, got {design.metric!r}: replies are no sale"
    )
    _require(design.horizon_days >= 1, f"the horizon must be a day or more, got {design.horizon_days}")
    _require(all(cell.weight >= 1 for cell in design.cells), "every cell needs a weight of 1 or more")
    if not design.is_drawn:
        alone = len(names) == _FEWEST_CELLS
        _require(alone, f"a channel is compared with all other leads: two cells, got {len(names)}")
        _require(bool(design.cells[1].match), "the second cell needs the source or campaign it stands for")
    return design


def forecast(design: Design, leads_per_week: float, seed: int = 0) -> Forecast:
    """What the experiment will take, before it starts.

    Args:
        design: what is tried.
        leads_per_week: eligible leads a week.
        seed: of the simulated runs.

    Raises:
        BadInput: when the rates lie outside 0..1 or there is no effect to find.
    """
    sample = sample_plan(
        design.base_rate, design.effect, alpha=design.alpha_each, power=design.power, seed=seed
    )
    if leads_per_week <= 0:
        return Forecast(sample, 0.0, None)
    smallest = min(cell.weight for cell in design.cells) / sum(cell.weight for cell in design.cells)
    weeks = sample.needed / (leads_per_week * smallest) + design.horizon_days / _DAYS_A_WEEK
    return Forecast(sample, leads_per_week, weeks)


def drawn_cells(design: Design, experiment: str, first: int, leads: int) -> I8:
    """The cell of each of the next leads, in permuted blocks: close to the wanted shares at every moment.

    Args:
        design: with its cells and weights.
        experiment: its key; the draw follows from it and from the lead's number alone.
        first: number of leads drawn before.
        leads: how many now.

    Returns:
        [leads] position of the cell.

    Source: Matts and Lachin 1988, Properties of permuted-block randomization in clinical trials.
    """
    block = np.repeat(np.arange(len(design.cells)), [cell.weight * _BLOCKS for cell in design.cells])
    numbers = range(first // len(block), (first + leads) // len(block) + 1)
    drawn = np.concatenate([_shuffled(block, f"{experiment}:{number}") for number in numbers])
    start = first % len(block)
    return drawn[start : start + leads]


def judged(
    design: Design, leads: EnteredLeads, *, costs: Sequence[float | None] = (), needed: int = 0
) -> Result:
    """What the experiment has shown by now.

    Args:
        design: what was tried.
        leads: who came into which cell, and what they did since.
        costs: money booked for each cell, None where unknown; empty for unknown everywhere.
        needed: leads a cell that were planned.
    """
    cell, entered_at, converted_at, as_of = leads.cell, leads.entered_at, leads.converted_at, leads.as_of
    horizon = np.timedelta64(design.horizon_days, "D")
    matured = entered_at + horizon <= as_of
    converted = matured & (converted_at <= entered_at + horizon) & (converted_at >= entered_at)
    day = (entered_at + horizon).astype("datetime64[D]")
    cells = tuple(
        _cell_result(one, cell == place, matured, converted, costs[place] if costs else None)
        for place, one in enumerate(design.cells)
    )
    comparisons = tuple(
        _compared(design, place, cell[matured], converted[matured], day[matured])
        for place in range(1, len(design.cells))
    )
    weights = [one.weight for one in design.cells]
    ratio_p = sample_ratio_p([one.assigned for one in cells], weights) if design.is_drawn else 1.0
    result = Result(
        as_of=as_of.astype("datetime64[D]").astype(date),
        cells=cells,
        comparisons=comparisons,
        ratio_p=ratio_p,
        reading="",
        is_enough=needed > 0 and min(one.matured for one in cells) >= needed,
    )
    return replace(result, reading=_reading(design, result))


def _cell_result(cell: Cell, inside: B1, matured: B1, converted: B1, cost: float | None) -> CellResult:
    tried, won = int((inside & matured).sum()), int((inside & converted).sum())
    lo, hi = wilson(won, tried) if tried else (None, None)
    return CellResult(
        cell.name, int(inside.sum()), tried, won, won / tried if tried else None, lo, hi, cost, cell.budget
    )


def _compared(
    design: Design, place: int, cell: I8, converted: B1, day: npt.NDArray[np.datetime64]
) -> Comparison:
    mine, first = cell == place, cell == 0
    days, at = np.unique(day[mine | first], return_inverse=True)
    if not len(days):
        return Comparison(design.cells[place].name, None, None, None, 1.0, is_decided=False, looks=())
    of_first, of_mine = first[mine | first], mine[mine | first]
    won = converted[mine | first]
    counts = [
        np.bincount(at, weights=flags, minlength=len(days))
        for flags in (of_first, of_first & won, of_mine, of_mine & won)
    ]
    fit = fit_sequential(*counts, alpha=design.alpha_each, base_rate=design.base_rate)
    pairs = np.minimum(np.cumsum(counts[0]), np.cumsum(counts[2]))
    looks = tuple(
        Look(one.astype(date), int(number), float(lo), float(hi), float(evidence))
        for one, number, lo, hi, evidence in zip(days, pairs, fit.lo, fit.hi, fit.e_values, strict=True)
    )
    both = counts[0].sum() > 0 and counts[2].sum() > 0
    return Comparison(
        name=design.cells[place].name,
        difference=fit.estimate if both else None,
        lo=looks[-1].lo,
        hi=looks[-1].hi,
        p_value=fit.p_value,
        is_decided=fit.is_decided,
        looks=looks,
    )


def _reading(design: Design, result: Result) -> str:
    if result.ratio_p < _BROKEN_DRAW:
        return (
            "The cells did not get the shares they were to get, and chance does not explain it:"
            " find out which leads went missing before you read anything else."
        )
    shown = [one for one in result.comparisons if one.is_decided]
    if shown:
        return " ".join(_verdict(design, one) for one in shown)
    if not any(one.matured for one in result.cells):
        return f"No lead has been in its cell for {design.horizon_days} days yet."
    if result.is_enough:
        return (
            "The planned sample is reached and no difference was shown: if there is one,"
            f" it is likely smaller than {100 * abs(design.effect):.1f} points."
        )
    return "Nothing shown yet: go on. You may look as often as you like."


def _verdict(design: Design, one: Comparison) -> str:
    better = one.difference is not None and one.difference > 0
    verb = "wins" if design.is_drawn else "goes with more"
    if better:
        what = f"{one.name} {verb}" if design.is_drawn else f"{one.name} {verb} {design.metric}"
    else:
        what = f"{one.name} loses" if design.is_drawn else f"{one.name} goes with less {design.metric}"
    lo, hi = 100 * (one.lo or 0.0), 100 * (one.hi or 0.0)
    return f"{what}: {lo:+.1f} to {hi:+.1f} points beside {design.cells[0].name}. You may stop."


def _shuffled(block: I8, key: str) -> I8:
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).permutation(block)


def _require(holds: bool, message: str) -> None:  # noqa: FBT001 -- reads like assert
    if not holds:
        raise BadInput(message)
