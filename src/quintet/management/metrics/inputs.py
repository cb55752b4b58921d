"""The funnel's input: the small tables of one question, counted from what is read once per version."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import ibis.expr.types as ir
import pyarrow as pa

from quintet.facts.asking import FactsTables, names_of_reps
from quintet.facts.schema import STAGES
from quintet.kernel.errors import NotEnoughData
from quintet.management.metrics import cohorts, tables, tallies
from quintet.management.metrics.entries import (
    Entries,
    Names,
    closings,
    entries,
    first_work,
    stage_entries,
)
from quintet.management.terms.funnel import FunnelQuestion, Step

#: A stage counts as recorded when the source itself records it for this share of the leads that got there.
RECORDED_SHARE = 0.5
_NOTHING = pa.table({"step": pa.array([], pa.int64()), "rep_id": pa.array([], pa.int64())})


@dataclass(frozen=True)
class RepKnowledge:
    """For how many leads the rep is known: of the won, and of the others."""

    won: int
    won_with_rep: int
    others: int
    others_with_rep: int


@dataclass(frozen=True, eq=False)
class CompanyInputs:
    """What is the same for every question of a version; other fields as in `FunnelInputs`.

    Args:
        known: the reps, segments and sources that the entries name.
        entered: `metrics.entries.stage_entries` by stage.
        closed: `metrics.entries.closings`.
    """

    as_of: datetime
    stages: tuple[str, ...]
    left_out: dict[str, tuple[int, int]]
    knowledge: RepKnowledge
    delays: pa.Table
    names: dict[int, str] = field(repr=False)
    known: Names = field(repr=False)
    entered: dict[str, Entries] = field(repr=False)
    closed: Entries = field(repr=False)


@dataclass(frozen=True, eq=False)
class FunnelInputs:
    """Everything `fit_funnel` needs, in small tables; known by identity, so that its fits are kept.

    Args:
        question: what was asked.
        as_of: the instant ages count to.
        stages: the stages the company records, in order.
        left_out: stage → (recorded, reached) of the stages that are not.
        knowledge: is the rep known for the won leads only?
        counts: `metrics.tallies.stage_counts`.
        cohorts: `metrics.tallies.step_cohorts` of all steps.
        mixes: `metrics.tallies.step_mixes` of the same, of all reps of the company.
        delays: `metrics.cohorts.step_delays` of all steps.
        closed: `metrics.tallies.closed_opportunities` of all reps.
        names: rep_id → name.
    """

    question: FunnelQuestion
    as_of: datetime
    stages: tuple[str, ...]
    left_out: dict[str, tuple[int, int]]
    knowledge: RepKnowledge
    counts: pa.Table
    cohorts: pa.Table
    mixes: pa.Table
    delays: pa.Table
    closed: pa.Table
    names: dict[int, str] = field(repr=False)

    @property
    def conversions(self) -> tuple[Step, ...]:
        """The steps between neighbouring recorded stages."""
        return neighbours(self.stages)

    @property
    def overall(self) -> tuple[Step, ...]:
        """The rates from the two highest stages to won, where they are not neighbours of it."""
        return overall_steps(self.stages)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Both; the tables name a step by its place here."""
        return (*self.conversions, *self.overall)


@dataclass(frozen=True, eq=False)
class OnionInputs:
    """What `peel` needs besides the funnel: `metrics.tallies.attempt_totals`."""

    funnel: FunnelInputs
    totals: pa.Table


def neighbours(stages: tuple[str, ...]) -> tuple[Step, ...]:
    """The steps between neighbouring stages."""
    return tuple(Step(one, two) for one, two in pairwise(stages))


def overall_steps(stages: tuple[str, ...]) -> tuple[Step, ...]:
    """From the first and the second stage to won, unless that is a neighbouring step already."""
    if "won" not in stages:
        return ()
    return tuple(Step(stage, "won", is_next=False) for stage in stages[:-2][:2])


def read_company(facts: FactsTables) -> CompanyInputs:
    """What is the same for every question of a version of the facts; worth keeping between pages.

    Args:
        facts: a published version.

    Raises:
        NotEnoughData: when no row of the facts has a date.
    """
    if facts.as_of is None:
        raise NotEnoughData(
            "no row has a date, so no period can be shown: map a date column", unit="dated rows"
        )
    leads = facts.table("leads")
    found = facts.arrow(tables.recorded_stages(leads)).to_pylist()[0]
    stages = tuple(stage for stage in STAGES if _is_recorded(found, stage))
    steps = (*neighbours(stages), *overall_steps(stages))
    known = Names.none_yet()
    return CompanyInputs(
        as_of=facts.as_of,
        stages=stages,
        left_out={s: (found[f"{s}_recorded"], found[f"{s}_reached"]) for s in STAGES if s not in stages},
        knowledge=_knowledge(facts, leads, stages, found),
        delays=facts.arrow(cohorts.step_delays(leads, steps, facts.as_of)) if steps else _NOTHING,
        names=names_of_reps(facts),
        known=known,
        entered={
            stage: entries(facts.arrow(stage_entries(leads, stage, facts.as_of)), known) for stage in STAGES
        },
        closed=entries(facts.arrow(closings(facts.table("opportunities"))), known),
    )


def read_funnel(
    facts: FactsTables, question: FunnelQuestion, company: CompanyInputs | None = None
) -> FunnelInputs:
    """The small tables of one question.

    Args:
        facts: a published version.
        question: whose funnel, and when.
        company: `read_company` of the same version; read anew when left out.

    Raises:
        NotEnoughData: when no row of the facts has a date.
    """
    company = company or read_company(facts)
    entered, known = company.entered, company.known
    steps = (*neighbours(company.stages), *overall_steps(company.stages))
    rows = tallies.step_entries(entered, known, question, steps)
    return FunnelInputs(
        question=question,
        as_of=company.as_of,
        stages=company.stages,
        left_out=company.left_out,
        knowledge=company.knowledge,
        counts=tallies.stage_counts(entered, known, question),
        cohorts=tallies.step_cohorts(rows, known, question) if steps else _NOTHING,
        mixes=tallies.step_mixes(rows, known) if steps else _NOTHING,
        delays=company.delays,
        closed=tallies.closed_opportunities(company.closed, known, question),
        names=company.names,
    )


@dataclass(frozen=True, eq=False)
class WorkInputs:
    """What `read_onion` needs and every question of a version shares: `metrics.entries.first_work`."""

    known: Names
    worked: Entries


def read_work(facts: FactsTables) -> WorkInputs:
    """What each rep put into every lead; worth keeping between pages, like `read_company`."""
    known = Names.none_yet()
    return WorkInputs(known, entries(facts.arrow(first_work(facts.table("leads"))), known))


def read_onion(facts: FactsTables, funnel: FunnelInputs, work: WorkInputs | None = None) -> OnionInputs:
    """What `peel` needs: the funnel's input with what each rep put into the leads.

    Args:
        facts: a published version.
        funnel: the input of the funnel that is opened.
        work: `read_work` of the same version; read anew when left out.
    """
    work = work or read_work(facts)
    return OnionInputs(funnel, tallies.attempt_totals(work.worked, work.known, funnel.question))


def _is_recorded(found: dict[str, int], stage: str) -> bool:
    recorded, reached = found[f"{stage}_recorded"], found[f"{stage}_reached"]
    return recorded > 0 and recorded >= RECORDED_SHARE * reached


def _knowledge(
    facts: FactsTables, leads: ir.Table, stages: tuple[str, ...], found: dict[str, int]
) -> RepKnowledge:
    """Among the leads of the first recorded stage; among all leads where there is no step at all."""
    if len(stages) > 1:
        found = facts.arrow(tables.rep_knowledge(leads, stages[0])).to_pylist()[0]
    names = ("won", "won_with_rep", "others", "others_with_rep")
    return RepKnowledge(**{name: int(found[name]) for name in names})
