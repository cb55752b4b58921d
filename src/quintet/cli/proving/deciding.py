"""What the formulas in use say at the start of a month, taken through the product's asks and actions.

Where a formula is silent, people decide by gut, as they did before.
"""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from quintet.cli.proving.forks import Stand
from quintet.cli.proving.office import TRACK, Office
from quintet.cli.proving.policies import FROZEN_AFTER, Policy
from quintet.kernel.errors import NotEnoughData
from quintet.simulate.ids import surrogate_ids
from quintet.simulate.people import MODULE_NAMES, SKILLS
from quintet.simulate.spec import I8
from quintet.simulate.stepped import gut
from quintet.simulate.stepped.company import Decisions

if TYPE_CHECKING:
    from quintet.facts.published import Facts
    from quintet.management.terms.coaching import Proposal

_SKILL_AT = {"connected-qualified": "qualifying", "qualified-demo": "demo", "demo-won": "closing"}
_FIRST_STEP, _TRIES = "worked-connected", "attempts_per_lead"
_SESSION_AFTER_DAYS = 10
_REVIEW_AFTER_DAYS = 35


@dataclass
class Desk:
    """Decides month by month; remembers what frozen formulas said.

    Args:
        office: where.
        policy: who decides.
        told: how many decisions of each kind a formula took: hires, modules put first, plans, leads worked.
        picks: (rep, skill) coaching said last.
        differing: the formulas whose last decision was another than that of gut.
    """

    office: Office
    policy: Policy
    told: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("hires", "modules", "plans", "leads"), 0)
    )
    picks: list[tuple[int, int]] = field(default_factory=list)
    differing: set[str] = field(default_factory=set)

    def stand(self) -> Stand:
        """Where the company stands, to go on from there."""
        return Stand(self.office.company, self.picks, self.told)

    def decide(self) -> Decisions:
        """What is done in the month that begins."""
        company, follows = self.office.company, self.policy.follows
        sessions = company.sessions()
        plain = Decisions(
            gut.worked(company), gut.coached(company)[:sessions], gut.hired(company), gut.taught(company)
        )
        if not company.month:  # nothing was recorded yet
            return plain
        with closing(self.office.facts()) as facts:
            decided = Decisions(
                leads=self._leads(facts) if "demand" in follows else plain.leads,
                coached=self._coached(facts)[:sessions] if "management" in follows else plain.coached,
                hired=self._hired(facts, is_followed="hiring" in follows),
                taught=self._taught() if "training" in follows else plain.taught,
            )
        self.differing = {
            name
            for name, is_other in (
                ("hiring", list(decided.hired) != list(plain.hired)),
                ("training", list(decided.taught) != list(plain.taught)),
                ("management", set(decided.coached) != set(plain.coached)),
                ("demand", set(decided.leads.tolist()) != set(plain.leads.tolist())),
            )
            if is_other
        }
        return decided

    # ------------------------------------------------------------ hiring

    def _hired(self, facts: "Facts", *, is_followed: bool) -> list[int]:
        """Of each pool the one the index puts first, decided and written down by the recruiter."""
        from quintet.hiring.asks.index import index_or_none
        from quintet.hiring.asks.index_mode import may_advise
        from quintet.hiring.models.candidates import Candidate

        company = self.office.company
        index = index_or_none(self.office.home) if is_followed and may_advise() else None
        chosen = gut.hired(company)
        for place, row in enumerate(company.due()):
            ids = company.plan.candidates[row]
            known = Candidate.objects.select_related("role").in_bulk(ids.tolist(), field_name="candidate_id")
            pool = [known[int(one)] for one in ids]
            says = [self._index_of(index, one, facts) for one in pool]
            if all(one is not None for one in says):
                chosen[place] = int(np.argmax([one["index"] for one in says if one is not None]))
                self.told["hires"] += 1
            self._write_decisions(row, pool, says, chosen[place])
        return chosen

    @staticmethod
    def _index_of(index: Any, candidate: Any, facts: "Facts") -> dict[str, Any] | None:  # noqa: ANN401
        from quintet.hiring.asks.index import advice_of, candidate_index

        return None if index is None else advice_of(candidate_index(index, candidate, facts))

    def _write_decisions(self, row: int, pool: list[Any], says: list[Any], chosen: int) -> None:
        from quintet.hiring.actions.candidates import decide, link_rep
        from quintet.hiring.terms.candidates import Verdict, advised

        by, now = self.office.by["recruiter"], self.office.now
        for at, one in enumerate(pool):
            is_chosen = at == chosen
            why = "First of the four" if is_chosen else "Another was better"
            verdict = Verdict("hired" if is_chosen else "rejected", why, now.date() if is_chosen else None)
            made = decide(one, advised(verdict, says[at]), by=by, now=now)
            if is_chosen:
                rep = self.office.company.plan.hires[[row]]
                link_rep(made, int(surrogate_ids("rep", rep)[0]), now=now)

    # ------------------------------------------------------------ training

    def _taught(self) -> list[list[int]]:
        """What is said to shorten the ramp comes first, after what it builds on; then the rest."""
        from quintet.training.actions.modules import set_steps
        from quintet.training.asks.curriculum import builds_on, track
        from quintet.training.terms.curriculum import TrackStep, in_order

        orders = gut.taught(self.office.company)
        found = track(TRACK)
        old = {} if found is None else {one.module.key: one for one in found.steps}
        best = [name for name in self._modules_that_help() if name in old] if orders else []
        if not best or found is None:
            return orders
        after = builds_on()
        new = in_order({name: after.get(name, ()) for name in dict.fromkeys((*best, *old))})
        if new != list(old):
            steps = [TrackStep(name, old[name].due_day, old[name].is_required) for name in new]
            set_steps(found.record, steps, by=self.office.by["enablement"], now=self.office.now)
        self.told["modules"] += len(best)
        taken = new[: 1 + max(map(new.index, best))]
        front = [MODULE_NAMES.index(name) for name in taken if name in MODULE_NAMES]
        return [[*front, *(one for one in order if one not in front)] for order in orders]

    def _modules_that_help(self) -> list[str]:
        """Modules that are claimed to shorten the ramp, the strongest first."""
        from quintet.training.asks.ramp import kept_ramp

        try:
            formula = kept_ramp(self.office.home).formula
        except NotEnoughData:
            return []
        helps = [one for one in (formula.effects if formula else ()) if one.helps and one.pulled]
        helps.sort(key=lambda one: -(one.pulled.value if one.pulled else 0.0))
        return [one.module for one in helps if one.module in MODULE_NAMES]

    # ------------------------------------------------------------ management

    def _coached(self, facts: "Facts") -> list[tuple[int, int]]:
        """The proposed skill of each rep, the largest gain first; then whom the manager would have taken."""
        if self.policy.renews(self.office.company.month):
            self.picks = self._proposed(facts)
        here = set(self.office.company.present().tolist())
        picks = [one for one in self.picks if one[0] in here]
        taken = {rep for rep, _ in picks}
        self.told["plans"] += len(picks[: self.office.company.sessions()])
        return [*picks, *(one for one in gut.coached(self.office.company) if one[0] not in taken)]

    def _proposed(self, facts: "Facts") -> list[tuple[int, int]]:
        from quintet.facts.scope import Scope
        from quintet.management.asks.coaching import proposals

        ids = self.office.company.person_ids
        place = {int(one): at for at, one in enumerate(ids)}
        here = frozenset(int(ids[rep]) for rep in self.office.company.present())
        try:
            found = [one for one in proposals(facts, Scope.everything(), here) if one.step is not None]
        except NotEnoughData:
            return []
        sessions = self.office.company.sessions()
        return [(place[one.rep_id], SKILLS.index(self._practised(facts, one))) for one in found[:sessions]]

    def _practised(self, facts: "Facts", proposed: "Proposal") -> str:
        """Which skill the plan is about; the plan of last month is closed, a new one opened and held."""
        from quintet.facts.scope import Scope
        from quintet.management.actions.coaching import NewPlan, close_plan, log_session, open_plan
        from quintet.management.asks.coaching import open_plan_of, proposal_for

        _, _, told = proposal_for(facts, Scope.everything(), proposed.rep_id)
        by, now = self.office.by["manager"], self.office.now
        on, old = now.date(), open_plan_of(proposed.rep_id)
        if old is not None:
            close_plan(old, "improved", "", on=on, by=by, now=now)
        key, goal = _step_key(told), told.goal or 0.5
        review = on + timedelta(days=_REVIEW_AFTER_DAYS)
        new = NewPlan(proposed.rep_id, key, "Heard in three calls of the step", goal, review)
        plan = open_plan(new, told, on=on, by=by, now=now)
        held = now + timedelta(days=_SESSION_AFTER_DAYS)
        log_session(plan, held.date(), "Played the step through, twice", "", by=by, now=held)
        return skill_of(told)

    # ------------------------------------------------------------ demand

    def _leads(self, facts: "Facts") -> I8:
        """The most valuable open leads of each rep, in the order the page shows them."""
        order = self._order(facts)
        worked = gut.worked(self.office.company, order or None)
        self.told["leads"] += len(worked) if order else 0
        return worked

    def _order(self, facts: "Facts") -> list[int]:
        from quintet.demand.asks.leads import Filters, leads_in_order
        from quintet.facts.scope import Scope

        if self.policy.frozen and self.office.company.month > FROZEN_AFTER:
            return self._order_of_old(facts)
        return leads_in_order(facts, Scope.everything(), Filters())

    def _order_of_old(self, facts: "Facts") -> list[int]:
        """By the score of the first quarter, asked about the leads of today."""
        from quintet.demand.asks.stored_score import stored_score
        from quintet.demand.metrics.examples import read_examples

        stored = stored_score(facts)
        if stored is None or not stored.can_tell:
            return []
        examples = read_examples(facts)
        fresh = np.isin(examples.lead_ids, self.office.company.waiting().lead_id)
        p = stored.score.predict(examples).p
        order = np.argsort(-p[fresh], kind="stable")
        return [int(one) for one in examples.lead_ids[fresh][order]]


def _step_key(told: "Proposal") -> str:
    return "" if told.step is None else told.step.key


def skill_of(told: "Proposal") -> str:
    """The skill a manager practises at a step; at the first one the onion says which of two."""
    if _step_key(told) != _FIRST_STEP:
        return _SKILL_AT.get(_step_key(told), "connecting")
    costly = [part for part in told.parts if part.customers_per_month < 0]
    return "attempts" if costly and costly[0].name == _TRIES else "connecting"
