"""How often calls are told to say something: planted truth and nothing at all, in many simulated companies.

    .venv/bin/python studies/calls.py

Prints the table of docs/studies/calls.md. Eight topics a company, of which the first moves where something is
planted; ten questions, of which the first moves its step. Scores are 1 to 5, by lot.
"""

from datetime import date

import numpy as np

from quintet.training.formula.call_reviews import question_evidence
from quintet.training.formula.topics import moved_topics, topic_outcomes
from quintet.training.terms.calls import ScoredCall, TopicCall

COMPANIES = 400
TOPICS, QUESTIONS = 8, 10
BEFORE, QUARTER, NOW = date(2025, 6, 1), date(2026, 1, 1), date(2026, 2, 1)
Draws = np.random.Generator


def moved(draws: Draws, buyers: int, rise: float) -> tuple[bool, int, bool]:
    """Of one company: is the topic that rises reported, how many others, is the truth in its interval?"""
    keys = [f"t{at}" for at in range(TOPICS)]
    base = draws.uniform(0.1, 0.4, TOPICS)
    told = []
    for day in (BEFORE, NOW):
        share = base + (np.arange(TOPICS) == 0) * rise * (day == NOW)
        said = draws.random((buyers, TOPICS)) < share
        told += [
            TopicCall(f"{day}{at}", day, frozenset(np.array(keys)[row].tolist()), frozenset(keys))
            for at, row in enumerate(said)
        ]
    found = {one.topic: one for one in moved_topics(told, keys, QUARTER)}
    others = sum(found[key].is_reported for key in keys[1:])
    return found["t0"].is_reported, others, found["t0"].lo <= rise <= found["t0"].hi


def went_on(draws: Draws, leads: int, less: float) -> tuple[bool, int, bool]:
    """The same of topics and the next step: leads with the first topic go on less often."""
    keys = [f"t{at}" for at in range(TOPICS)]
    said = draws.random((leads, TOPICS)) < 0.35
    reached = draws.random(leads) < 0.5 - less * said[:, 0]
    told = [
        TopicCall(str(at), NOW, frozenset(np.array(keys)[row].tolist()), frozenset(keys), bool(reached[at]))
        for at, row in enumerate(said)
    ]
    found = topic_outcomes(told, keys)
    spoke = [one for one in found if not one.reason]
    first = found[0]
    covers = first.lo is None or first.hi is None or first.lo <= -less <= first.hi
    return first.is_reported, sum(one.is_reported for one in spoke if one.topic != "t0"), covers


def predicted(draws: Draws, leads: int, slope: float) -> tuple[bool, int, bool]:
    """The same of questions: a point more on the first one is so much more of a chance."""
    keys = [f"q{at}" for at in range(QUESTIONS)]
    scores = draws.integers(1, 6, (leads, QUESTIONS))
    reached = draws.random(leads) < 0.4 + slope * (scores[:, 0] - 3)
    rows = [
        ScoredCall(str(lead), key, float(scores[lead, at]), bool(reached[lead]))
        for lead in range(leads)
        for at, key in enumerate(keys)
    ]
    found = question_evidence(rows, keys)
    return found[0].is_reported, sum(one.is_reported for one in found[1:]), True


def main() -> None:
    """Print the table."""
    looks = (
        ("topic that moved", moved, 0.25),
        ("topic and next step", went_on, 0.25),
        ("question", predicted, 0.1),
    )
    print("| look | n | planted | the first is reported | false among reported | interval holds the truth |")
    print("|---|---|---|---|---|---|")
    for name, look, size in looks:
        for n in (60, 120, 240):
            for effect in (0.0, size):
                draws = np.random.default_rng(n)
                told = np.array([look(draws, n, effect) for _ in range(COMPANIES)], dtype=float)
                is_true = told[:, 0] * (effect > 0)
                false = told[:, 1] + told[:, 0] - is_true
                share = float((false / np.maximum(false + is_true, 1)).mean())
                found, covers = told[:, 0].mean(), told[:, 2].mean()
                cover = "" if name == "question" else f"{covers:.2f}"
                print(f"| {name} | {n} | {effect:.2f} | {found:.2f} | {share:.2f} | {cover} |")


if __name__ == "__main__":
    main()
