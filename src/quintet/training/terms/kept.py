"""The ramp and what shortens it as they are kept for the pages, and where."""

from dataclasses import dataclass
from datetime import date

from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf
from quintet.training.terms.modules import PlainCurve, RampFormula
from quintet.training.terms.ramp import RampReport
from quintet.training.terms.steps import StepEffect

FORMULA = "training.ramp"
#: The shape in which it is kept: raise it when a field of what is kept changes.
FORM = "form 1"


@dataclass(frozen=True)
class KeptRamp:
    """What the worker worked out last.

    Args:
        as_of: newest day of the data.
        report: curves, by group.
        formula: what shortens the ramp; None where too few have made quota.
        plain: the naive answer; None likewise.
        reason: why there is no formula; empty where there is.
        steps: whether modules moved the step they should move.
    """

    as_of: date
    report: RampReport
    formula: RampFormula | None
    plain: PlainCurve | None
    reason: str
    steps: tuple[StepEffect, ...]


def ramp_shelf(home: Home) -> Shelf:
    """Where it is kept."""
    return Shelf(home, FORMULA)
