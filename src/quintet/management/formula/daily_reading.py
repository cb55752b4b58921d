"""The manager's reading guide: what stands out today and what to ask, by rules that quote their numbers.

Each rule is silent where chance could be behind it, so that a morning on which nothing stands out says so.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from quintet.management.formula.daily import DailyInputs, own_means
from quintet.management.formula.reading import share_text
from quintet.management.terms.daily import ActivityLine, Amount, Remark
from quintet.management.terms.funnel import RepFunnel, Verdict

#: Remarks of one morning: more would be read by nobody.
MOST = 5
#: Weak steps last for weeks: of these the costliest are said each morning, the page has all.
_MOST_WEAK = 2
#: So does being behind target: the least likely ones are said.
_MOST_BEHIND = 2
QUIET_DAYS, QUIET_SHARE = 3, 0.5
#: A stretch as quiet must be at most one in fifty of the rep's own.
_RARE = 0.02
_ENOUGH_STRETCHES = 30
#: Leads worked between so many days ago have had time to be reached, and still can be.
REACH_FROM, REACH_TO = 28, 7
_ENOUGH_LEADS = 10
_SURE = 0.01

_THINGS = {
    "worked": "new leads worked",
    "connected": "first connects",
    "qualified": "qualifying calls",
    "demo": "demos",
    "won": "customers",
}
_ASK = {
    "connected": "When and how does {name} try to reach people? Go through the last five leads together.",
    "qualified": "What does {name} say in the first minute? Listen to two connects that led nowhere.",
    "demo": "What does {name} ask in the qualifying call? Listen to two that led to no demo.",
    "won": "Where do {name}'s demos stop? Go through the last three that were lost, and sit in on the next.",
}
_ASK_MORE = {
    "worked": "What keeps {name} from new leads: none left, or other work? Block the first hour together.",
    "connected": "How many tries does {name} make a day, and when? Plan tomorrow's first ten together.",
    "qualified": "Which connects could become a qualifying call this week? Name five with {name}.",
    "demo": "Which qualifying calls of {name} wait for a date? Book the next demos together.",
}


def remarks(
    inputs: DailyInputs,
    reps: Iterable[RepFunnel],
    unreached: Mapping[int, tuple[int, int]],
    lines: Iterable[ActivityLine] = (),
) -> tuple[Remark, ...]:
    """What stands out this morning, most urgent first, five at most.

    Args:
        inputs: the counts of the day and the weeks before, of the manager's reps.
        reps: their rows on the funnel page.
        unreached: `metrics.daily.never_reached` of leads worked 28 to 7 days ago.
        lines: the reps' figures beside their targets.
    """
    found = [
        *quiet(inputs),
        *left_unreached(unreached, inputs.names),
        *behind_target(lines, inputs)[:_MOST_BEHIND],
        *weak_steps(reps)[:_MOST_WEAK],
    ]
    return tuple(found[:MOST])


def quiet(inputs: DailyInputs) -> list[Remark]:
    """Reps with less than half of their usual first-stage work on each of the last three working days.

    Usual is the rep's own mean of the twelve weeks before. Silent unless a stretch of three days with as
    little is at most one in fifty of his own, thirty at least, so that somebody who works by fits and starts
    is left alone.
    """
    stage = next(iter(inputs.found.counts), None)
    if stage is None:
        return []
    means, enough = own_means(inputs)
    days = _last_workdays(inputs, QUIET_DAYS)
    found = []
    for at in np.flatnonzero(enough).tolist():
        rep, usual = inputs.found.rep_ids[at], float(means[stage][at])
        counts = inputs.found.counts[stage][at]
        last = [int(counts[column]) for column in days]
        person = inputs.people.get(rep)
        if person is None or not person.is_here(inputs.day) or max(last) >= QUIET_SHARE * usual:
            continue
        own = _stretches(counts[: days[0]][(inputs.works & inputs.here[at])[: days[0]]])
        as_quiet = int((own <= sum(last)).sum())
        if own.size < _ENOUGH_STRETCHES or as_quiet > _RARE * own.size:
            continue
        found.append((sum(last) - usual * QUIET_DAYS, _quiet(inputs, rep, last, usual, as_quiet, own.size)))
    return [remark for _, remark in sorted(found, key=lambda one: one[0])]


def _last_workdays(inputs: DailyInputs, count: int) -> list[int]:
    """The columns of the day and the working days before it."""
    at = inputs.found.column(inputs.day)
    return np.flatnonzero(inputs.works[: at + 1])[-count:].tolist()


def _stretches(counts: np.ndarray) -> np.ndarray:
    """Sums of each three working days in a row."""
    return np.convolve(counts, np.ones(QUIET_DAYS, dtype=np.int64), mode="valid") if counts.size else counts


def _quiet(
    inputs: DailyInputs, rep: int, last: list[int], usual: float, as_quiet: int, stretches: int
) -> Remark:
    name = inputs.names.get(rep, f"rep {rep}")
    told = ", ".join(map(str, last[:-1])) + f" and {last[-1]}"
    what = _THINGS[next(iter(inputs.found.counts))]
    text = (
        f"{name} had {told} {what} on the last three working days; usual are {usual:.1f} a day. "
        f"{as_quiet or 'None'} of the {stretches} stretches of three working days since "
        f"{inputs.since:%-d %b} had as few."
    )
    return Remark("quiet", rep, text, f"Is {name} away, out of leads, or busy with something else?")


def left_unreached(unreached: Mapping[int, tuple[int, int]], names: Mapping[int, str]) -> list[Remark]:
    """Reps with more open leads that were worked and never reached than the others' share explains.

    Silent below ten leads, and unless identical reps would leave so many unreached less than once in a
    hundred teams: the probability is multiplied by the number of reps.
    """
    from scipy.stats import binom

    told = {rep: pair for rep, pair in unreached.items() if pair[0] >= _ENOUGH_LEADS}
    found = []
    for rep, (worked, still) in told.items():
        others = [pair for other, pair in unreached.items() if other != rep]
        total = sum(pair[0] for pair in others)
        share = sum(pair[1] for pair in others) / total if total else 1.0
        p = float(binom.sf(still - 1, worked, share)) * len(told)
        if p < _SURE:
            found.append((p, _unreached(rep, worked, still, share, names)))
    return [remark for _, remark in sorted(found, key=lambda one: one[0])]


def _unreached(rep: int, worked: int, still: int, share: float, names: Mapping[int, str]) -> Remark:
    name = names.get(rep, f"rep {rep}")
    text = (
        f"{still} of {worked} leads that {name} first worked four weeks to one week ago are open and were "
        f"never reached; of the others' leads it is {share_text(share)}."
    )
    return Remark("unreached", rep, text, f"Which of {name}'s leads get another try today, and when?")


def behind_target(lines: Iterable[ActivityLine], inputs: DailyInputs) -> list[Remark]:
    """Reps whose month is further behind an input target than chance explains, the least likely first.

    Silent where what was signed is on pace: that outcome was met in another way. Silent, too, unless reps on
    target would show one as far behind less than once in a hundred such mornings: the probability is
    multiplied by the number of counts looked at. One input a rep, the least likely.
    """
    looked = [(line, one) for line in lines for one in line.amounts if one.chance is not None]
    worst: dict[int, tuple[float, Remark]] = {}
    for line, one in looked:
        p = (one.chance or 0.0) * len(looked)
        if line.rep_id is None or one.standing != "behind" or p >= _SURE:
            continue
        if line.rep_id not in worst or p < worst[line.rep_id][0]:
            worst[line.rep_id] = (p, _behind(line.rep_id, line.name, one, len(looked), inputs))
    return [remark for _, remark in sorted(worst.values(), key=lambda one: one[0])]


def _behind(rep: int, name: str, one: Amount, looked: int, inputs: DailyInputs) -> Remark:
    text = (
        f"{name} is behind target: {one.month:,} {_THINGS[one.stage]} this month, "
        f"{one.due_month or 0.0:,.0f} are due by {inputs.day:%-d %b}. Beyond chance: were all {looked} "
        f"counts of the team on target, one so low would come up less than once in a hundred mornings."
    )
    return Remark("behind", rep, text, _ASK_MORE[one.stage].format(name=name))


def weak_steps(reps: Iterable[RepFunnel]) -> list[Remark]:
    """Reps who are weak at a step beyond chance, costliest first, in the sentence of the funnel page."""
    found = []
    for rep in reps:
        weak = [one for one in rep.conversions if one.verdict is Verdict.WEAK]
        worst = max(
            weak, key=lambda one: one.to_peers.customers_per_month if one.to_peers else 0.0, default=None
        )
        if worst is None:
            continue
        cost = worst.to_peers.customers_per_month if worst.to_peers else 0.0
        question = _ASK[worst.step.later].format(name=rep.name)
        found.append((-cost, Remark("weak", rep.rep_id, f"{rep.name}: {rep.reading}", question)))
    return [remark for _, remark in sorted(found, key=lambda one: one[0])]
