"""Advice on modules: only where it may be said, once, with what it promises."""

from datetime import date

from quintet.kernel.finding import CausalGrade, Status
from quintet.ledger.recommendations import checked
from quintet.training.formula.module_advice import module_advice
from quintet.training.terms.modules import ModuleEffect, RampFormula, Span, Weight
from quintet.training.terms.steps import StepEffect, Verdict

NAMES = {"demo": "Showing it"}
NOTHING = Weight("", 0.0, 0.0, 0.0)


def effect(module, ratio, *, claimed=True, saved=None):
    """A module's effect on the ramp, as the formula tells it."""
    span = Span(ratio, 0.8 * ratio, 1.2 * ratio)
    return ModuleEffect(
        module, Status.SPEAKS, "", 60, 50, 40, 45.0, 45.0, span, span, 0.9, saved, 0.01, claimed
    )


def formula(*effects):
    """A formula that says this of modules."""
    day = date(2026, 1, 1)
    return RampFormula(day, 100, 90, 5, (-2.0,), day, NOTHING, (), NOTHING, None, (), effects)


def advised(told, steps=()):
    """Key → advice."""
    return {one.key: checked(one) for one in module_advice(told, steps, NAMES, "training.ramp", "v")}


def test_only_what_may_be_said_is_advised():
    """A module that helps, one that slows, and silence on one that luck explains."""
    found = advised(
        formula(
            effect("demo", 1.8, saved=Span(1.2, 0.4, 2.0)),
            effect("crm", 0.6),
            effect("talk", 1.3, claimed=False),
        )
    )

    assert set(found) == {"demo:shortens", "crm:slows"}
    assert found["demo:shortens"].sentence == (
        "Let new reps finish Showing it early: it brings them to quota sooner."
    )
    told = found["demo:shortens"].evidence
    assert (told.estimate, told.lo, told.hi, told.unit, told.n) == (1.2, 0.4, 2.0, "months", 90)
    assert found["crm:slows"].evidence.unit == "times"
    assert {one.evidence.grade for one in found.values()} == {CausalGrade.ADJUSTED}


def test_a_module_that_does_not_move_its_step_is_looked_at_not_its_reps():
    """In points, with its interval; one that is open or moved is left alone."""
    gain = Span(0.002, -0.01, 0.0125)
    suspect, moved = (
        StepEffect("demo", "won", verdict, Status.SPEAKS, "", 30, 41, 900, 1200, 0.3, gain)
        for verdict in (Verdict.SUSPECT, Verdict.MOVED)
    )

    (one,) = advised(None, (suspect, moved)).values()

    assert "41 reps finished it" in one.sentence
    assert (one.evidence.estimate, one.evidence.hi, one.evidence.unit) == (0.2, 1.25, "points")
    assert advised(None) == {}
