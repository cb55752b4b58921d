"""Small companies that hire: scores by three of five raters, outcomes, and what matters planted."""

from datetime import date, timedelta

import numpy as np

from quintet.hiring.formula.given import Criterion, HiringData, Outcome, Score

FIRST_DAY = date(2023, 1, 2)
AS_OF = date(2026, 3, 2)


def hiring_data(
    hires, effects, *, seed=1, explained=0.5, applicants=2, leniency=0.7, spread=30.0, pending=0, written=None
):
    """A company that hired every other applicant at random; effects are weights of the true scores.

    Args:
        hires: how many have an outcome.
        effects: one a criterion.
        seed: of all draws.
        explained: share of the outcome's variance that true scores explain.
        applicants: for each hire.
        leniency: standard deviation over the raters, points.
        spread: standard deviation of attainment, % of quota.
        pending: hires without an outcome yet.
        written: weights written down before.
    """
    rng, size = np.random.default_rng(seed), len(effects)
    people = applicants * max(hires + pending, 10)
    true = rng.normal(size=(people, size)) + 0.4 * rng.normal(size=(people, 1))
    adds, scores = leniency * rng.normal(size=5), []
    for who in range(people):
        for rater in rng.choice(5, 3, replace=False):
            given = 5.5 + adds[rater] + 1.2 * (true[who] + rng.normal(size=size))
            whole = np.clip(np.rint(given), 1, 10).tolist()
            scores += [
                Score(name(who), f"rater {rater}", f"criterion {k}", one) for k, one in enumerate(whole)
            ]
    part = true @ np.asarray(effects, dtype=float)
    part = part / part.std() if part.std() > 0 else part
    success = np.sqrt(explained) * part + np.sqrt(1 - explained) * rng.normal(size=people)
    hired = range(0, applicants * (hires + pending), applicants)
    days = {name(who): FIRST_DAY + timedelta(days=5 * at) for at, who in enumerate(hired)}
    values = {who: round(95.0 + spread * success[int(who[1:])], 1) for who in list(days)[:hires]}
    weights = written or [1.0] * size
    return HiringData(
        tuple(Criterion(f"criterion {k}", weights[k]) for k in range(size)),
        tuple(scores),
        (Outcome("attainment", "% of quota", values, target=100.0),),
        days,
        AS_OF,
    )


def name(who):
    """The candidate's name."""
    return f"c{who:04}"


def scores_of(data, candidate):
    """All scores of one candidate."""
    return tuple(one for one in data.scores if one.candidate == candidate)
