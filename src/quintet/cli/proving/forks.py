"""Where policies part: a company is kept as it was before a formula first decided otherwise than gut.

Until then a company in which that formula is switched off has the same history, month by month. It goes on
from there, and its past is not played again.
"""

import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path

from quintet.kernel.home import Home
from quintet.simulate.stepped.company import SteppedCompany


@dataclass
class Stand:
    """A company at the start of a month, its formulas renewed, before anything is decided.

    Args:
        company: on its way.
        picks: (rep, skill) that coaching formulas said last, for those that are frozen.
        told: decisions a formula took so far, by kind.
    """

    company: SteppedCompany
    picks: list[tuple[int, int]]
    told: dict[str, int]


class Forks:
    """Keeps the stand before each parting.

    Args:
        folder: where; one folder for each formula that decided otherwise than gut, none for the others.
    """

    def __init__(self, folder: Path) -> None:
        """Nothing has parted yet."""
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)

    def before(self, stand: Stand, home: Home) -> None:
        """Keep the newest stand, in the place of the one before."""
        shutil.rmtree(self._newest, ignore_errors=True)
        shutil.copytree(home.path, self._newest / "home", ignore=_not_needed)
        (self._newest / "stand.pickle").write_bytes(pickle.dumps(stand))

    def keep(self, name: str) -> None:
        """The newest stand is the fork of a formula: it decides otherwise for the first time."""
        shutil.copytree(self._newest, self.folder / name)

    def close(self) -> None:
        """Let go of the newest stand: nothing parts any more."""
        shutil.rmtree(self._newest, ignore_errors=True)

    @property
    def _newest(self) -> Path:
        return self.folder / "newest"


def stand_in(fork: Path) -> Stand:
    """The stand kept in a fork; what lies there was written by `Forks`."""
    stand: Stand = pickle.loads((fork / "stand.pickle").read_bytes())  # noqa: S301 -- our own file
    return stand


def _not_needed(folder: str, names: list[str]) -> set[str]:
    """Facts as known of old are worked out again when they are asked for."""
    return {"known", "spill"} & set(names) if Path(folder).name == "facts" else set()
