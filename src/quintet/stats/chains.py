"""The Markov rule: how many conversions are lost if a channel is taken out of the chain, exactly.

States are the last `order` channels of a path. From its start a path moves from state to state until it is
converted or given up. Taking a channel out sends everybody who would touch it to "given up"; the share of
conversions lost so is its removal effect, and credit is shared out in proportion. No walk is simulated: each
chance is the solution of a linear system.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import spsolve

from quintet.kernel.errors import BadInput
from quintet.stats.paths import F8, I8, Paths

_DENSE_STATES = 60
#: Large chains: the series r + Qr + Q²r + … is summed until a step adds nothing; long loops are solved.
_MOST_STEPS, _STEP_BELOW = 500, 1e-15


@dataclass(frozen=True, eq=False)
class ChainFit:
    """What the chain says.

    Args:
        expected: conversions, or their worth, per path walked.
        removal: [channels] share of `expected` that is lost without the channel, 0..1.
        credit: [channels] the total, shared out in proportion to `removal`.
        states: how many states the chain has.
    """

    expected: float
    removal: F8
    credit: F8
    states: int


def fit_chain(paths: Paths, order: int = 1) -> ChainFit:
    """Credit by what would be lost without each channel.

    Args:
        paths: the paths, with those that came to nothing.
        order: how many touches back a path remembers, 1 or more.

    Raises:
        BadInput: when the order is not 1 or more.

    Source: Anderl et al., Mapping the customer journey, Int. J. Research in Marketing 33 (2016), section 3.
    """
    if order < 1:
        raise BadInput(f"order must be 1 or more, got {order}")
    code, history = _states(paths, order)
    chain = _chain(paths, code, len(history))
    kept = np.ones((len(history), paths.channels + 1), dtype=bool)  # the last column keeps every state
    for channel in range(paths.channels):
        kept[:, channel] = ~(history == channel + 1).any(axis=1)
    found = chain.start @ _values(chain, kept)
    expected = float(found[-1])
    removal = 1.0 - found[:-1] / expected if expected > 0.0 else np.zeros(paths.channels)
    return ChainFit(expected, removal, shared_out(removal, paths.amount.sum()), len(history))


def shared_out(removal: F8, total: F8 | float) -> F8:
    """A total given away in proportion to removal effects, [..., channels]; nothing where there is none."""
    summed = removal.sum(axis=-1, keepdims=True)
    part = np.divide(removal, summed, out=np.zeros_like(removal), where=summed > 0)
    return np.asarray(part * np.asarray(total)[..., None])


def _states(paths: Paths, order: int) -> tuple[I8, I8]:
    """The state of each touch, [m], and the channels (from 1; 0 for none) in each state, [states, order]."""
    position = np.arange(len(paths.channel)) - np.repeat(paths.start[:-1], np.diff(paths.start))
    seen = np.zeros((len(paths.channel), order), dtype=np.int64)
    for back in range(order):
        there = np.flatnonzero(position >= back)
        seen[there, back] = paths.channel[there - back] + 1
    history, code = np.unique(seen, axis=0, return_inverse=True)
    return code.reshape(-1), history


@dataclass(frozen=True, eq=False)
class _Chain:
    start: F8
    moves: Any
    reward: F8


def _chain(paths: Paths, code: I8, states: int) -> _Chain:
    walked = paths.conversions + paths.nulls
    each = walked[paths.row]
    visits = np.bincount(code, each, states)
    last = paths.start[1:] - 1
    inner = np.ones(len(code), dtype=bool)
    inner[last] = False
    at = np.flatnonzero(inner)
    visits = np.where(visits > 0, visits, 1.0)
    moves = sparse.csr_matrix((each[at] / visits[code[at]], (code[at], code[at + 1])), shape=(states, states))
    start = np.bincount(code[paths.start[:-1]], walked, states) / max(walked.sum(), 1e-300)
    return _Chain(start, moves, np.bincount(code[last], paths.amount, states) / visits)


def _values(chain: _Chain, kept: npt.NDArray[np.bool_]) -> F8:
    """What is expected from each state on with only the states kept, [states, columns of kept]."""
    reward = chain.reward[:, None] * kept
    value = reward
    if kept.shape[0] > _DENSE_STATES:
        for _ in range(_MOST_STEPS):
            before, value = value, reward + (chain.moves @ value) * kept
            if np.abs(value - before).max() <= _STEP_BELOW * max(float(value.max()), 1e-300):
                return value
    return np.stack([_solved(chain, column) for column in kept.T], axis=1)


def _solved(chain: _Chain, kept: npt.NDArray[np.bool_]) -> F8:
    moves, reward = chain.moves[kept][:, kept], chain.reward[kept]
    value = np.zeros(len(kept))
    if len(reward) <= _DENSE_STATES:
        value[kept] = np.linalg.solve(np.eye(len(reward)) - moves.toarray(), reward)
    else:
        value[kept] = spsolve(sparse.identity(len(reward), format="csc") - moves.tocsc(), reward)
    return value


def first_order_credits(moves: F8, start: F8, end: F8, total: F8) -> F8:
    """First-order credits of many resampled sets of paths at once.

    Without channel c a path converts unless it gets to c: the loss is P(ever at c) times what is expected
    from c on, and both stand in the one inverse of I - Q.

    Args:
        moves: [draws, channels, channels] times a path moved from one channel to the next.
        start: [draws, channels] paths that started there.
        end: [draws, 2, channels] paths that ended there: what they brought, and how many.
        total: [draws] what is shared out.

    Returns:
        [draws, channels]
    """
    visits = moves.sum(axis=2) + end[:, 1]
    visits = np.where(visits > 0, visits, 1.0)
    inverse = np.linalg.inv(np.eye(moves.shape[1]) - moves / visits[:, :, None])
    from_here = (inverse @ (end[:, 0] / visits)[:, :, None])[:, :, 0]
    ever = (start[:, None, :] @ inverse)[:, 0] / np.diagonal(inverse, axis1=1, axis2=2)
    return shared_out(ever * from_here, total)
