"""Work out the ramp and what shortens it, in the worker, and keep it for the pages."""

import hashlib
from datetime import UTC, datetime

from quintet.facts.published import Facts
from quintet.kernel.errors import DidNotConverge, NotEnoughData
from quintet.kernel.plain import as_plain, text_of
from quintet.ledger import inbox
from quintet.ledger.recommendations import advice_rows, as_row
from quintet.training.formula.module_advice import module_advice
from quintet.training.formula.modules import fit_modules
from quintet.training.formula.ramp import ramp_report
from quintet.training.formula.ramp_chances import fit_plain
from quintet.training.formula.steps import step_effects
from quintet.training.metrics.ramp import Ramps, read_ramps
from quintet.training.metrics.steps import finished, step_cells
from quintet.training.models.curriculum import Module
from quintet.training.terms.kept import FORM, FORMULA, KeptRamp, ramp_shelf

VERSIONS_KEPT = 10


def renew_ramp(facts: Facts, *, now: datetime | None = None) -> str:
    """Work it out from a published version, unless what is kept is of that version; says what was done.

    Args:
        facts: the published version.
        now: from when it is in use.
    """
    moves = dict(Module.objects.exclude(moves="").order_by("key").values_list("key", "moves"))
    steps = hashlib.sha256(text_of(moves).encode()).hexdigest()[:8]
    why = f"facts version {facts.version} of ledger version {facts.ledger_version}, steps {steps}, {FORM}"
    shelf = ramp_shelf(facts.home)
    if shelf.is_made_from(why):
        return "up to date"
    ramps = read_ramps(facts)
    if not ramps.reps:
        return "nobody's way to quota is known"
    kept = _worked_out(facts, ramps, moves)
    when = now or datetime.now(UTC)
    version = shelf.keep(text_of(as_plain(kept)), when, why, VERSIONS_KEPT)
    advised = _advise(facts, kept, version, when)
    return f"{len(ramps.reps)} reps, {kept.report.everybody.reached} made quota once, {advised} advised"


def _advise(facts: Facts, kept: KeptRamp, version: str, now: datetime) -> int:
    """Hand what is new to the decision log; how much that was."""
    names = dict(Module.objects.values_list("key", "name"))
    found = module_advice(kept.formula, kept.steps, names, FORMULA, version)
    said = {row["source_ref"] for row in advice_rows(facts.home)} if found else set()
    new = [as_row(one, now) for one in found if one.source_ref not in said]
    return inbox.offer(new).accepted if new else 0


def _worked_out(facts: Facts, ramps: Ramps, moves: dict[str, str]) -> KeptRamp:
    managers = {one.rep_id: one.manager_id for one in ramps.journeys if one.manager_id is not None}
    reason, formula, plain = "", None, None
    try:
        formula, plain = fit_modules(ramps.reps, ramps.until), fit_plain(ramps.reps, ramps.until)
    except (NotEnoughData, DidNotConverge) as error:
        reason = str(error)
    return KeptRamp(
        as_of=(facts.as_of or datetime.now(UTC)).date(),
        report=ramp_report(ramps.reps, ramps.until, managers=managers, unknown=ramps.unknown),
        formula=formula,
        plain=plain,
        reason=reason,
        steps=step_effects(step_cells(facts), finished(facts), moves) if moves else (),
    )
