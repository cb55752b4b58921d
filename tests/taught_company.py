"""The small company after an exam: everybody of it and some strangers took it."""

import json
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import numpy as np
from django.utils import timezone

from builders import offered
from quintet.facts.published import Facts
from quintet.facts.refresh import refresh
from quintet.kernel.ids import entity_id
from quintet.ledger.interactions import Interactions
from quintet.training.models.curriculum import Module
from quintet.training.models.exams import Exam, Question, QuestionVersion
from small_company import SmallCompany


def an_exam(questions: int = 6) -> Exam:
    """An exam for demo to won; its questions have the same keys whenever it is made."""
    from quintet.site.models import User

    author = User.objects.create_user("teacher@training.test", "enablement", "pass")
    told: dict[str, Any] = {"written_by": author, "written_at": timezone.now()}
    module = Module.objects.create(key="closing", name="Closing", kind="class", moves="won", **told)
    found = Exam.objects.create(key="closing", name="Closing exam", module=module, **told)
    for at in range(questions):
        question = Question.objects.create(exam=found, key=uuid5(NAMESPACE_OID, f"question {at}"))
        text = f"What comes first, {at}?"
        QuestionVersion.objects.create(
            question=question, number=1, kind="one", text=text, right=["the key"], **told
        )
    return found


def sit(company: SmallCompany, exam: Exam, strangers: int = 40) -> Facts:
    """Strangers and the whole company take it; the facts that follow. A second time changes nothing."""
    rng = np.random.default_rng(2)
    reps = [one["rep_id"] for one in company.reps if one["role"] == "rep"]
    others = [entity_id("rep", "test", "id", f"stranger {at}") for at in range(strangers)]
    when = company.facts.as_of - timedelta(days=120)  # type: ignore[operator]
    keys = sorted(str(one) for one in exam.questions.values_list("key", flat=True))
    rows = [row for rep in [*reps, *others] for row in _taken(rng, rep, keys, when)]
    Interactions(company.home).append(offered(*rows))
    refresh(company.home)
    return Facts.published(company.home)


def _taken(rng, rep, questions, when):
    knows, hard = rng.normal(), np.linspace(-1.5, 1.5, len(questions))
    right = (rng.random(len(questions)) < 1 / (1 + np.exp(-1.3 * (knows - hard)))).astype(float)
    common = {"occurred_at": when, "recorded_at": when, "source": "quintet", "rep_id": rep}
    common |= {"content": "closing"}
    for at, share in enumerate(right.tolist()):
        detail = json.dumps({"question": questions[at], "attempt": 1, "share": share})
        yield common | {"kind": "exam.answered", "source_ref": f"{rep}:{at}#exam.answered", "detail": detail}
    score = float(right.mean())
    yield common | {
        "kind": "exam.taken", "source_ref": f"{rep}#exam.taken", "detail": json.dumps({"score": score}),
        "outcome": "passed" if score >= 0.5 else "failed",
    }  # fmt: skip
