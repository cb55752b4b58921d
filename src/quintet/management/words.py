"""What the room's stages and steps are called on a page."""

from quintet.facts.schema import STAGES
from quintet.kernel.errors import BadInput
from quintet.management.terms.funnel import WIN_RATE, Step

STAGE_LABELS = {
    "worked": "Leads worked",
    "connected": "Connects",
    "qualified": "Qualifying calls",
    "demo": "Demos",
    "won": "Customers",
}
_ONE = {
    "worked": "worked lead",
    "connected": "connect",
    "qualified": "qualifying call",
    "demo": "demo",
    "won": "customer",
    "closed": "closed opportunity",
}


def stage_label(stage: str) -> str:
    """A stage in the plural, e.g. "Qualifying calls"."""
    return STAGE_LABELS.get(stage, stage.replace("_", " ").capitalize())


def metric_label(metric: str) -> str:
    """A weekly input, e.g. "Attempts"; a stage by its own name."""
    return "Attempts" if metric == "attempts" else stage_label(metric)


def step_label(step: Step) -> str:
    """A step, e.g. "Demo → customer"; the win rate by its name."""
    if step == WIN_RATE:
        return "Win rate of closed opportunities"
    text = f"{_ONE.get(step.earlier, step.earlier)} → {_ONE.get(step.later, step.later)}"
    return text[0].upper() + text[1:]


def step_of(key: str) -> Step:
    """A step by its key in an address.

    Raises:
        BadInput: when the key does not name two stages in order.
    """
    earlier, _, later = key.partition("-")
    if earlier not in STAGES or later not in STAGES or STAGES.index(earlier) >= STAGES.index(later):
        msg = f"step must name two of {', '.join(STAGES)} in order, such as demo-won, got {key!r}"
        raise BadInput(msg)
    return Step(earlier, later, is_next=STAGES.index(later) - STAGES.index(earlier) == 1)
