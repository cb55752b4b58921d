"""A hiring process small enough to hold in the head: four criteria, one phone role, and who takes part."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEYS = ("curiosity", "work_ethic", "coaching_gain")


@dataclass
class Process:
    """The role, its rounds by kind, and verbs that state only what matters."""

    people: Any
    role: Any
    interview: Any
    play: Any

    def candidate(self, name="Cy Moss", **more):
        """Somebody applied on 1 March."""
        from quintet.hiring.actions.candidates import add
        from quintet.hiring.terms.candidates import Application

        told = {"source": "referral", "applied_on": date(2026, 3, 1)} | more
        return add(Application(name, self.role.key, **told), by=self.people.recruiter, now=NOW)

    def card(self, candidate, who, place=None, due_on=None):
        """A scorecard handed out; the interview unless said otherwise."""
        from quintet.hiring.actions.candidates import hand_out

        return hand_out(candidate, place or self.interview, who, due_on, by=self.people.recruiter, now=NOW)

    def scored(self, card, curiosity=7, work_ethic=5, overall=6, played=None):
        """The card, filled and submitted."""
        from quintet.hiring.actions.scorecards import Saving, save_draft, submit
        from quintet.hiring.terms.scorecards import Draft, Played, Said

        scores = {"curiosity": Said(curiosity, "asked why"), "work_ethic": Said(work_ethic)}
        draft = Draft(scores, overall, "", Played(*(played or ())))
        assert save_draft(card, draft, Saving(card.revision), now=NOW)
        submit(card, now=NOW)
        return card


@pytest.fixture
def people(db, django_user_model):
    """One account a role; the manager also interviews, the other manager does not."""
    made = {
        role: django_user_model.objects.create_user(f"{role}@hire.test", role, name=role.capitalize())
        for role in (
            "executive",
            "recruiter",
            "interviewer",
            "manager",
            "rep",
            "operations",
            "auditor",
            "marketer",
        )
    }
    made["manager"].interviews = True
    made["manager"].rep_id = 77
    made["manager"].save()
    made["boss"] = django_user_model.objects.create_user("boss@hire.test", "manager", name="Boss")
    made["second"] = django_user_model.objects.create_user("second@hire.test", "interviewer", name="Second")
    return SimpleNamespace(**made)


@pytest.fixture
def process(people):
    """Three criteria, one of them points gained; an interview, and a coached role play by phone."""
    from quintet.hiring.actions.criteria import take_examples
    from quintet.hiring.actions.roles import add_role, add_round
    from quintet.hiring.terms.process import RoundText

    by = {"by": people.recruiter, "now": NOW}
    take_examples(KEYS, **by)
    role = add_role("Account executive", by_phone=True, **by)
    interview = add_round(role, RoundText("Interview", "interview", KEYS[:2]), **by)
    play = add_round(role, RoundText("Role play", "role_play", KEYS, by_phone=True, homework="A mail"), **by)
    return Process(people, role, interview, play)


def told(kind):
    """What was told to the ledger of one kind: payloads with their detail read, in order."""
    from quintet.ledger.models import InboxRow

    rows = [row.payload for row in InboxRow.objects.order_by("pk") if row.payload["kind"] == kind]
    return [row | {"detail": json.loads(row["detail"] or "{}")} for row in rows]
