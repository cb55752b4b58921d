"""Who leads an exercise: the rep who is best at a step once luck and lead quality are out, if anybody is."""

from quintet.management.terms.contests import ExerciseLead
from quintet.management.terms.funnel import RateEstimate, RepFunnel, TeamFunnel, TeamRate, Verdict
from quintet.management.words import step_label


def exercise_leads(team: TeamFunnel) -> tuple[ExerciseLead, ...]:
    """For each step to the next stage: who is proposed to lead, or why nobody is.

    Args:
        team: the fitted funnel of a team, with the rows of its reps.
    """
    steps = [rate for rate in team.team_rates if rate.step.is_next]
    return tuple(_lead(team.reps, rate) for rate in steps)


def _lead(reps: tuple[RepFunnel, ...], rate: TeamRate) -> ExerciseLead:
    step = step_label(rate.step)
    if not rate.is_rankable:
        return ExerciseLead(step, reason=rate.reason or "chance explains the order of the reps at this step")
    strong = [(rep, one) for rep in reps if (one := _estimate(rep, rate)) and one.verdict is Verdict.STRONG]
    if not strong:
        return ExerciseLead(step, reason="nobody stands out above the others")
    rep, one = max(strong, key=lambda found: (found[1].p_above or 0, found[1].rate or 0))
    return ExerciseLead(
        step=step,
        rep_id=rep.rep_id,
        name=rep.name,
        rate=one.rate or 0,
        peers=one.peer_rate or 0,
        n=one.n,
        probability=one.p_above or 0,
    )


def _estimate(rep: RepFunnel, rate: TeamRate) -> RateEstimate | None:
    return next((one for one in rep.conversions if one.step == rate.step), None)
