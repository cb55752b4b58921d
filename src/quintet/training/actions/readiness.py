"""Put exams beside the field in the worker, and keep it for the pages."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from quintet.facts.published import Facts
from quintet.kernel.finding import Status
from quintet.kernel.home import Home
from quintet.kernel.plain import as_plain, text_of
from quintet.kernel.shelf import Shelf
from quintet.training.asks.moves import steps_of_exams
from quintet.training.formula.readiness import ExamResult, readiness
from quintet.training.formula.skills import fit_step
from quintet.training.metrics.readiness import CallScored, Taken, people_here, read_calls_scored, read_taken
from quintet.training.metrics.step_leads import read_step, recorded_steps
from quintet.training.terms.readiness import Readiness
from quintet.training.terms.skills import SkillBook, StepSkills
from quintet.training.terms.words import STEPS

VERSIONS_KEPT = 10
#: The shape in which both are kept: raise it when a field of Readiness or SkillBook changes.
FORM = "form 2"
#: Leads of so many days show what a rep gives.
DAYS = 183


def readiness_shelf(home: Home) -> Shelf:
    """Where exam and field are kept side by side."""
    return Shelf(home, "training.readiness")


def skills_shelf(home: Home) -> Shelf:
    """Where the skills of all reps are kept."""
    return Shelf(home, "training.skills")


def renew_readiness(facts: Facts, *, now: datetime | None = None) -> str:
    """Work both out from a published version, unless what is kept is of it; says what was done.

    Args:
        facts: the published version.
        now: from when it is in use.
    """
    steps = steps_of_exams(held=True)
    bound = ", ".join(f"{exam} {step}" for exam, step in sorted(steps.items()))
    made_from = f"facts version {facts.version} of ledger version {facts.ledger_version}"
    why = f"{made_from}, {bound or 'no exam'}, {FORM}"
    if readiness_shelf(facts.home).is_made_from(why):
        return "up to date"
    if facts.as_of is None:
        return "no data"
    when = now or datetime.now(UTC)
    skills = text_of(as_plain(_skills(facts, facts.as_of)))
    found = text_of(as_plain(_readiness(facts, facts.as_of, steps)))
    skills_shelf(facts.home).keep(skills, when, why, VERSIONS_KEPT)
    readiness_shelf(facts.home).keep(found, when, why, VERSIONS_KEPT)
    return "exam and field put side by side"


def _skills(facts: Facts, as_of: datetime) -> SkillBook:
    """What everybody gives at each recorded step, by the leads of the last six months."""
    since = _start(as_of)
    recorded = recorded_steps(facts)
    steps = [
        fit_step(step, read_step(facts, step, since), as_of.date(), DAYS)
        for step in STEPS
        if step in recorded
    ]
    return SkillBook(as_of.date(), since.date(), tuple(steps))


def _readiness(facts: Facts, as_of: datetime, steps: Mapping[str, str]) -> Readiness:
    start, recorded = _start(as_of), recorded_steps(facts)
    taken, here = read_taken(facts, steps), [one.rep_id for one in people_here(facts)]
    heard = read_calls_scored(facts)
    found = []
    for step in STEPS:
        exams = sorted(exam for exam, moved in steps.items() if moved == step)
        mine = [one for one in taken if one.exam in exams]
        passed = _passed(mine, exams, start)
        since = {rep: passed.get(rep, start) for rep in here}
        days = {rep: at.date() for rep, at in since.items()}
        skills = _step(facts, step, since, as_of) if step in recorded else _unrecorded(step)
        found.append(readiness(skills, exams, _results(mine, exams), days, _calls(heard, step, days)))
    return Readiness(as_of.date(), start.date(), tuple(found))


def _calls(heard: Sequence[CallScored], step: str, since: Mapping[int, date]) -> dict[int, list[float]]:
    """Rep → scores of the calls of a step that were reviewed since his day."""
    found: dict[int, list[float]] = {}
    for one in heard:
        if one.step == step and one.rep_id in since and one.day >= since[one.rep_id]:
            found.setdefault(one.rep_id, []).append(one.score)
    return found


def _step(facts: Facts, step: str, since: Mapping[int, datetime], as_of: datetime) -> StepSkills:
    first = min(since.values(), default=as_of)
    return fit_step(step, read_step(facts, step, first, since=since), as_of.date(), DAYS)


def _unrecorded(step: str) -> StepSkills:
    return StepSkills(step, Status.SILENT, f"{STEPS[step].lower()} is not recorded in this data")


def _passed(taken: Sequence[Taken], exams: Sequence[str], start: datetime) -> dict[int, datetime]:
    """Rep → midnight after he had passed all exams of the step, at the earliest `start`."""
    found: dict[int, list[datetime]] = {}
    for one in taken:
        if one.passed_at is not None:
            found.setdefault(one.rep_id, []).append(one.passed_at)
    return {
        rep: max(_midnight(max(at)) + timedelta(days=1), start)
        for rep, at in found.items()
        if len(at) == len(exams)
    }


def _start(as_of: datetime) -> datetime:
    """The midnight from which leads count: whole days, so that their records can be opened."""
    return _midnight(as_of) - timedelta(days=DAYS)


def _midnight(instant: datetime) -> datetime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


def _results(taken: Sequence[Taken], exams: Sequence[str]) -> dict[int, ExamResult]:
    by_rep: dict[int, list[Taken]] = {}
    for one in taken:
        by_rep.setdefault(one.rep_id, []).append(one)
    return {rep: _result(mine, len(exams)) for rep, mine in by_rep.items()}


def _result(mine: Sequence[Taken], exams: int) -> ExamResult:
    scores = [one.score for one in mine if one.score is not None]
    passed = sum(one.passed_at is not None for one in mine)
    newest = max(one.taken_at for one in mine).date()
    return ExamResult(sum(scores) / len(scores) if scores else None, passed == exams, newest)
