"""The words that cross the wall of the management room: what is asked, and what a page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from quintet.kernel.finding import Status


class Verdict(StrEnum):
    """What may be said of a rep at a step."""

    WEAK = "weak"
    STRONG = "strong"
    ORDINARY = "ordinary"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Coached:
    """A rep was coached at a step: leads of his that came to it before that day show who he was then.

    Args:
        rep_id: whose.
        step: key of the step, e.g. demo-won.
        since: the day.
    """

    rep_id: int
    step: str
    since: date


@dataclass(frozen=True)
class FunnelQuestion:
    """Whose funnel, and when.

    Args:
        start: first day of the period.
        end: the day after its last day.
        rep_ids: the reps of the team; None means everybody.
        segment: only leads of this segment; None means all.
        source: only leads of this source; None means all.
        coached: leave out what came to these steps before; none where everything counts.
    """

    start: date
    end: date
    rep_ids: tuple[int, ...] | None = None
    segment: str | None = None
    source: str | None = None
    coached: tuple[Coached, ...] = ()

    @property
    def months(self) -> float:
        """Length of the period in months of 30.44 days."""
        return (self.end - self.start).days / 30.4375


@dataclass(frozen=True)
class Step:
    """From one recorded stage to a later one.

    Args:
        earlier: the stage a lead enters.
        later: the stage it may reach.
        is_next: True for neighbouring stages, False for an overall rate.
    """

    earlier: str
    later: str
    is_next: bool = True

    @property
    def key(self) -> str:
        """As an address writes it, e.g. "demo-won"."""
        return f"{self.earlier}-{self.later}"


WIN_RATE = Step("closed", "won", is_next=False)


@dataclass(frozen=True)
class StageCount:
    """Leads that reached a stage within the period."""

    stage: str
    leads: int


@dataclass(frozen=True)
class Gain:
    """What a better rate would bring, in customers a month, with its 90 % interval.

    Args:
        benchmark: "peers" (the mean of such reps) or "top quartile" (what the best quarter reach, luck
            excluded).
        rate: what the benchmark reaches with the leads this rep got, 0..1.
        probability: that this step brings the rep more than any other would at which he can be judged; 0
            where he cannot be judged here, None for "peers".
    """

    benchmark: str
    customers_per_month: float
    lo: float
    hi: float
    rate: float
    probability: float | None = None


@dataclass(frozen=True)
class RateEstimate:
    """One rep's rate at one step. A silent one carries counts and the reason, no rate.

    Args:
        step: from where to where.
        status: speaks, hedged or silent.
        n: leads that entered the earlier stage within the period.
        converted: of these, reached the later stage so far.
        mature_n: leads whose outcome is as good as known.
        known_share: share of all outcomes that is known, 0..1; below one half the cohort is young.
        rate: the rate to expect, luck taken out and young leads corrected, 0..1.
        lo: lower end of its 90 % interval.
        hi: upper end.
        peer_rate: what such reps, luck excluded, reach with the leads this rep got.
        raw: converted / n.
        p_below: probability of being really below peers.
        p_above: probability of being really above them.
        rank_lo: best rank among the reps; None when chance explains the ranks.
        rank_hi: worst rank.
        verdict: weak, strong, ordinary or unknown.
        is_young: to be greyed.
        to_peers: what reaching the peers' rate would bring; None where no such sum exists.
        to_top: what reaching the top quartile would bring.
        reason: why silent or hedged.
        expected_on: the day the present flow of leads lifts the silence.
    """

    step: Step
    status: Status
    n: int
    converted: int
    mature_n: int = 0
    known_share: float = 0.0
    rate: float | None = None
    lo: float | None = None
    hi: float | None = None
    peer_rate: float | None = None
    raw: float | None = None
    p_below: float | None = None
    p_above: float | None = None
    rank_lo: int | None = None
    rank_hi: int | None = None
    verdict: Verdict = Verdict.UNKNOWN
    is_young: bool = False
    to_peers: Gain | None = None
    to_top: Gain | None = None
    reason: str = ""
    expected_on: date | None = None


@dataclass(frozen=True)
class TeamRate:
    """The team's rate at one step, and whether its reps differ there at all.

    Args:
        rate: mean of such reps, luck excluded; None when silent.
        lo: lower end of its 90 % interval.
        hi: upper end.
        n: leads that entered, of all reps.
        converted: of these, converted so far.
        known_share: share of all outcomes that is known.
        homogeneity_p: probability of such a spread among identical reps; None when silent.
        adjusted_p: the same, corrected for the number of steps shown (Holm).
        is_rankable: the reps differ beyond chance and their rank intervals keep some apart.
        horizon_days: the rate means "within so many days"; None when nothing is corrected.
        is_still_rising: leads older than that still convert, so the rate will grow.
        adjusted_for: what the leads were told apart by, e.g. segment and source; empty when all reps got
            alike leads. Then the rate is for the leads of all these reps, and each rep's peers are such
            reps with his leads.
    """

    step: Step
    status: Status
    n: int
    converted: int
    rate: float | None = None
    lo: float | None = None
    hi: float | None = None
    known_share: float = 0.0
    homogeneity_p: float | None = None
    adjusted_p: float | None = None
    is_rankable: bool = False
    horizon_days: int | None = None
    is_still_rising: bool = False
    adjusted_for: tuple[str, ...] = ()
    reason: str = ""
    expected_on: date | None = None


@dataclass(frozen=True)
class RepFunnel:
    """One rep: activities on the left, conversions on the right, overall rates at the bottom.

    Args:
        conversions: one per neighbouring pair of recorded stages.
        overall: the two rates from higher stages to won.
        win_rate: won of won and lost; None where lost ones are not recorded.
        coach: the step where coaching brings most, if one stands out.
        no_coach: why none does.
        not_judged: step key → that he cannot be judged there yet, and why.
        reading: the chart in one plain sentence.
    """

    rep_id: int
    name: str
    counts: tuple[StageCount, ...]
    conversions: tuple[RateEstimate, ...]
    overall: tuple[RateEstimate, ...]
    win_rate: RateEstimate | None
    coach: Step | None
    reading: str
    no_coach: str = ""
    not_judged: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TeamFunnel:
    """The page: every rep of a team side by side.

    Args:
        stages: the stages this company records, in order.
        reps: sorted by name.
        team_counts: leads that reached each stage within the period, of all reps.
        team_rates: one per step shown, in the order conversions, overall, win rate.
        refusal: why there is no rate per rep at all; empty when there are rates.
        warnings: what to keep in mind, one sentence each.
    """

    question: FunnelQuestion
    as_of: datetime | None
    stages: tuple[str, ...]
    reps: tuple[RepFunnel, ...]
    team_counts: tuple[StageCount, ...]
    team_rates: tuple[TeamRate, ...]
    refusal: str = ""
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class OnionPart:
    """One part of a rate, and how much of the rep's gap to peers it explains.

    Args:
        name: "attempts_per_lead", "channel_mix", "call_connect_rate" …
        label: the same in plain words.
        rep_value: the rep's, luck taken out.
        peer_value: the peers'.
        unit: of both, e.g. "attempts per lead", "share", "connects per dial".
        customers_per_month: part of the gap; negative where it costs customers.
        lo: lower end of its 90 % interval.
        hi: upper end.
        share_of_gap: part / gap; None when the gap itself cannot be told from chance.
        probability: that the part really has this sign.
        is_noise: the interval includes 0: cannot be told from chance.
    """

    name: str
    label: str
    rep_value: float
    peer_value: float
    unit: str
    customers_per_month: float
    lo: float
    hi: float
    share_of_gap: float | None
    probability: float
    is_noise: bool


@dataclass(frozen=True)
class Onion:
    """A rate of one rep opened into its parts.

    Args:
        gap_per_month: customers a month the rep is above (+) or below (-) peers by this rate.
        parts: parts that are real, largest first, then those that cannot be told from chance.
        noise_per_month: sum of the parts that cannot be told from chance.
        reading: the answer in one sentence.
        reason: why silent, or what to keep in mind.
    """

    rep_id: int
    name: str
    step: Step
    status: Status
    rep_rate: float | None = None
    peer_rate: float | None = None
    gap_per_month: float | None = None
    lo: float | None = None
    hi: float | None = None
    parts: tuple[OnionPart, ...] = ()
    noise_per_month: float = 0.0
    reading: str = ""
    reason: str = ""
