"""What a turn of the loop leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BASELINE = "baseline"
FROZEN = "first version"
IN_USE = "in use"


@dataclass(frozen=True)
class Cluster:
    """Units that are not independent of each other, with the mean loss of each contestant.

    Args:
        name: e.g. "rep 12, 2026-03".
        units: how many.
        losses: contestant → mean loss.
    """

    name: str
    units: int
    losses: Mapping[str, float]


@dataclass(frozen=True)
class Contest:
    """One challenger beside the recipe in use, over all periods since that came into use.

    Args:
        challenger: recipe, or the baseline.
        against: recipe in use.
        gain: mean loss of the one in use minus that of the challenger, over clusters; above 0 is better.
        lo: lower end, valid however often one looks; None before there are enough clusters.
        hi: upper end.
        clusters: how many so far.
        needed: how many before it may say anything.
        is_won: the challenger is shown to be better.
        since: period that the clusters are counted from: the first since the one in use came into use, or a
            later one from which on the challenger is shown to be better; empty before there are clusters.
    """

    challenger: str
    against: str
    gain: float | None
    lo: float | None
    hi: float | None
    clusters: int
    needed: int
    is_won: bool
    since: str = ""


@dataclass(frozen=True)
class Turn:
    """One period of one formula: scored, refitted, decided. Kept as JSON, the same bytes when run again.

    Args:
        formula: its name.
        period: its key, e.g. 2026Q4.
        since: first instant, ISO 8601.
        until: first instant after it: what was known then is all a turn sees.
        setting: what was settled once for all versions.
        in_use: recipe in use during the period, or the baseline.
        next: recipe in use from now on.
        fitted: recipe (and baseline) → version fitted now.
        refused: recipe → why it could not be fitted.
        frozen: version that was the first; empty before there is one.
        units: units whose outcome became known in the period and for which a version could be asked.
        clusters: the same, by cluster.
        contests: each challenger beside the recipe in use.
        reading: what was decided, in one sentence.
    """

    formula: str
    period: str
    since: str
    until: str
    setting: Mapping[str, Any] = field(default_factory=dict)
    in_use: str = BASELINE
    next: str = BASELINE
    fitted: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    frozen: str = ""
    units: int = 0
    clusters: tuple[Cluster, ...] = ()
    contests: tuple[Contest, ...] = ()
    reading: str = ""

    @property
    def version_in_use(self) -> str:
        """The version that is in use after this turn; empty where none could be fitted."""
        return self.fitted.get(self.next, "")


@dataclass(frozen=True)
class CurvePoint:
    """Skill of one period: how much better than the baseline, on units nobody had seen.

    Args:
        period: its key.
        units: how many.
        clusters: how many.
        loss: mean loss of the version in use.
        baseline: mean loss of the baseline.
        gain: baseline minus in use, weighted by units; above 0 is better.
        lo: lower end of its 90 % interval over clusters; None below three clusters.
        hi: upper end.
        over_frozen: first version minus in use, likewise; None where there is no first version yet.
        over_frozen_lo: lower end.
        over_frozen_hi: upper end.
        in_use: recipe.
    """

    period: str
    units: int
    clusters: int
    loss: float
    baseline: float
    gain: float
    lo: float | None
    hi: float | None
    over_frozen: float | None
    over_frozen_lo: float | None
    over_frozen_hi: float | None
    in_use: str


@dataclass(frozen=True)
class Curve:
    """The compounding curve of one formula.

    Args:
        formula: its name.
        points: oldest first; periods without a unit are left out.
        gain: baseline minus in use over all periods, with interval.
        lo: lower end.
        hi: upper end.
        over_frozen: first version minus in use, since something other than the naive answer came into use:
            what refitting was worth. Before that the loop waits for evidence; None then.
        over_frozen_lo: lower end.
        over_frozen_hi: upper end.
        reading: rises, falls, flat, or too little to tell: one sentence.
    """

    formula: str
    points: tuple[CurvePoint, ...]
    gain: float | None
    lo: float | None
    hi: float | None
    over_frozen: float | None
    over_frozen_lo: float | None
    over_frozen_hi: float | None
    reading: str
