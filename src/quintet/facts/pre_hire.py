"""How reps were scored before they were hired, as one number each; nothing else of candidates leaves here.

Other rooms adjust for it and never show it of one person: whoever may see a rep need not know how the
interviews went.
"""

import numpy as np

from quintet.facts.asking import FactsTables

#: Scores of differences (points gained in a coached role play) are on another scale.
_LOWEST, _HIGHEST = 1.0, 10.0


def pre_hire_scores(facts: FactsTables) -> dict[int, float]:
    """rep_id → mean interview score in standard deviations from the average hire; others are absent.

    Each criterion counts once, by the mean of those who scored it. Empty where fewer than two hires have one.
    """
    hired = facts.table("candidates").filter(lambda t: t.rep_id.notnull())
    scores = facts.table("interview_scores")
    inside = scores.filter(scores.score.between(_LOWEST, _HIGHEST))
    each = inside.group_by(["candidate_id", "criterion"]).agg(score=inside.score.mean())
    mine = hired.select("candidate_id", "rep_id").inner_join(each, "candidate_id")
    found = mine.group_by("rep_id").agg(score=mine.score.mean()).order_by("rep_id")
    rows = facts.arrow(found.select("rep_id", "score")).to_pylist()
    values = np.array([row["score"] for row in rows], dtype=np.float64)
    spread = float(values.std()) if len(values) > 1 else 0.0
    if spread == 0.0:
        return {}
    standard = (values - values.mean()) / spread
    return {row["rep_id"]: float(one) for row, one in zip(rows, standard, strict=True)}
