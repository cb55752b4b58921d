"""Calls small enough to hold in the head: two reps, their manager, a teacher, and a first call."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

import written_calls as written
from quintet.facts.scope import Scope

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = datetime(2026, 2, 3, 14, tzinfo=UTC)
INES, KIM, BOSS = 4_000_000_000_000_000_101, 4_000_000_000_000_000_102, 4_000_000_000_000_000_103
TEAM = Scope(frozenset({INES, KIM, BOSS}), BOSS, "manager")


@dataclass
class Desk:
    """Who is there, and verbs that state only what matters."""

    ines: Any
    kim: Any
    boss: Any
    teacher: Any
    home: Any
    facts: Any = None

    def importer(self, user=None, scope=None):
        """Somebody who imports; the manager of the team unless said otherwise."""
        from quintet.training.actions.calls import Importer

        return Importer(user or self.boss, scope or TEAM, self.home, self.facts, NOW)

    def bring(self, *files, by=None, **terms):
        """Hand files in: ("name", "text") each."""
        from quintet.training.actions.calls import ImportTerms, import_calls

        told = {"consent_how": "asked", "started_at": DAY} | terms
        read = [(name, text.encode()) for name, text in files]
        return import_calls(read, ImportTerms(**told), by or self.importer())

    def call(self, said=written.FIRST_CALL, name="first.vtt", **terms):
        """One call that is kept."""
        (one,) = self.bring((name, written.zoom(said)), **terms).calls
        return one

    def card(self, *steps):
        """A scorecard with a question for each step; one for the demo unless said otherwise."""
        from quintet.training.actions.call_reviews import Wording, add_question, write_scorecard

        card = write_scorecard("First call", by=self.teacher, now=NOW)
        for step in steps or ("demo",):
            add_question(card, Wording(f"Found the need for {step}?", "Asked nothing", "Asked why", step))
        return card

    def topic(self, name="Price", *phrases, kind="objection"):
        """A topic of the dictionary."""
        from quintet.training.actions.topics import write_topic

        return write_topic(name, kind, "\n".join(phrases or ("price", "expensive")), by=self.teacher, now=NOW)


@pytest.fixture
def desk(db, home, django_user_model):
    """Two reps, their manager, and somebody who teaches."""
    made = {
        who: django_user_model.objects.create_user(f"{who}@quayside.example", role, name=name, rep_id=rep_id)
        for who, role, name, rep_id in (
            ("ines", "rep", "Ines Falk", INES),
            ("kim", "rep", "Kim Ray", KIM),
            ("boss", "manager", "Bo Sand", BOSS),
            ("teacher", "enablement", "Tea Cher", None),
        )
    }
    return Desk(**made, home=home)


def told(kind):
    """What waits for the ledger of a kind, oldest first."""
    from quintet.ledger.models import InboxRow

    rows = [row.payload for row in InboxRow.objects.order_by("pk")]
    return [row | {"detail": json.loads(row["detail"])} for row in rows if row["kind"] == kind]


def on(day):
    """Noon of a day."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=12)
