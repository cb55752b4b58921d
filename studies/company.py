"""The whole pipeline on companies with planted truth: simulate, ledger, facts, the page's question.

python studies/company.py

Planted reps are clearly weak where the loss is sure to matter: their true rate at the step is at most
three quarters of the median of the reps of their segment, and at least 30 leads entered it. Identical
companies are the negative control: whoever is called weak at any step is a false alarm.
"""

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.facts.schema import STAGES
from quintet.facts.scope import Scope
from quintet.kernel.home import Home
from quintet.ledger.identity import Aliases
from quintet.ledger.interactions import Interactions
from quintet.ledger.schema import OFFERED
from quintet.management.asks import funnel as asks
from quintet.management.terms.funnel import TeamFunnel, Verdict
from quintet.simulate.company import company
from quintet.simulate.spec import CompanySpec
from quintet.simulate.truth import Truth

CLEAR = 0.75
ENOUGH = 30
MONTHS = 6


@dataclass(frozen=True)
class Seen:
    """One company: its truth and the page's answer."""

    truth: Truth
    team: TeamFunnel


def seen(spec: CompanySpec) -> Seen:
    """One company through the whole pipeline, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.at(Path(folder))
        made = company(spec)
        Interactions(home).append(pa.RecordBatchReader.from_batches(OFFERED, made.batches()), dedupe=False)
        Aliases(home).link(made.aliases())
        rebuild(home)
        facts = Facts.published(home)
        everything = Scope.everything()
        asked = asks.question(facts, everything, asks.Filters(team=asks.EVERYBODY))
        team = asks.funnel(facts, everything, asked)
        facts.close()
        return Seen(made.truth, team)


def found_weak(one: Seen) -> list[tuple[str, bool]]:
    """Each rep planted clearly weak: the stage, and whether the page calls him weak at that step."""
    reps = {rep.rep_id: rep for rep in one.team.reps}
    return [
        (stage, _is_weak(reps[rep_id], stage))
        for rep_id, stage in _clearly_weak(one.truth)
        if rep_id in reps and _entered(reps[rep_id], stage) >= ENOUGH
    ]


def called_weak(one: Seen) -> list[bool]:
    """Of each rep with a rate: is he called weak at any step?"""
    spoken = [rep for rep in one.team.reps if any(step.rate is not None for step in rep.conversions)]
    return [any(step.verdict is Verdict.WEAK for step in rep.conversions) for rep in spoken]


def _clearly_weak(truth: Truth) -> list[tuple[int, str]]:
    months = slice(truth.entered.shape[1] - MONTHS, truth.entered.shape[1])
    segment = truth.people.segment_of_team[[team[team >= 0][-1] for team in truth.people.team]]
    found = []
    for rep, stage in enumerate(truth.weak_step):
        if not stage:
            continue
        rate = truth.rates(STAGES[STAGES.index(stage) - 1], months=months)
        if rate[rep] <= CLEAR * np.nanmedian(rate[segment == segment[rep]]):
            found.append((int(truth.rep_ids[rep]), str(stage)))
    return found


def _step(rep, stage):  # noqa: ANN001, ANN202 -- a RepFunnel, a RateEstimate
    return next(one for one in rep.conversions if one.step.later == stage)


def _entered(rep, stage: str) -> int:  # noqa: ANN001
    return _step(rep, stage).n


def _is_weak(rep, stage: str) -> bool:  # noqa: ANN001
    return _step(rep, stage).verdict is Verdict.WEAK


def main(planted: int = 6, identical: int = 10) -> None:
    """Print what is found by stage, then the false alarms."""
    rows = [row for seed in range(planted) for row in found_weak(seen(CompanySpec(reps=24, seed=seed)))]
    total, hits = Counter(stage for stage, _ in rows), Counter(stage for stage, hit in rows if hit)
    print(f"{planted} companies of 24 reps, three in ten planted weak\n")
    print("| weak at reaching | clearly weak | found |\n|---|---|---|")
    for stage in STAGES[1:]:
        print(f"| {stage} | {total[stage]} | {hits[stage]} |")
    print(f"| all | {len(rows)} | {sum(hits.values())} |\n", flush=True)
    alarms = [
        weak
        for seed in range(identical)
        for weak in called_weak(seen(CompanySpec(reps=20, quarters=4, seed=seed, identical=True)))
    ]
    print(
        f"{identical} companies of 20 identical reps: {sum(alarms)} of {len(alarms)} called weak at any step"
    )


if __name__ == "__main__":
    main()
