"""Hiring in the simulated company: criteria, a role with its rounds, its history, and who is in process."""

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from quintet.facts.published import Facts
    from quintet.hiring.models.candidates import Candidate
    from quintet.hiring.models.process import SalesRole

_HOMEWORK = "A first mail to a buyer of your choice, and three things you found out about them."
_FEEDBACK = "Ask what it costs them today before you show anything."
#: The share of decided candidates who answer what they are asked about themselves.
_ANSWERS = 0.85
#: Name, source, days since the application, and how many rounds are scored.
_IN_PROCESS = (
    ("Juno Heronsby", "referral", 19, 3),
    ("Arlo Pebbleton", "job board", 12, 1),
    ("Wren Saltmarch", "recruiter", 4, 0),
)


def hire(facts: "Facts") -> None:
    """Criteria before the first score, a role, the candidates of the history, and three in process."""
    from django.db import transaction

    from quintet.hiring.actions.history import adopt_history
    from quintet.hiring.models.criteria import Criterion

    as_of = (facts.as_of or datetime.now(UTC)).replace(tzinfo=UTC)
    if Criterion.objects.exists():
        return
    with transaction.atomic():
        role = _prepare(_first_day(facts) - timedelta(days=60))
        adopt_history(facts, as_of)
        for line in _IN_PROCESS:
            _interview(role, *line, as_of)
        _say_who_they_are(as_of)


def _say_who_they_are(now: datetime) -> None:
    """Most decided candidates answer what they are asked about themselves, for the audit; by lot."""
    from quintet.hiring.actions.fairness import answer, ask
    from quintet.hiring.models.candidates import Candidate
    from quintet.hiring.terms.fairness import DECLINED, ETHNICITIES, SEXES

    lot = random.Random(8)  # noqa: S311 -- made-up people
    sexes, backgrounds = list(SEXES), list(ETHNICITIES)
    for one in Candidate.objects.exclude(decision=None).order_by("candidate_id"):
        token = ask(one, now)
        if lot.random() < _ANSWERS:
            sex = lot.choices(sexes, (46, 52, 2))[0]
            background = lot.choices([*backgrounds, DECLINED], (18, 45, 14, 1, 15, 1, 3, 3))[0]
            answer(token, sex, background, now)


def _first_day(facts: "Facts") -> datetime:
    candidates = facts.table("candidates")
    rows = facts.arrow(candidates.aggregate(first=candidates.applied_at.min())).to_pylist()
    return (rows[0]["first"] or facts.as_of or datetime.now(UTC)).replace(tzinfo=UTC)


def _prepare(now: datetime) -> "SalesRole":
    from quintet.hiring.actions.criteria import take_examples
    from quintet.hiring.actions.roles import add_role, add_round
    from quintet.hiring.terms.process import RoundText
    from quintet.hiring.terms.starter import COACHING_GAIN
    from quintet.simulate.hiring import ROLE, ROUNDS
    from quintet.simulate.people import CRITERIA_NAMES
    from quintet.site.models import User

    recruiter = User.objects.get(role="recruiter")
    User.objects.filter(role="manager").update(interviews=True)
    take_examples((*CRITERIA_NAMES, COACHING_GAIN.key), by=recruiter, now=now)
    role = add_role(ROLE, by_phone=True, by=recruiter, now=now)
    phone, play, final = ROUNDS
    played = (*CRITERIA_NAMES, COACHING_GAIN.key)
    for text in (
        RoundText(phone, "interview", CRITERIA_NAMES, by_phone=True),
        RoundText(play, "role_play", played, by_phone=True, homework=_HOMEWORK),
        RoundText(final, "interview", CRITERIA_NAMES),
    ):
        add_round(role, text, by=recruiter, now=now)
    return role


def _interview(role: "SalesRole", name: str, source: str, days: int, scored: int, as_of: datetime) -> None:
    """One candidate in process: interviewer, manager and executive each have a round; so many submitted."""
    from quintet.hiring.actions.candidates import add, hand_out
    from quintet.hiring.terms.candidates import Application
    from quintet.site.models import User

    applied = as_of - timedelta(days=days)
    people = {
        one.role: one
        for one in User.objects.filter(role__in=("recruiter", "interviewer", "manager", "executive"))
    }
    told = Application(name, role.key, source, applied.date())
    candidate = add(told, by=people["recruiter"], now=applied)
    seats = ("interviewer", "manager", "executive") if scored else ("manager", "interviewer", "executive")
    for place, (seat, one) in enumerate(zip(seats, role.rounds.order_by("position"), strict=True)):
        due = (applied + timedelta(days=5 * (place + 1))).date()
        card = hand_out(candidate, one, people[seat], due, by=people["recruiter"], now=applied)
        if place < scored:
            _score(card, candidate, place, applied + timedelta(days=4 * (place + 1)))


def _score(card: Any, candidate: "Candidate", place: int, now: datetime) -> None:  # noqa: ANN401
    """A filled scorecard: points that differ a little from criterion to criterion."""
    from quintet.hiring.actions.scorecards import Saving, save_draft, submit
    from quintet.hiring.asks.scorecards import scored_by_hand
    from quintet.hiring.terms.scorecards import Draft, Played, Said

    base = 6 + len(candidate.name) % 2
    scores = {
        one.key: Said(
            base + (len(one.key) + place) % 3 - 1, "Named an example and its numbers." if at % 4 == 0 else ""
        )
        for at, one in enumerate(scored_by_hand(card))
    }
    played = Played(7, 5, _FEEDBACK, 7) if card.round.kind == "role_play" else Played()
    save_draft(
        card, Draft(scores, base, "Would do well with our buyers.", played), Saving(card.revision), now=now
    )
    submit(card, now=now)
