"""What the effects of modules advise, each thing once: take it early, look at it, or look at it again."""

from collections.abc import Mapping, Sequence

from quintet.ledger.recommendations import Advice, Evidence
from quintet.training.terms.modules import ModuleEffect, RampFormula, Span
from quintet.training.terms.steps import StepEffect, Verdict

TOPIC = "module"
#: A year of hires shows whether it was right.
_AFTER_DAYS = 365
_TO = "enablement"
_POINTS = 100.0


def module_advice(
    formula: RampFormula | None,
    steps: Sequence[StepEffect],
    names: Mapping[str, str],
    name: str,
    version: str,
) -> tuple[Advice, ...]:
    """Advice on modules that are said to matter for the ramp, and on those that do not move their step.

    Args:
        formula: what shortens the ramp; None where nothing is known of it.
        steps: whether modules moved the step they should move.
        names: module → as people call it.
        name: of the formula.
        version: of the formula.
    """
    told = [
        _of_ramp(one, one.pulled, names)
        for one in (formula.effects if formula else ())
        if one.is_claimed and one.pulled
    ]
    told += [_of_step(one, one.gain, names) for one in steps if one.verdict is Verdict.SUSPECT and one.gain]
    return tuple(
        Advice(key, TOPIC, sentence, name, version, _TO, evidence, _AFTER_DAYS)
        for key, sentence, evidence in told
    )


def _of_ramp(one: ModuleEffect, pulled: Span, names: Mapping[str, str]) -> tuple[str, str, Evidence]:
    name = names.get(one.module, one.module)
    n = one.events_with + one.events_without
    if one.harms:
        sentence = f"Look at {name}: reps who have finished it are slower to quota."
    else:
        sentence = f"Let new reps finish {name} early: it brings them to quota sooner."
    measure, unit, span = "months earlier at which half of new reps are at quota", "months", one.saved
    if span is None:
        measure, unit, span = "chance of making quota in a month, with it over without", "times", pulled
    evidence = Evidence(measure, unit, span.value, span.lo, span.hi, n, one.grade)
    return f"{one.module}:{'slows' if one.harms else 'shortens'}", sentence, evidence


def _of_step(one: StepEffect, gain: Span, names: Mapping[str, str]) -> tuple[str, str, Evidence]:
    name = names.get(one.module, one.module)
    done = f"{one.finished} reps finished it and the step it should move did not move"
    sentence = f"Rewrite {name}, or drop it: {done}."
    lo, hi = (None if end is None else _POINTS * end for end in (gain.lo, gain.hi))
    measure = f"change of the rate of {one.step} after finishing it"
    evidence = Evidence(measure, "points", _POINTS * gain.value, lo, hi, one.reps, one.grade)
    return f"{one.module}:suspect:{one.step}", sentence, evidence
