"""An exam small enough to hold in the head: one question of each kind, and who takes and marks it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
#: Right answers of the three that a key marks; the role play is worth 5 points.
RIGHT = {"one": ["the budget holder"], "several": ["need", "budget"], "short": "Next step"}
RUBRIC = {"Asks who decides": 3, "Agrees a next step": 2}


def later(**spell):
    """NOW, and so much."""
    return NOW + timedelta(**spell)


@dataclass
class ExamRoom:
    """The exam, its module and page, and verbs that state only what matters."""

    people: Any
    exam: Any
    module: Any
    page: Any

    def begin(self, who, now=NOW, seed=1, exam=None):
        """An attempt."""
        from quintet.training.actions.sittings import begin

        return begin(exam or self.exam, who, now=now, seed=seed)

    def say(self, sitting, now=NOW, revision=None, **answers):
        """Answers by kind: option texts, or a text."""
        from quintet.training.actions.sittings import save
        from quintet.training.asks.sittings import versions_asked
        from quintet.training.terms.exams import Told

        kinds = {one.kind: one for one in versions_asked(sitting).values()}
        at = (now - sitting.started_at) // timedelta(milliseconds=1) if revision is None else revision
        told = [Told(kinds[kind].pk, self.keys(kinds[kind], said), at) for kind, said in answers.items()]
        save(sitting, told, now=now)

    def keys(self, version, said):
        """The keys of options by their texts; a text as it is."""
        if isinstance(said, str):
            return said
        return sorted(one["key"] for one in version.options if one["text"] in said)

    def hand_in(self, sitting, now=NOW):
        """Handed in."""
        from quintet.training.actions.sittings import hand_in

        return hand_in(sitting, now=now)

    def taken(self, who, now=NOW, **answers):
        """Begun, answered and handed in: all right but what is said here."""
        sitting = self.begin(who, now)
        self.say(sitting, now, **(RIGHT | answers))
        self.hand_in(sitting, now)
        return sitting

    def answer(self, sitting, kind):
        """What was kept of the question of a kind."""
        return sitting.answers.select_related("version", "sitting__exam", "sitting__user").get(
            version__kind=kind
        )

    def version(self, kind):
        """The newest wording of the question of a kind."""
        from quintet.training.asks.exams import bank

        return next(one for one in bank(self.exam) if one.kind == kind)

    def mark(self, answer, decides, step, why="", by=None, now=NOW):
        """Points on the two items of the rubric."""
        from quintet.training.actions.marking import mark_graded

        points = dict(zip(RUBRIC, (decides, step), strict=True))
        return mark_graded(answer, points, why, by=by or self.people.enablement, now=now)


@pytest.fixture
def people(db, django_user_model):
    """One account a role; Rita and Max are reps, Mia leads Rita."""
    made = {
        role: django_user_model.objects.create_user(f"{role}@exam.test", role, "pass", name=role.capitalize())
        for role in ("enablement", "executive", "operations", "auditor", "marketer", "recruiter")
    }
    for name, role, rep_id in (("rita", "rep", 101), ("max", "rep", 102), ("mia", "manager", 100)):
        made[name] = django_user_model.objects.create_user(
            f"{name}@exam.test", role, "pass", name=name.capitalize(), rep_id=rep_id
        )
    return SimpleNamespace(**made)


@pytest.fixture
def room(people):
    """Four questions, all asked; passed from 75 %, three attempts, a day apart, no limit of time."""
    from quintet.training.actions.exams import write_exam, write_questions
    from quintet.training.models.curriculum import Module
    from quintet.training.models.playbook import PageVersion, PlaybookPage
    from quintet.training.terms.exams import ExamText
    from quintet.training.terms.questions import QuestionText, RubricItem

    by = {"by": people.enablement, "now": NOW}
    written = {"written_by": people.enablement, "written_at": NOW}
    page = PlaybookPage.objects.create(key="qualifying", section="process")
    PageVersion.objects.create(page=page, number=1, title="How we qualify", body="Ask.", **written)
    module = Module.objects.create(key="qualify", name="Qualify", kind="class", **written)
    text = ExamText("Qualifying", module="qualify", draws=4, pass_mark=0.75, attempts=3, wait_hours=24)
    exam = write_exam(text, **by)
    rubric = tuple(RubricItem(item, points) for item, points in RUBRIC.items())
    write_questions(
        exam,
        [
            QuestionText(
                "one", "Who signs?", ("the budget holder",), ("the intern", "nobody"), page=page.key
            ),
            QuestionText("several", "What must be there?", ("need", "budget"), ("a logo",)),
            QuestionText(
                "short", "How does a call end?", ("next step", "an agreed next step"), page=page.key
            ),
            QuestionText("graded", "They say it is too expensive. Answer.", rubric=rubric),
        ],
        **by,
    )
    return ExamRoom(people, exam, module, page)


def told(kind):
    """What was told to the ledger of one kind: payloads with their detail read, in order."""
    from quintet.ledger.models import InboxRow

    rows = [row.payload for row in InboxRow.objects.order_by("pk") if row.payload["kind"] == kind]
    return [row | {"detail": json.loads(row["detail"] or "{}")} for row in rows]
