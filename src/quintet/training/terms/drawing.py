"""Which questions a sitting asks, and in which order: by a seed that is kept: anybody can draw again."""

import hashlib
from collections.abc import Iterable


def drawn(seed: int, keys: Iterable[str], many: int) -> list[str]:
    """So many of the keys at random, in random order; all of them where there are fewer.

    Args:
        seed: of the sitting; the same one gives the same keys for ever, on any machine.
        keys: of the questions in use, in any order.
        many: how many are asked.
    """
    return shuffled(seed, "questions", keys)[:many]


def shuffled(seed: int, what: str, keys: Iterable[str]) -> list[str]:
    """The keys in random order.

    Args:
        seed: of the sitting.
        what: sets one shuffle apart from another of the same seed, e.g. the question whose options these are.
        keys: in any order.
    """
    return sorted(keys, key=lambda key: (_place(seed, what, key), key))


def _place(seed: int, what: str, key: str) -> bytes:
    return hashlib.sha256(f"{seed}|{what}|{key}".encode()).digest()
