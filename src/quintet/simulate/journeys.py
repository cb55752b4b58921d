"""The buyers' journeys of one month's new leads, drawn from what is planted.

All instants are microseconds on the company's wall clock; NEVER marks what does not happen.
Journeys run on past the end of the history: whoever writes interactions cuts them there.
"""

from dataclasses import dataclass

import numpy as np

from quintet.simulate.market import Visits, drawn_visits
from quintet.simulate.spec import B1, DAY, F8, HOUR, I8, MINUTE
from quintet.simulate.world import (
    DISQUALIFIED,
    MISSED_FIRST,
    MISSED_FOR_GOOD,
    MONTHLY_CHANGE,
    MONTHLY_CHURN,
    MOST_ATTEMPTS,
    QUALITY_LOADING,
    RAMP_LOSS,
    STILL_OPEN,
    World,
    delay,
)

NEVER = np.int64(2**62)
MONTH = 30.4 * DAY
CALL, EMAIL = 0, 1


@dataclass(frozen=True)
class Attempts:
    """Every attempt of a month's leads: `lead` counts within the month, `number` from 1."""

    lead: I8
    number: I8
    at: I8
    channel: I8
    connected: B1
    connect_at: I8  # when the conversation happened: at once by phone, later by e-mail


@dataclass(frozen=True)
class Meeting:
    """One kind of meeting: when first booked, missed, booked again and held."""

    booked: I8
    missed: I8
    rebooked: I8
    held: I8


@dataclass(frozen=True)
class Ending:
    """What became of an opportunity and its subscription."""

    negotiation: I8
    won: I8
    lost: I8
    disqualified: I8
    mrr: F8
    started: I8
    changed: I8
    new_mrr: F8
    cancelled: I8


@dataclass(frozen=True)
class Arrivals:
    """The leads that became known in one month, and whose they are."""

    month: int
    number: I8
    rep: I8
    segment: I8
    created: I8
    assigned: I8
    visits: Visits


@dataclass(frozen=True)
class Cohort(Arrivals):
    """The same with all that will happen to them."""

    rates: F8  # lead × (connected, qualified, demo, won): the planted probability of each step
    attempts: Attempts
    connected: I8
    by_email: B1
    qualifying: Meeting
    demo: Meeting
    ending: Ending


def cohort(world: World, month: int) -> Cohort:
    """The journeys of all leads that become known in a month."""
    rng = world.spec.random(21, month)
    leads = arrivals(world, month, rng)
    return worked(world, leads, (month, leads.assigned), rng)


def arrivals(world: World, month: int, rng: np.random.Generator) -> Arrivals:
    """The leads that become known in a month, before anybody works them."""
    rep = rng.permutation(np.repeat(np.arange(world.people.reps), world.counts[:, month]))
    team = world.people.team[rep, month]
    segment = world.people.segment_of_team[team]
    size = len(rep)
    visits = drawn_visits(world.market_in(month), rng, size)
    created = _created(world, month, rng, size)
    assigned = created + MINUTE + (rng.exponential(8 * MINUTE, size)).astype(np.int64)
    number = world.first_number(month) + np.arange(size)
    return Arrivals(month, number, rep, segment, created, assigned, visits)


def worked(world: World, leads: Arrivals, begun: tuple[int, I8], rng: np.random.Generator) -> Cohort:
    """What comes of leads when they are worked.

    Args:
        world: whose people are as they are in the month the work begins.
        leads: who is worked.
        begun: that month, and the instant from which each lead may be tried.
        rng: where chance comes from.
    """
    month, since = begun
    rep, segment, size = leads.rep, leads.segment, len(leads.rep)
    shift = _shifts(world, month, rep, leads.visits.quality)
    attempts, connected, by_email, reach = _attempted(world, rng, (rep, segment, shift[:, 0]), since)
    odds = np.concatenate([np.zeros((size, 1)), world.odds[segment] + shift[:, 1:]], axis=1)
    rates = 1 / (1 + np.exp(-odds))
    rates[:, 0] = reach
    qualifying = _meeting(world, rng, "qualifying_held", connected, rates[:, 1])
    demo = _meeting(world, rng, "demo_held", qualifying.held, rates[:, 2])
    ending = _ended(
        world, rng, (rep, segment, leads.visits.source), (connected, qualifying.held, demo.held), rates[:, 3]
    )
    return Cohort(
        **vars(leads), rates=rates, attempts=attempts, connected=connected, by_email=by_email,
        qualifying=qualifying, demo=demo, ending=ending,
    )  # fmt: skip


def _created(world: World, month: int, rng: np.random.Generator, size: int) -> I8:
    first, last = world.spec.month_starts[month : month + 2] // DAY
    return world.clock.arrivals(int(first), int(last - first), rng, size)


def _shifts(world: World, month: int, rep: I8, quality: F8) -> F8:
    """What lead quality, skill and ramp add in logits to connected, qualified, demo, won."""
    people = world.people
    behind = 1 - people.ramp[rep, month]
    return QUALITY_LOADING * quality[:, None] + people.skill[rep, 1:] - RAMP_LOSS * behind[:, None]


def _attempted(
    world: World, rng: np.random.Generator, who: tuple[I8, I8, F8], assigned: I8
) -> tuple[Attempts, I8, B1, F8]:
    """Attempts until the lead is reached or given up, and the planted chance of reaching it."""
    rep, segment, shift = who
    size = len(rep)
    given_up = 1 + np.minimum(rng.poisson(world.people.mean_attempts[rep] - 1), MOST_ATTEMPTS - 1)
    threshold = rng.random(size)
    silence = np.ones(size)
    connected, by_email = np.full(size, NEVER), np.zeros(size, dtype=bool)
    at = world.clock.working(assigned + delay("first_attempt", rng, size), rng.random(size))
    rows = []
    for number in range(1, MOST_ATTEMPTS + 1):
        tried = np.flatnonzero(given_up >= number)
        channel = (rng.random(len(tried)) >= world.people.call_share[rep[tried]]).astype(np.int64)
        before = silence[tried]
        silence[tried] = before * (1 - _hazard(world, segment[tried], channel, shift[tried], number))
        live = 1 - before < threshold[tried]
        lead, channel = tried[live], channel[live]
        reached = 1 - silence[lead] >= threshold[lead]
        answered = _answered(world, rng, at[lead], channel)
        connected[lead[reached]] = answered[reached]
        by_email[lead[reached]] = channel[reached] == EMAIL
        rows.append((lead, np.full(len(lead), number), at[lead], channel, reached, answered))
        later = at[lead] + delay("between_attempts", rng, len(lead))
        at[lead] = world.clock.working(later, rng.random(len(lead)))
    return (
        Attempts(*(np.concatenate(column) for column in zip(*rows, strict=True))),
        connected,
        by_email,
        1 - silence,
    )


def _hazard(world: World, segment: I8, channel: I8, shift: F8, number: int) -> F8:
    mean = 1 / (1 + np.exp(-world.hazard[segment, channel] - shift))
    kappa = world.kappa[segment]
    return mean * kappa / (kappa + number - 1)


def _answered(world: World, rng: np.random.Generator, at: I8, channel: I8) -> I8:
    reply = at + 5 * MINUTE + delay("email_reply", rng, len(at))
    return np.where(channel == EMAIL, world.clock.working(reply, rng.random(len(at))), at)


def _meeting(world: World, rng: np.random.Generator, name: str, ready: I8, rate: F8) -> Meeting:
    """Booked at the end of the conversation before; held, or missed once, or missed for good."""
    size = len(ready)
    who = np.flatnonzero(ready < NEVER)
    held_in_the_end = rng.random(len(who)) < rate[who]
    uniform = rng.random(len(who))
    missed_once = held_in_the_end & (uniform < MISSED_FIRST)
    missed_for_good = ~held_in_the_end & (uniform < MISSED_FOR_GOOD)
    booked = ready[who] + 10 * MINUTE + (rng.random(len(who)) * 20 * MINUTE).astype(np.int64)
    first = world.clock.working(booked + HOUR + delay(name, rng, len(who)), rng.random(len(who)))
    again = first + HOUR
    second = world.clock.working(again + delay("rebooked", rng, len(who)), rng.random(len(who)))
    held = np.where(held_in_the_end, np.where(missed_once, second, first), NEVER)
    missed = np.where(missed_once | missed_for_good, first, NEVER)
    return Meeting(
        _spread(size, who, np.where(held_in_the_end | missed_for_good, booked, NEVER)),
        _spread(size, who, missed),
        _spread(size, who, np.where(missed_once, again, NEVER)),
        _spread(size, who, held),
    )


def _ended(
    world: World, rng: np.random.Generator, who: tuple[I8, I8, I8], reached: tuple[I8, I8, I8], rate: F8
) -> Ending:
    """Won or lost after the demo, lost without one, or left open; then the life of the customer."""
    connected, qualified, demo = reached
    size = len(rate)
    won = (demo < NEVER) & (rng.random(size) < rate)
    negotiates = (demo < NEVER) & (won | (rng.random(size) < 0.4))  # noqa: PLR2004
    negotiation = _after(world, rng, "negotiation", np.where(negotiates, demo, NEVER))
    won_at = _after(world, rng, "won", np.where(won, negotiation, NEVER))
    latest = np.where(negotiates, negotiation, np.where(demo < NEVER, demo, qualified))
    closes = (qualified < NEVER) & ~won & (rng.random(size) >= STILL_OPEN)
    lost_at = _after(world, rng, "lost", np.where(closes, latest, NEVER))
    aside = (connected < NEVER) & (qualified == NEVER) & (rng.random(size) < DISQUALIFIED)
    disqualified = _after(world, rng, "lost", np.where(aside, connected, NEVER))
    return Ending(negotiation, won_at, lost_at, disqualified, *_customer(world, rng, who, won_at))


def _customer(
    world: World, rng: np.random.Generator, who: tuple[I8, I8, I8], won_at: I8
) -> tuple[F8, I8, I8, F8, I8]:
    """Monthly revenue, start, one change of it, and the end of a subscription."""
    rep, segment, source = who
    size, customer = len(rep), won_at < NEVER
    mean, spread = world.mrr[segment].T
    mrr = np.round(mean * np.exp(rng.normal(0, 1, size) * spread - spread**2 / 2), 2)
    started = np.where(customer, won_at + HOUR + (rng.random(size) * 5 * DAY).astype(np.int64), NEVER)
    churn = MONTHLY_CHURN * np.exp(world.market.churn[source] + world.people.pressure[rep])
    cancelled = np.where(
        customer, started + (MONTH * (1 + rng.exponential(1, size) / churn)).astype(np.int64), NEVER
    )
    change = started + (MONTH * (1 + rng.exponential(1 / MONTHLY_CHANGE, size))).astype(np.int64)
    changed = np.where(customer & (change < cancelled), change, NEVER)
    new_mrr = np.round(mrr * np.exp(rng.normal(0.15, 0.3, size)), 2)
    return mrr, started, changed, new_mrr, cancelled


def _after(world: World, rng: np.random.Generator, name: str, since: I8) -> I8:
    """The instants a delay later, in working hours; NEVER stays NEVER."""
    who = np.flatnonzero(since < NEVER)
    at = world.clock.working(since[who] + HOUR + delay(name, rng, len(who)), rng.random(len(who)))
    return _spread(len(since), who, at)


def _spread(size: int, who: I8, values: I8) -> I8:
    out = np.full(size, NEVER)
    out[who] = values
    return out
