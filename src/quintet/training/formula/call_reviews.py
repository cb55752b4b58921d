"""What scorecards of calls tell: which questions go with their step, and how far raters agree."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.agreement import one_way_agreement
from quintet.stats.discoveries import fit_discoveries
from quintet.stats.rank_with_outcome import RankWithOutcome, rank_with_outcome
from quintet.training.terms.calls import QuestionEvidence, RatersAgree, ScoredCall

#: Fewer calls with two raters tell nothing of agreement.
MIN_SHARED_CALLS = 10
_TWO = 2


def question_evidence(scored: Sequence[ScoredCall], questions: Sequence[str]) -> tuple[QuestionEvidence, ...]:
    """Which questions' scores go with whether the lead reached the question's step after the call.

    A lead counts once, with the mean of its calls. It is an association: a good call and an eager buyer come
    together.

    Args:
        scored: one for each reviewed call and question.
        questions: keys, in the order to answer in.

    Returns:
        One for each question; silent where too few.

    Source: docs/formulas/calls.md#which-questions-predict-their-step
    """
    told = [_evidence([one for one in scored if one.question == key]) for key in questions]
    spoke = [one.p_value for one in told if isinstance(one, RankWithOutcome)]
    found = fit_discoveries(spoke)
    verdicts = iter(zip(found.q_value, found.is_reported, strict=True))
    return tuple(
        QuestionEvidence(key, *one) if isinstance(one, tuple) else _spoken(key, one, *next(verdicts))
        for key, one in zip(questions, told, strict=True)
    )


def _spoken(key: str, one: RankWithOutcome, q_value: float, is_reported: bool) -> QuestionEvidence:  # noqa: FBT001
    return QuestionEvidence(
        key, one.n, one.successes, one.correlation, one.lo, one.hi, float(q_value), bool(is_reported)
    )


_Silent = tuple[int, int, None, None, None, float, bool, str]


def _evidence(scored: Sequence[ScoredCall]) -> RankWithOutcome | _Silent:
    """The relation, or how many there are and why they say nothing."""
    scores: dict[str, list[float]] = defaultdict(list)
    reached: dict[str, bool] = {}
    for one in scored:
        if one.reached is not None:
            scores[one.buyer].append(one.score)
            reached[one.buyer] = reached.get(one.buyer, False) or one.reached
    outcome = [reached[buyer] for buyer in scores]
    try:
        return rank_with_outcome([fmean(own) for own in scores.values()], outcome)
    except NotEnoughData as error:
        return len(outcome), sum(outcome), None, None, None, 1.0, False, str(error)


def raters_agree(question: str, rows: Sequence[tuple[str, str, float]]) -> RatersAgree:
    """How far raters agree on one question of the same calls.

    Args:
        question: key.
        rows: (call, rater, score); a call scored by one rater alone tells nothing and is left out.

    Returns:
        The intraclass correlation of one score; silent below ten calls with two raters.
    """
    by_call: dict[str, list[float]] = defaultdict(list)
    for call, _, score in rows:
        by_call[call].append(score)
    shared = {call: own for call, own in by_call.items() if len(own) >= _TWO}
    if len(shared) < MIN_SHARED_CALLS:
        reason = f"{len(shared)} calls have two raters, {MIN_SHARED_CALLS} are needed"
        return RatersAgree(question, len(shared), reason=reason)
    calls = [call for call, own in shared.items() for _ in own]
    scores = [score for own in shared.values() for score in own]
    try:
        one = one_way_agreement(calls, scores)
    except BadInput:
        return RatersAgree(question, len(shared), reason="all calls have the same mean: nothing to agree on")
    return RatersAgree(question, len(shared), one.single, one.single_lo, one.single_hi)
