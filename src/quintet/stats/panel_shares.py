"""Whether a change moved a share: people compared with themselves, month by month, from staggered starts.

Each person has a level of its own, each calendar month one for all, and experience counts; what is left
when a flag goes on, for some earlier and for others later, is the flag's. Months of a person vary by more
than luck of the draw, so errors are widened by how much they do.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quintet.kernel.errors import BadInput, DidNotConverge

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]

#: Priors, in log-odds: how far people lie apart, how far a month may step from the last, and an effect.
PERSON_SD, STEP_SD, FLAG_SD = 0.6, 0.15, 1.0
_LEVEL_SD = 5.0
_NEWTON, _STILL = 60, 1e-8


@dataclass(frozen=True, eq=False)
class PanelCells:
    """One row per person and month with anything tried.

    Args:
        person: [n] number of the person.
        month: [n] calendar month, from 0.
        tenure: [n] months of experience, from 0; the last level goes on.
        tried: [n]
        won: [n] of these.
        flags: [n, k] 1 in months after the change.
        offset: [n] log-odds by which what was tried was easier; nothing when left out.
    """

    person: I8
    month: I8
    tenure: I8
    tried: F8
    won: F8
    flags: F8
    offset: F8 | None = None

    def __post_init__(self) -> None:
        """Refuse counts that do not fit together."""
        if not len(self.person) == len(self.month) == len(self.tenure) == len(self.tried) == len(self.won):
            raise BadInput("each row has its person, month, tenure and counts: give as many of each")
        if np.any(self.won < 0) or np.any(self.won > self.tried) or np.any(self.tried <= 0):
            raise BadInput("won must lie in 0..tried, and tried above 0, in every row")

    def shares(self, log_odds: F8) -> F8:
        """Expected shares at these log-odds, for what was really tried."""
        easier = 0.0 if self.offset is None else self.offset
        return np.asarray(1.0 / (1.0 + np.exp(-(log_odds + easier))))


@dataclass(frozen=True, eq=False)
class PanelFit:
    """What the flags moved.

    Args:
        effects: [k] log odds ratios.
        covariance: [k, k] of them, widened by the spread between months.
        spread: variance of a month over what luck of the draw gives; 1 or more.
    """

    effects: F8
    covariance: F8
    spread: float


def fit_panel(cells: PanelCells) -> PanelFit:
    """What each flag moved, people compared with themselves.

    Raises:
        BadInput: when there is no row, or nothing or everything was won.
        DidNotConverge: when no maximum is found.

    Source: two-way fixed effects with shrunken levels, Gelman & Hill (2007), chapter 13; overdispersion,
        McCullagh & Nelder, 2nd ed., section 4.5.
    """
    total = cells.won.sum() / max(cells.tried.sum(), 1.0)
    if not 0.0 < total < 1.0:
        raise BadInput("a share between nothing and everything is needed to see what moved it")
    x, precision = _design(cells)
    at = np.zeros(x.shape[1])
    at[0] = np.log(total / (1.0 - total))
    for _ in range(_NEWTON):
        share = cells.shares(x @ at)
        information = (x * (cells.tried * share * (1.0 - share))[:, None]).T @ x + precision
        step = np.asarray(
            np.linalg.solve(information, x.T @ (cells.won - cells.tried * share) - precision @ at)
        )
        at = at + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < _STILL:
            return _fit(cells, x, at, (information, precision))
    raise DidNotConverge("the levels do not come to rest: report this data as a bug")


def _design(cells: PanelCells) -> tuple[F8, F8]:
    """Columns: level, people, calendar months, experience, flags; and what is believed of each."""
    blocks = [np.ones((len(cells.person), 1))]
    priors = [np.array([[1.0 / _LEVEL_SD**2]])]
    for place, of_people in ((cells.person, True), (cells.month, False), (cells.tenure, False)):
        size = int(place.max()) + 1
        blocks.append(np.eye(size)[place])
        priors.append(np.eye(size) / PERSON_SD**2 if of_people else _walk(size))
    blocks.append(cells.flags)
    priors.append(np.eye(cells.flags.shape[1]) / FLAG_SD**2)
    whole = sum(len(one) for one in priors)
    precision, at = np.zeros((whole, whole)), 0
    for one in priors:
        precision[at : at + len(one), at : at + len(one)] = one
        at += len(one)
    return np.column_stack(blocks), precision


def _walk(size: int) -> F8:
    steps = np.diff(np.eye(size), axis=0)
    return np.asarray(steps.T @ steps / STEP_SD**2 + np.eye(size) * 1e-2)


def _fit(cells: PanelCells, x: F8, at: F8, shape: tuple[F8, F8]) -> PanelFit:
    information, precision = shape
    share = cells.shares(x @ at)
    variance = cells.tried * share * (1.0 - share)
    inverse = np.asarray(np.linalg.inv(information))
    told = len(at) - float(np.sum(precision * inverse))
    free = max(len(share) - told, 1.0)
    spread = max(1.0, float(((cells.won - cells.tried * share) ** 2 / variance).sum()) / free)
    flags = slice(len(at) - cells.flags.shape[1], None)
    return PanelFit(at[flags], inverse[flags, flags] * spread, spread)
