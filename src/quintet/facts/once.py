"""What is worked out of a version of the facts, once a process: those who ask again get the same object."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from quintet.facts.published import Facts

Found = TypeVar("Found")


class OncePerVersion(Generic[Found]):
    """Ask it with facts; it works the answer out, and keeps that of the versions asked about last.

    An older answer is let go before a new one is worked out, so that no more than `most` are ever held.

    Args:
        work: facts in, the answer out; what it raises is raised each time it is asked.
        most: answers kept.
    """

    def __init__(self, work: Callable[[Facts], Found], most: int = 1) -> None:
        self._work, self._most = work, most
        self._kept: OrderedDict[tuple[str, str], Found] = OrderedDict()
        self._lock = Lock()

    def __call__(self, facts: Facts) -> Found:
        """The answer of these facts."""
        key = str(facts.home.path), facts.manifest.text()
        with self._lock:
            if key not in self._kept:
                while len(self._kept) >= self._most:
                    self._kept.popitem(last=False)
                self._kept[key] = self._work(facts)
            self._kept.move_to_end(key)
            return self._kept[key]
