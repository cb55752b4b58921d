"""Reps and leads told apart at one step, from rows as they were read."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.hiring.terms.links import Measured
from quintet.loop.chain.leads import FAMILIES, Worked
from quintet.loop.chain.terms import FEWEST_DUE, FEWEST_LEADS, FEWEST_REPS, FEWEST_WON
from quintet.stats.crossed_rates import CrossedRates, CrossedRows, comparable, fit_crossed
from quintet.stats.lead_kinds import merged

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]

OTHER = "all others"
#: What tells leads apart: each family, and the pairs of the first two.
PAIR = "segment and source"
#: Months of experience at which a band begins; nobody knows: a band of its own.
_BANDS = np.array([3, 6, 12])
_QUARTER = 3


@dataclass(frozen=True, eq=False)
class Told:
    """One step, reps and leads told apart; R rows of comparable reps.

    Args:
        rep_ids: everybody with leads there, shape (J,).
        is_comparable: who was fitted, shape (J,).
        place: each fitted rep's number in the fit, by rep_id.
        fit: None where there is too little; then `missing` says so.
        missing: see `fit`.
        codes: family → kind of each fitted row.
        names: family → what its kinds are called.
        rows: which rows of `worked` were fitted, shape of `worked`.
        worked: everything that was read.
    """

    rep_ids: I8
    is_comparable: B1
    place: dict[int, int]
    fit: CrossedRates | None
    missing: str
    codes: dict[str, I8]
    names: dict[str, tuple[str, ...]]
    rows: B1
    worked: Worked

    @property
    def rate(self) -> float:
        """Of everybody together."""
        return float(self.worked.won.sum() / max(self.worked.tried.sum(), 1.0))

    def measured(self) -> dict[int, Measured]:
        """rep_id → log-odds on equal leads, of reps with leads enough to tell.

        The gate asks what is due and looks at no outcome: lucky reps do not pass it sooner.
        """
        if self.fit is None:
            return {}
        tried = np.bincount(self.fit.rows.rep, self.fit.rows.tried)
        due = tried * min(self.rate, 1.0 - self.rate)
        return {
            rep: Measured(float(self.fit.reps[at]), float(self.fit.errors[at]))
            for rep, at in self.place.items()
            if due[at] >= FEWEST_DUE
        }


def tell_apart(worked: Worked) -> Told:
    """Tell reps and leads apart at one step.

    Leads are compared by segment, source, their pairs, search term and first page; kinds with fewer than
    fifty leads are taken together. Quarter and experience are held equal besides.

    Args:
        worked: of the step.
    """
    rep_ids, rep = np.unique(worked.rep_id, return_inverse=True)
    codes, names = _kinds(worked)
    ok = comparable(rep, codes[PAIR], worked.tried) if rep_ids.size else np.zeros(0, dtype=bool)
    rows = ok[rep] if rep_ids.size else np.zeros(0, dtype=bool)
    place = {int(one): at for at, one in enumerate(rep_ids[ok].tolist())}
    tried, won = float(worked.tried[rows].sum()), float(worked.won[rows].sum())
    missing = _missing(int(ok.sum()), tried, won)
    mine = {name: _dense(code[rows], names[name]) for name, code in codes.items()}
    fit = None
    if not missing:
        told = {name: code for name, (code, _) in mine.items() if code.max(initial=0) > 0}
        fit = fit_crossed(_rows(worked, rows, (np.cumsum(ok) - 1)[rep][rows], tuple(told.values())))
    return Told(
        rep_ids,
        ok,
        place,
        fit,
        missing,
        {name: code for name, (code, _) in mine.items()},
        {name: told for name, (_, told) in mine.items()},
        rows,
        worked,
    )


def _missing(reps: int, tried: float, won: float) -> str:
    for have, need, unit in (
        (reps, FEWEST_REPS, "comparable reps"),
        (tried, FEWEST_LEADS, "leads old enough to tell"),
        (min(won, tried - won), FEWEST_WON, "of the rarer outcome"),
    ):
        if have < need:
            return f"reps and leads are told apart from {need} {unit} on, and there are {have:.0f}"
    return ""


def _rows(worked: Worked, rows: B1, rep: I8, kinds: tuple[I8, ...]) -> CrossedRows:
    quarter = worked.month[rows] // _QUARTER
    tenure = worked.tenure[rows]
    band = np.where(tenure < 0, len(_BANDS) + 1, np.searchsorted(_BANDS, tenure, side="right"))
    age = np.zeros(len(band), dtype=np.int64) if worked.age is None else worked.age[rows]
    conditions = tuple(np.unique(one, return_inverse=True)[1] for one in (quarter, band, age))
    return CrossedRows(
        np.asarray(rep, dtype=np.int64),
        kinds,
        tuple(one for one in conditions if one.max(initial=0) > 0),
        worked.tried[rows],
        worked.won[rows],
    )


def _kinds(worked: Worked) -> tuple[dict[str, I8], dict[str, tuple[str, ...]]]:
    """Each family's kind of every row, and what kinds are called; the pairs come third."""
    codes: dict[str, I8] = {}
    names: dict[str, tuple[str, ...]] = {}
    words = dict(worked.kinds)
    first, second = (words[name] for name in FAMILIES[:2])
    pairs = [f"{one}, {two}" for one, two in zip(first, second, strict=True)]
    words[PAIR] = np.asarray(pairs, dtype=object)
    for name in (*FAMILIES[:2], PAIR, *FAMILIES[2:]):
        called, code = np.unique(words[name].astype(str), return_inverse=True)
        kept = merged(np.asarray(code, dtype=np.int64), worked.tried)
        codes[name] = np.where(kept < 0, len(called), kept)
        names[name] = (*called.tolist(), OTHER)
    return codes, names


def _dense(code: I8, names: tuple[str, ...]) -> tuple[I8, tuple[str, ...]]:
    """The same without kinds that do not occur."""
    there, dense = np.unique(code, return_inverse=True)
    return np.asarray(dense, dtype=np.int64), tuple(names[one] for one in there.tolist())
