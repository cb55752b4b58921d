"""How reps were scored before they were hired, as one number each; nothing else of candidates leaves here.

Other rooms adjust for it and never show it of one person: whoever may see a rep need not know how the
interviews went.
"""

from math import fsum, sqrt

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
    rows = facts.arrow(mine.order_by(["rep_id", "criterion"])).to_pylist()
    by_rep: dict[int, list[float]] = {}
    for row in rows:
        by_rep.setdefault(row["rep_id"], []).append(row["score"])
    means = {rep: fsum(scores) / len(scores) for rep, scores in by_rep.items()}
    return _standard(means)


def _standard(means: dict[int, float]) -> dict[int, float]:
    middle = fsum(means.values()) / max(len(means), 1)
    spread = sqrt(fsum((one - middle) ** 2 for one in means.values()) / max(len(means), 1))
    return {rep: (one - middle) / spread for rep, one in means.items()} if spread > 0.0 else {}
