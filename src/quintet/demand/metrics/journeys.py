"""What leads touched, in order, up to the day they converted: paths of sources, campaigns or content.

Sources and campaigns: a touch counts when it names one, as an answered campaign or an e-mail does. A visit
or a form on our own site that names none belongs to what brought the lead before it, as web analytics count
("last non-direct"); when it is the lead's first touch, what brought it is the lead's own source or campaign.
Content: every touch counts by the page, form or asset it met. A lead without any touch has one: its own
source or campaign, or the content it landed on.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quintet.facts.published import Facts
from quintet.stats.paths import Paths

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]

DAY_US = 86_400_000_000
NEVER = np.iinfo(np.int64).max
UNKNOWN = "unknown"
OTHER = "other"
#: Touches of our own site: they say what was seen, not what brought the lead.
_OWN_SITE = ("web", "form")
_MATURE_SHARE = 0.95
_MOST_CHANNELS = 40
_OUTCOMES = {"qualified": "qualified_at", "won": "won_at", "mrr": "won_at"}
_REACHED = {"qualified": 3, "won": 5, "mrr": 5}


@dataclass(frozen=True, eq=False)
class Touched:
    """Leads, and every dated touch of theirs.

    Args:
        lead_ids: [n] sorted.
        created: [n] UTC microseconds; NEVER without a date.
        converted_at: outcome → [n] when; NEVER where it did not happen or has no date.
        converted: outcome → [n] it happened, dated or not.
        mrr: [n] signed, in the commonest currency; 0 where none.
        own: level → [n] name of what brought the lead.
        row: [m] lead of each touch; touches sorted by lead and time.
        at: [m] UTC microseconds.
        is_own_site: [m] a visit or form that names no campaign.
        names: level → [m] what the touch is called.
        source_of: campaign → the source it belongs to.
        currency: of `mrr`.
        as_of: newest instant, UTC microseconds.
    """

    lead_ids: I8
    created: I8
    converted_at: dict[str, I8]
    converted: dict[str, B1]
    mrr: F8
    own: dict[str, npt.NDArray[np.str_]]
    row: I8
    at: I8
    is_own_site: B1
    names: dict[str, npt.NDArray[np.str_]]
    source_of: dict[str, str]
    currency: str
    as_of: int

    def mature_days(self, outcome: str) -> int:
        """Days within which 19 of 20 leads that convert have, judged by leads old enough to tell."""
        at = self.converted_at[outcome]
        dated = (at < NEVER) & (self.created < NEVER)
        lag = np.maximum(at[dated] - self.created[dated], 0) / DAY_US
        if not len(lag):
            return 0
        first = float(np.quantile(lag, _MATURE_SHARE))
        old = self.created[dated] <= self.as_of - 2 * first * DAY_US
        return int(np.ceil(np.quantile(lag[old], _MATURE_SHARE) if old.any() else first))


@dataclass(frozen=True, eq=False)
class Walked:
    """The paths of some leads at one level.

    Args:
        paths: one per lead that converted or will not; conversions and nulls are 0 or 1.
        names: [channels] of the paths.
        rows: [paths] position of each lead in Touched.
        is_touchless: [paths] the lead had no touch; its own source stands for one.
        young: leads left out as they may still convert.
    """

    paths: Paths
    names: tuple[str, ...]
    rows: I8
    is_touchless: B1
    young: int


def read_touched(facts: Facts) -> Touched:
    """Every lead with its touches.

    Args:
        facts: a published version.
    """
    columns = (
        "source",
        "campaign",
        "landing",
        "created_at",
        "qualified_at",
        "won_at",
        "reached",
        "mrr",
        "currency",
    )
    leads = facts.arrow(facts.table("leads").select("lead_id", *columns).order_by("lead_id"))
    touches = facts.table("touches")
    told = touches.filter(touches.touched_at.notnull() & touches.lead_id.isin(facts.table("leads").lead_id))
    order = ("lead_id", "touched_at", "channel", "content", "campaign")
    told = told.select(*order).order_by(list(order))
    return _touched(facts, leads, facts.arrow(told))


def _touched(facts: Facts, leads: pa.Table, touches: pa.Table) -> Touched:
    ids = np.asarray(leads["lead_id"].to_numpy(), dtype=np.int64)
    source, campaign, landing = (_words(leads, name) for name in ("source", "campaign", "landing"))
    source_of = _source_of(source, campaign)
    by_source = np.where(source == "", UNKNOWN, source)
    reached = np.asarray(leads["reached"].to_numpy(), dtype=np.int64)
    currency = _commonest(leads["currency"])
    own = {
        "source": by_source,
        "campaign": np.where(campaign == "", by_source, campaign),
        "content": np.where(landing == "", by_source, landing),
    }
    names = _touch_names(touches, source_of)
    few = {level: _few(own[level], names[level]) for level in own}
    mrr = np.nan_to_num(leads["mrr"].to_numpy().astype(float))
    return Touched(
        lead_ids=ids,
        created=_instants(leads, "created_at"),
        converted_at={name: _instants(leads, column) for name, column in _OUTCOMES.items()},
        converted={name: reached >= stage for name, stage in _REACHED.items()},
        mrr=np.where(_words(leads, "currency") == currency, mrr, 0.0),
        own={level: both[0] for level, both in few.items()},
        row=np.searchsorted(ids, np.asarray(touches["lead_id"].to_numpy(), dtype=np.int64)),
        at=_instants(touches, "touched_at"),
        is_own_site=_is_own_site(touches),
        names={level: both[1] for level, both in few.items()},
        source_of=source_of,
        currency=currency,
        as_of=0 if facts.as_of is None else int(np.datetime64(facts.as_of, "us").astype(np.int64)),
    )


def _few(
    own: npt.NDArray[np.str_], names: npt.NDArray[np.str_]
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_]]:
    """Beyond forty names those that are rarest are taken together."""
    every, code, count = np.unique(np.concatenate([own, names]), return_inverse=True, return_counts=True)
    if len(every) > _MOST_CHANNELS:
        rare = np.argsort(-count, kind="stable")[_MOST_CHANNELS - 1 :]
        every[rare] = OTHER
    told = every[code]
    return told[: len(own)], told[len(own) :]


def _is_own_site(touches: pa.Table) -> B1:
    own = np.isin(_words(touches, "channel"), _OWN_SITE)
    return np.asarray(own & (_words(touches, "campaign") == ""))


def _touch_names(touches: pa.Table, source_of: dict[str, str]) -> dict[str, npt.NDArray[np.str_]]:
    channel, campaign, content = (_words(touches, name) for name in ("channel", "campaign", "content"))
    known, code = np.unique(campaign, return_inverse=True)
    sources = np.array([source_of.get(str(name), str(name)) for name in known], dtype=np.str_)[code]
    by_campaign = np.where(campaign == "", channel, campaign)
    return {
        "source": np.where(campaign == "", channel, sources),
        "campaign": by_campaign,
        "content": np.where(content == "", by_campaign, content),
    }


def _source_of(source: npt.NDArray[np.str_], campaign: npt.NDArray[np.str_]) -> dict[str, str]:
    """The source most leads of a campaign came from."""
    both = (source != "") & (campaign != "")
    pairs, count = np.unique(np.column_stack([campaign[both], source[both]]), axis=0, return_counts=True)
    order = np.argsort(count, kind="stable")
    return {str(pairs[one, 0]): str(pairs[one, 1]) for one in order}


def walked(seen: Touched, level: str, outcome: str, since: date | None = None, until: int = NEVER) -> Walked:
    """Paths of the leads that became known in a period, up to their conversion.

    Leads not converted count as nulls once they are old enough; before that they count nowhere.

    Args:
        seen: leads and touches.
        level: source, campaign or content.
        outcome: qualified, won or mrr.
        since: first day; every lead when left out, those without a date too.
        until: leads that became known later are left out, UTC microseconds.
    """
    start = -NEVER if since is None else int(np.datetime64(since, "us").astype(np.int64))
    inside = (seen.created >= start) & ((seen.created <= until) | (until == NEVER))
    inside &= (seen.created < NEVER) | (since is None)
    converted = seen.converted[outcome]
    old = seen.created <= seen.as_of - seen.mature_days(outcome) * DAY_US
    old |= seen.created == NEVER
    rows = np.flatnonzero(inside & (converted | old))
    return _walk(seen, level, outcome, rows, int((inside & ~converted & ~old).sum()))


def _walk(seen: Touched, level: str, outcome: str, rows: I8, young: int) -> Walked:
    position = np.full(len(seen.lead_ids), -1, dtype=np.int64)
    position[rows] = np.arange(len(rows))
    end = seen.converted_at[outcome]
    counted = (position[seen.row] >= 0) & (seen.at <= end[seen.row])
    first = np.zeros(len(seen.row), dtype=bool)
    first[np.unique(np.where(counted, seen.row, -1), return_index=True)[1]] = True
    first &= counted
    touchless = np.ones(len(rows), dtype=bool)
    touchless[position[seen.row[counted]]] = False
    name = seen.names[level]
    if level != "content":
        name = np.where(first & seen.is_own_site, seen.own[level][seen.row], name)
        counted &= first | ~seen.is_own_site
    alone = rows[touchless]
    row = np.concatenate([position[seen.row[counted]], np.flatnonzero(touchless)])
    at = np.concatenate([seen.at[counted], np.minimum(seen.created[alone], end[alone])])
    word = np.concatenate([name[counted], seen.own[level][alone]])
    order = np.argsort(row, kind="stable")  # touches are in order of time already
    names, channel = np.unique(word[order], return_inverse=True)
    won = seen.converted[outcome][rows].astype(float)
    paths = Paths(
        channel=channel.astype(np.int64),
        start=np.searchsorted(row[order], np.arange(len(rows) + 1)),
        age_days=np.where(at[order] == NEVER, 0.0, (seen.as_of - at[order]) / DAY_US),
        conversions=won,
        nulls=1.0 - won,
        amount=won * seen.mrr[rows] if outcome == "mrr" else won,
        channels=len(names),
    )
    return Walked(paths, tuple(names.tolist()), rows, touchless, young)


def members(seen: Touched, level: str, outcome: str) -> pa.Table:
    """Which leads have which channel in their path: the records behind the counts of the page.

    Args:
        seen: leads and touches.
        level: source, campaign or content.
        outcome: qualified, won or mrr.

    Returns:
        level, outcome, name, lead_id, created_us (NEVER without a date), converted; one row per lead and
        channel, over all time.
    """
    found = walked(seen, level, outcome)
    paths = found.paths
    pairs = np.unique(np.column_stack([paths.row, paths.channel]), axis=0)
    rows = found.rows[pairs[:, 0]]
    words = pa.DictionaryArray.from_arrays(
        pa.array(pairs[:, 1].astype(np.int32)), pa.array(found.names, pa.string())
    )
    return pa.table(
        {
            "level": pa.array([level] * len(rows)),
            "outcome": pa.array([outcome] * len(rows)),
            "name": words.cast(pa.string()),
            "lead_id": seen.lead_ids[rows],
            "created_us": seen.created[rows],
            "converted": seen.converted[outcome][rows],
        }
    )


def spend_by(
    facts: Facts, level: str, source_of: dict[str, str], since: date | None, until: int
) -> dict[str, float]:
    """Money booked in a period by source or campaign, in the commonest currency.

    Args:
        facts: a published version; the table spend is made at first ask.
        level: source or campaign.
        source_of: campaign → source, for bookings that name only the campaign.
        since: first day; all there is when left out.
        until: UTC microseconds, later bookings are left out.
    """
    told = facts.arrow(facts.table("spend"))
    currency, at = _commonest(told["currency"]), _instants(told, "booked_at")
    start = -NEVER if since is None else int(np.datetime64(since, "us").astype(np.int64))
    words = {name: _words(told, name) for name in ("source", "campaign", "currency")}
    amounts = np.nan_to_num(told["amount"].to_numpy().astype(float))
    found: dict[str, float] = {}
    for one in np.flatnonzero((at >= start) & (at <= until) & (words["currency"] == currency)):
        source, campaign = str(words["source"][one]), str(words["campaign"][one])
        name = campaign if level == "campaign" else source or source_of.get(campaign, "")
        if name:
            found[name] = found.get(name, 0.0) + float(amounts[one])
    return found


def _commonest(words: pa.ChunkedArray) -> str:
    counted = pc.value_counts(words.drop_null()).to_pylist()
    return str(max(counted, key=lambda one: (one["counts"], one["values"]))["values"]) if counted else ""


def _words(table: pa.Table, name: str) -> npt.NDArray[np.str_]:
    return np.asarray(pc.fill_null(table[name], "").to_pylist(), dtype=np.str_)


def _instants(table: pa.Table, name: str) -> I8:
    whole = pc.cast(table[name].cast(pa.timestamp("us")), pa.int64())
    return np.asarray(pc.fill_null(whole, NEVER).to_numpy(), dtype=np.int64)
