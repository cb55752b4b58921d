"""What each candidate scored on each criterion: the mean over interviewers and rounds."""

from quintet.facts.asking import FactsTables


def mean_scores(facts: FactsTables) -> dict[str, dict[int, float]]:
    """Mean score of each candidate on each criterion, the verdict on the whole included.

    Args:
        facts: of a published version.

    Returns:
        criterion → candidate_id → mean score, criteria by name. Whoever was not scored is not in it.
    """
    scores = facts.table("interview_scores")
    means = scores.group_by(["criterion", "candidate_id"]).agg(score=scores.score.mean())
    found: dict[str, dict[int, float]] = {}
    for row in facts.arrow(means.order_by(["criterion", "candidate_id"])).to_pylist():
        found.setdefault(row["criterion"], {})[row["candidate_id"]] = row["score"]
    return found
