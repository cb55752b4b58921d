"""The chart in one plain sentence."""

from quintet.kernel.finding import Status
from quintet.management.terms.funnel import WIN_RATE, RateEstimate, StageCount, Step, Verdict

_THINGS = {
    "worked": "leads worked",
    "connected": "connects",
    "qualified": "qualifying calls",
    "demo": "demos",
    "closed": "closed opportunities",
}
_MANY = {**_THINGS, "won": "customers won"}
_ONE_THING = {
    "worked": "lead worked",
    "connected": "connect",
    "qualified": "qualifying call",
    "demo": "demo",
    "closed": "closed opportunity",
}
_ONE = {**_ONE_THING, "won": "customer won"}
_OUTCOMES = {
    "connected": ("were reached", "reach"),
    "qualified": ("led to a qualifying call", "get"),
    "demo": ("led to a demo", "get"),
    "won": ("closed", "close"),
}
_AREAS = {
    "connected": "at reaching people",
    "qualified": "at winning the qualifying call",
    "demo": "on the phone",
    "won": "at closing",
}
_SHARES = [(1, k) for k in range(2, 21)] + [(2, 3), (3, 4), (3, 10), (7, 10), (4, 5), (9, 10), (2, 5), (3, 5)]
_CLOSE = 0.04
_NEARLY_SURE = 0.995
_SMALL = 0.05
_FEW = 10


def reading(
    conversions: tuple[RateEstimate, ...],
    win_rate: RateEstimate | None,
    counts: tuple[StageCount, ...] = (),
    refusal: str = "",
) -> str:
    """One rep's funnel in one sentence: what is strong, what is weak, how sure, and what it costs.

    Args:
        conversions: the rep's neighbouring steps.
        win_rate: won of won and lost, where recorded; read only where no other step may be.
        counts: what the rep brought to each stage within the period.
        refusal: why no rate per rep exists at all.
    """
    if refusal:
        return f"{_counted(counts)}; no rate, because {_lower(refusal)}"
    spoken = [one for one in conversions if one.rate is not None]
    if not spoken and win_rate is not None and win_rate.rate is not None:
        spoken = [win_rate]
    if not spoken:
        return _silent(conversions, win_rate, counts)
    weak = sorted((one for one in spoken if one.verdict is Verdict.WEAK), key=_cost)
    strong = [one for one in spoken if one.verdict is Verdict.STRONG]
    if weak:
        return _weak(weak, strong)
    if strong:
        return _strong(strong)
    return _plain(spoken, is_only_win_rate=spoken == [win_rate] and bool(conversions))


def _plain(spoken: list[RateEstimate], *, is_only_win_rate: bool) -> str:
    if all(one.is_young for one in spoken):
        known = min(one.known_share for one in spoken)
        return f"Too early to say: only {known:.0%} of the outcomes of these leads are in."
    if is_only_win_rate:
        won = f"{spoken[0].converted} of {spoken[0].n} closed opportunities were won, which is within chance"
        return f"Too few leads to say anything of a step; {won}."
    return "Nothing stands out: every step is where chance alone could put it around the team."


def share_text(rate: float) -> str:
    """A rate as people say it: "1 in 4", "2 in 3", else "38%".

    Args:
        rate: 0..1.
    """
    best = min(_SHARES, key=lambda pair: (abs(pair[0] / pair[1] - rate), pair[1]))
    if rate > 0 and abs(best[0] / best[1] - rate) <= _CLOSE * rate:
        return f"{best[0]} in {best[1]}"
    return f"{rate:.0%}" if rate >= _SMALL else f"{rate:.1%}"


def area(step: Step) -> str:
    """Where a rep works when working on a step, e.g. "in the demo"."""
    return "in the demo" if step.key == "demo-won" else _AREAS[step.later]


def _cost(one: RateEstimate) -> float:
    return -one.to_peers.customers_per_month if one.to_peers else 0.0


def _weak(weak: list[RateEstimate], strong: list[RateEstimate]) -> str:
    praise = f"Good {_areas(strong)}, weak" if strong else "Weak"
    worst = weak[0]
    text = f"{praise} {area(worst.step)}: {_evidence(worst)} ({_sure(worst.p_below)})"
    if worst.to_peers is not None and worst.to_peers.customers_per_month >= _SMALL:
        text += f"; about {worst.to_peers.customers_per_month:.1f} customers a month"
    return f"{text}. Also weak {_areas(weak[1:])}." if len(weak) > 1 else f"{text}."


def _strong(strong: list[RateEstimate]) -> str:
    best = max(strong, key=lambda one: one.p_above or 0.0)
    rest = [one for one in strong if one is not best]
    text = f"Strong {area(best.step)}: {_evidence(best)} ({_sure(best.p_above)})"
    return f"{text}. Also strong {_areas(rest)}." if rest else f"{text}; no step is weak."


def _areas(found: list[RateEstimate]) -> str:
    return " and ".join(area(one.step) for one in found)


def _evidence(one: RateEstimate) -> str:
    """E.g. "9 of 71 demos closed where peers close 1 in 4"; young leads say what to expect instead."""
    seen, habit = ("were won", "win") if one.step == WIN_RATE else _OUTCOMES[one.step.later]
    peers = share_text(one.peer_rate or 0.0)
    things = _THINGS[one.step.earlier] if one.n != 1 else _ONE_THING[one.step.earlier]
    text = f"{one.converted} of {one.n} {things} {seen}"
    if one.known_share < 1.0 - _SMALL:
        text += f" so far, {share_text(one.rate or 0.0)} to be expected,"
    return f"{text} where peers {habit} {peers}"


def _sure(probability: float | None) -> str:
    value = probability or 0.0
    return "P > 0.99" if value > _NEARLY_SURE else f"P = {value:.2f}"


def _silent(
    conversions: tuple[RateEstimate, ...], win_rate: RateEstimate | None, counts: tuple[StageCount, ...]
) -> str:
    told = [one for one in (*conversions, *([win_rate] if win_rate else [])) if one.reason]
    dated = [one for one in told if one.expected_on is not None]
    brought = [count for count in counts if count.leads]
    if not told and not brought:
        return "No leads in this period."
    longest = max(told, key=lambda one: one.n, default=None)
    if counts and not dated and (longest is None or longest.n < _FEW):
        few = "too little to say anything"
        return f"{_counted(counts)}{' and nothing else' if len(brought) == 1 else ''} in this period: {few}."
    if longest is None:
        return "No leads in this period."
    text = f"Not enough data yet: {longest.reason}"
    if longest.status is Status.SILENT and longest.expected_on is not None:
        text += f", expected by {longest.expected_on.isoformat()}"
    return f"{text}."


def _counted(counts: tuple[StageCount, ...]) -> str:
    """E.g. "1 connect, 2 demos"; what the rep brought within the period."""
    told = [
        f"{count.leads} {(_ONE if count.leads == 1 else _MANY)[count.stage]}"
        for count in counts
        if count.leads
    ]
    return ", ".join(told) or "No leads"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
