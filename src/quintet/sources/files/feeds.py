"""What a load would let people see, and which column is missing where it would not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quintet.sources.files.mapping.targets import FUNNEL

GOOD, PARTLY, MISSING = "good", "warn", "bad"
#: Rows a funnel is made from.
_BUYERS = ("leads", "opportunities", "won_deals")
_HALF = 0.5
_TOUCHES = {"call.attempted", "meeting.held", "email.sent", "message.sent"}


@dataclass(frozen=True)
class Feed:
    """One thing pages need of a load.

    Args:
        label: what it is.
        state: good, warn (with a gap) or bad (missing).
        told: what was found, or what to choose.
    """

    label: str
    state: str
    told: str


def feeds_of(files: Sequence[Mapping[str, Any]], kinds: Mapping[str, int]) -> list[Feed]:
    """What a funnel needs, and whether this load brings it; nothing for files that hold no lead and no deal.

    Args:
        files: of the dry run.
        kinds: interactions by kind.
    """
    buyers = [one for one in files if one["rows"] in _BUYERS and one["mapped"]]
    if not buyers:
        return []
    return [_who(buyers), _when(buyers), _ended(kinds), _steps(files, kinds)]


def _who(buyers: Sequence[Mapping[str, Any]]) -> Feed:
    reps = max(one["reps"] for one in buyers)
    if reps:
        return Feed("Who sold it", GOOD, f"{reps:,} reps")
    return Feed("Who sold it", MISSING, "choose the column with the rep, by id, name or e-mail")


def _when(buyers: Sequence[Mapping[str, Any]]) -> Feed:
    undated, told = sum(one["undated"] for one in buyers), sum(sum(one["kinds"].values()) for one in buyers)
    if undated > told * _HALF:
        return Feed("When", MISSING, "most have no date: choose created at, and closed at where there is one")
    days = [one for one in buyers if one["first"]]
    first, last = min(str(one["first"]) for one in days)[:10], max(str(one["last"]) for one in days)[:10]
    return Feed("When", GOOD, f"{first} to {last}")


def _ended(kinds: Mapping[str, int]) -> Feed:
    won, lost = kinds.get("opportunity.won", 0), kinds.get("opportunity.lost", 0)
    if won and lost:
        return Feed("How it ended", GOOD, f"{won:,} won, {lost:,} lost")
    if won:
        told = f"{won:,} won and none lost, so there is no win rate: say which values mean lost"
        return Feed("How it ended", PARTLY, told)
    told = "nothing is won: choose the stage, and say which of its values mean won and lost"
    return Feed("How it ended", MISSING, told)


def _steps(files: Sequence[Mapping[str, Any]], kinds: Mapping[str, int]) -> Feed:
    stages = {stage for one in files for stage in one["stages"]}
    known = [stage for stage in FUNNEL if stage in stages]
    touches = sum(count for kind, count in kinds.items() if kind in _TOUCHES)
    own = sorted(stages - set(FUNNEL))
    if not known and not touches:
        told = "no call, meeting or stage on the way, so the funnel goes straight from lead to customer"
        return Feed("Steps on the way", PARTLY, f"{told}: add calls and meetings, or the history of stages")
    told = ", ".join([*known, *([f"{touches:,} calls, e-mails and meetings"] if touches else [])])
    if own:
        shown = ", ".join(own[:3]) + (" …" if len(own) > 3 else "")  # noqa: PLR2004
        named = f"{len(own)} stage{'s are' if len(own) > 1 else ' is'} no step yet ({shown})"
        return Feed("Steps on the way", PARTLY, f"{told}; {named}: choose one under stage")
    return Feed("Steps on the way", GOOD, told)
