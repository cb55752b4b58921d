"""What a month's leads did and what was done with them, as interactions."""

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quintet.simulate.events import (
    ASIDE_REASONS,
    CHANNELS,
    CONTENT_CODE,
    LOST_REASONS,
    OUTCOMES,
    Events,
    events,
    joined,
)
from quintet.simulate.ids import surrogate_ids
from quintet.simulate.journeys import CALL, NEVER, Arrivals, Cohort, Meeting
from quintet.simulate.market import CAMPAIGNS, LANDING_NAMES, SEGMENTS, SOURCE_NAMES, TERMS
from quintet.simulate.names import lead_labels
from quintet.simulate.spec import B1, DAY, F8, HOUR, I8, MINUTE
from quintet.simulate.world import World

SLOTS = 64  # records of one kind that one lead may have
PRODUCT = "Simulated Suite"
CHANNEL = {name: code for code, name in enumerate(CHANNELS)}
OUTCOME = {name: code for code, name in enumerate(OUTCOMES)}
Maker = Callable[..., Events]


def buyer_events(world: World, leads: Cohort) -> Events:
    """All interactions of a month's leads inside the history, with their ids, unsorted."""
    rng = world.spec.random(22, leads.month)
    return joined([arrival_events(world, leads, rng), work_events(world, leads, rng)])


def arrival_events(world: World, leads: Arrivals, rng: np.random.Generator) -> Events:
    """What leads did until they were given to a rep, with ids, unsorted."""
    make = _maker(leads)
    return _with_ids(world, leads, joined([*_touches(make, leads, world, rng), *_known(make, leads, world)]))


def work_events(world: World, leads: Cohort, rng: np.random.Generator) -> Events:
    """What was done with leads since, and what came of it, with ids, unsorted."""
    make = _maker(leads)
    parts = [*_tried(make, leads, rng), *_met(make, leads), *_opportunities(make, leads, world, rng)]
    found = _with_ids(world, leads, joined([*parts, *_subscriptions(make, leads)]))
    return _handed_over(world, leads, found)


def _maker(leads: Arrivals) -> Maker:
    """Builds interactions of some rows of the cohort; `slot` keeps several of one kind apart."""

    def make(kind: str, row: I8, at: I8, slot: I8 | int = 0, **more: object) -> Events:
        record = leads.number[row] * SLOTS + slot
        return events(kind, **{"rep": leads.rep[row], **more}, row=row, at=at, record=record)

    return make


def _touches(make: Maker, leads: Arrivals, world: World, rng: np.random.Generator) -> Iterator[Events]:
    """Web visits, forms and campaigns before the lead became known."""
    first = world.spec.month_starts[0] + 6 * HOUR
    seen = np.minimum(leads.visits.pages, 6)
    row = np.repeat(np.arange(len(seen)), seen)
    span = np.minimum(rng.exponential(2.0, len(seen)), 20.0)[row]
    slot = np.arange(len(row)) - np.repeat(np.cumsum(seen) - seen, seen)
    back = 3 * MINUTE + DAY * np.where(slot == 0, span, span * rng.random(len(row)))
    at = np.minimum(np.maximum(leads.created[row] - back.astype(np.int64), first), leads.created[row] - 1)
    page = np.where(slot == 0, leads.visits.landing[row], _pages(leads, row, slot, rng))
    content = CONTENT_CODE[LANDING_NAMES[0]] + page
    yield make("web.visited", row, at, slot, rep=-1, channel=CHANNEL["web"], content=content)
    filled = np.flatnonzero(rng.random(len(seen)) < 0.6)  # noqa: PLR2004
    form = np.where(leads.visits.landing[filled] <= 1, CONTENT_CODE["trial"], CONTENT_CODE["contact"])
    at = leads.created[filled] - 1
    yield make("form.submitted", filled, at, rep=-1, channel=CHANNEL["form"], content=form)
    touched = np.flatnonzero(leads.visits.campaign > 0)
    content = CONTENT_CODE[CAMPAIGNS[1]] - 1 + leads.visits.campaign[touched]
    at = np.maximum(
        leads.created[touched] - (rng.random(len(touched)) * 2 * DAY).astype(np.int64) - HOUR, first
    )
    at = np.minimum(at, leads.created[touched] - 1)
    yield make(
        "campaign.touched", touched, at, rep=-1, channel=CHANNEL["campaign"], content=content,
        outcome=OUTCOME["replied"],
    )  # fmt: skip


def _pages(leads: Arrivals, row: I8, slot: I8, rng: np.random.Generator) -> I8:
    """Later pages; the pricing page comes second for those who saw it, and for nobody else."""
    other = 1 + rng.integers(len(LANDING_NAMES) - 1, size=len(row))
    return np.where(leads.visits.pricing[row] & (slot == 1), 0, other)


def _known(make: Maker, leads: Arrivals, world: World) -> Iterator[Events]:
    """The account, the lead, and who it was given to."""
    every = np.arange(len(leads.rep))
    yield make("account.created", every, leads.created, rep=-1)
    yield make("lead.created", every, leads.created, rep=-1, details=_lead_details(leads, world.spec.seed))
    yield make("lead.assigned", every, leads.assigned)


def _tried(make: Maker, leads: Cohort, rng: np.random.Generator) -> Iterator[Events]:
    """Calls with their outcome, e-mails and their replies, and leads set aside."""
    tries = leads.attempts
    call = np.flatnonzero(tries.channel == CALL)
    missed = np.array([2, 2, 2, 2, 2, 2, 3, 3, 3, 4])[rng.integers(10, size=len(call))]
    outcome = np.where(tries.connected[call], OUTCOME["connected"], missed)
    row, slot = tries.lead[call], tries.number[call]
    yield make("call.attempted", row, tries.at[call], slot, channel=CHANNEL["call"], outcome=outcome)
    mail = np.flatnonzero(tries.channel != CALL)
    row, slot, content = tries.lead[mail], tries.number[mail], CONTENT_CODE["follow_up"]
    yield make("email.sent", row, tries.at[mail], slot, channel=CHANNEL["email"], content=content)
    answered = mail[tries.connected[mail]]
    row, slot = tries.lead[answered], tries.number[answered]
    yield make(
        "email.replied",
        row,
        tries.connect_at[answered],
        slot,
        channel=CHANNEL["email"],
        outcome=OUTCOME["replied"],
    )
    aside = _happened(leads.ending.disqualified)
    reason = CONTENT_CODE[ASIDE_REASONS[0]] + rng.integers(len(ASIDE_REASONS), size=len(aside))
    yield make("lead.disqualified", aside, leads.ending.disqualified[aside], content=reason)


def _met(make: Maker, leads: Cohort) -> Iterator[Events]:
    for slot, content, meeting in ((0, "qualifying", leads.qualifying), (2, "demo", leads.demo)):
        yield from _meeting(make, meeting, slot, content)


def _meeting(make: Maker, meeting: Meeting, slot: int, content: str) -> Iterator[Events]:
    """A second meeting, after a missed one, is a record of its own."""
    same = {"channel": CHANNEL["meeting"], "content": CONTENT_CODE[content]}
    for kind, at, extra in (
        ("booked", meeting.booked, 0),
        ("missed", meeting.missed, 0),
        ("booked", meeting.rebooked, 1),
    ):
        row = _happened(at)
        yield make(f"meeting.{kind}", row, at[row], slot + extra, outcome=OUTCOME[kind], **same)
    row = _happened(meeting.held)
    again = (meeting.rebooked[row] < NEVER).astype(np.int64)
    yield make("meeting.held", row, meeting.held[row], slot + again, outcome=OUTCOME["held"], **same)


def _opportunities(make: Maker, leads: Cohort, world: World, rng: np.random.Generator) -> Iterator[Events]:
    end = leads.ending
    details = _opportunity_details(leads, world.spec.seed)

    def opportunity(kind: str, since: I8, wait: int, slot: int = 0, **more: object) -> Events:
        row = _happened(since)
        given = {name: value[row] if isinstance(value, np.ndarray) else value for name, value in more.items()}
        texts = details.take(pa.array(row))
        return make(kind, row, since[row] + wait, slot, opportunity=1, details=texts, **given)

    yield opportunity("opportunity.created", leads.qualifying.held, 0)
    for slot, (stage, since) in enumerate(_stages(leads)):
        wait = 0 if stage == "demo" else 1
        yield opportunity("opportunity.stage_entered", since, wait, slot, content=CONTENT_CODE[stage])
    yield opportunity("opportunity.won", end.won, 0, outcome=OUTCOME["won"], cents=_cents(12 * end.mrr))
    reasons = CONTENT_CODE[LOST_REASONS[0]] + rng.integers(len(LOST_REASONS), size=len(leads.rep))
    yield opportunity("opportunity.lost", end.lost, 0, outcome=OUTCOME["lost"], content=reasons)


def _stages(leads: Cohort) -> tuple[tuple[str, I8], ...]:
    return (
        ("qualifying", leads.qualifying.held),
        ("demo", leads.demo.held),
        ("negotiation", leads.ending.negotiation),
    )


def _subscriptions(make: Maker, leads: Cohort) -> Iterator[Events]:
    end = leads.ending
    last = np.where(end.changed < end.cancelled, end.new_mrr, end.mrr)
    for kind, at, mrr in (
        ("started", end.started, end.mrr),
        ("changed", end.changed, end.new_mrr),
        ("cancelled", end.cancelled, last),
    ):
        row = _happened(at)
        yield make(f"subscription.{kind}", row, at[row], opportunity=1, cents=_cents(mrr)[row])


def _with_ids(world: World, leads: Arrivals, found: Events) -> Events:
    """UTC instants and surrogate ids, and nothing that happens after the end of the history."""
    at = world.clock.utc(found.columns["at"])
    kept = found.taken(np.flatnonzero((at < world.spec.month_starts[-1]) & (found.columns["at"] < NEVER)))
    row, columns = kept.columns["row"], kept.columns
    deal = np.zeros(len(leads.rep), dtype=np.int64)
    qualified = np.unique(row[columns["opportunity"] == 1])
    deal[qualified] = surrogate_ids("opportunity", leads.number[qualified])
    return Events(
        {
            **columns,
            "at": world.clock.utc(columns["at"]),
            "lead": surrogate_ids("lead", leads.number)[row],
            "account": surrogate_ids("account", leads.number)[row],
            "opportunity": np.where(columns["opportunity"] == 1, deal[row], 0),
        },
        kept.details,
    )


def _handed_over(world: World, leads: Arrivals, found: Events) -> Events:
    """What happens after a rep left is done by the colleague who took over, and says so once a lead."""
    rep, at = found.columns["rep"], found.columns["at"]
    left = np.append(world.spec.month_starts[world.people.left_month[: world.people.reps]], NEVER)
    later = np.flatnonzero(at >= left[rep])
    if not len(later):
        return found
    heir = world.handover()[rep[later]]
    changed = rep.copy()
    changed[later] = heir
    _, first = np.unique(found.columns["row"][later], return_index=True)
    notice = found.taken(later[first]).columns
    assigned = events(
        "lead.assigned", at=left[notice["rep"]] + MINUTE, rep=heir[first], lead=notice["lead"],
        account=notice["account"], record=leads.number[notice["row"]] * SLOTS + 1,
    )  # fmt: skip
    return joined([Events({**found.columns, "rep": changed}, found.details), assigned])


def _happened(at: I8) -> I8:
    return np.flatnonzero(at < NEVER)


def _cents(amount: F8) -> I8:
    return np.rint(amount * 100).astype(np.int64)


def _lead_details(leads: Arrivals, seed: int) -> pa.Array:
    v = leads.visits
    flags = pa.array(["false}", "true}"]).take(pa.array(v.pricing.astype(np.int8)))
    return pc.binary_join_element_wise(
        '{"source": "', _words(SOURCE_NAMES, v.source),
        '", "segment": "', _words(SEGMENTS, leads.segment),
        '", "landing": "', _words(LANDING_NAMES, v.landing),
        '", "label": "', lead_labels(leads.number, seed), '"',
        _optional("campaign", CAMPAIGNS, v.campaign), _optional("term", TERMS, v.term),
        ', "pages": ', pa.array(v.pages).cast(pa.string()), ', "pricing_seen": ', flags, "",
    )  # fmt: skip


def _opportunity_details(leads: Cohort, seed: int) -> pa.Array:
    mrr = pa.array(leads.ending.mrr).cast(pa.string())
    return pc.binary_join_element_wise(
        '{"label": "', lead_labels(leads.number, seed), '", "mrr": ', mrr,
        f', "product": "{PRODUCT}", "source": "', _words(SOURCE_NAMES, leads.visits.source),
        '", "segment": "', _words(SEGMENTS, leads.segment), '"}', "",
    )  # fmt: skip


def _words(words: tuple[str, ...], codes: I8) -> pa.Array:
    return pa.array(words).take(pa.array(codes))


def _optional(name: str, words: tuple[str, ...], codes: I8) -> pa.Array:
    return _words(tuple(f', "{name}": "{word}"' if word else "" for word in words), codes)


def seen_by_the_end(world: World, local: I8) -> B1:
    """Which instants on the wall clock lie inside the history."""
    return (local < NEVER) & (world.clock.utc(np.minimum(local, NEVER - 1)) < world.spec.month_starts[-1])
