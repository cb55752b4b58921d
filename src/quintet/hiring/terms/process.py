"""The process of a role as it is written down, and what is missing in it."""

from dataclasses import dataclass

from quintet.hiring.terms.words import ROUND_KINDS
from quintet.kernel.errors import BadInput


@dataclass(frozen=True)
class RoundText:
    """One round.

    Args:
        name: as interviewers call it; kept beside every score.
        kind: interview, role_play, exercise or reference.
        criteria: keys of the criteria scored in it.
        by_phone: held on the phone.
        homework: what is asked for before it; empty for nothing. It is scored, too.
    """

    name: str
    kind: str
    criteria: tuple[str, ...]
    by_phone: bool = False
    homework: str = ""


@dataclass(frozen=True)
class Gap:
    """Something a process lacks, with the next step."""

    sentence: str


def checked_round(text: RoundText, known: frozenset[str]) -> RoundText:
    """The round, if it can be scored.

    Args:
        text: the round.
        known: keys of the criteria in use.

    Raises:
        BadInput: naming what is wrong.
    """
    if not text.name.strip():
        raise BadInput("a round needs a name: interviewers see it on their form")
    if text.kind not in ROUND_KINDS:
        raise BadInput(f"a round is one of {', '.join(ROUND_KINDS)}, got {text.kind!r}")
    if not text.criteria:
        raise BadInput(f"{text.name!r} scores nothing: choose at least one criterion")
    stray = [key for key in text.criteria if key not in known]
    if stray:
        raise BadInput(f"{stray[0]!r} is not among the criteria in use: write it first")
    return text


def gaps(
    rounds: list[RoundText], *, by_phone: bool, known: dict[str, str], gains: frozenset[str]
) -> tuple[Gap, ...]:
    """What a process lacks before it can tell who is good.

    Args:
        rounds: those that are not retired.
        by_phone: the role sells by phone.
        known: criteria in use, key to name.
        gains: of these, the ones worked out of a coached role play.
    """
    if not rounds:
        return (Gap("It has no round: add the first one below."),)
    found = []
    played = [one for one in rounds if one.kind == "role_play"]
    if by_phone and not any(one.by_phone for one in played):
        found.append(
            "It sells by phone and has no role play by phone: until one is scored nobody can be hired for it."
        )
    if not any(gains & set(one.criteria) for one in played) and gains:
        found.append(
            "No role play is coached: put a criterion of points gained into one to measure coachability."
        )
    idle = [name for key, name in known.items() if not any(key in one.criteria for one in rounds)]
    if idle:
        shown = ", ".join(idle[:5]) + (f" and {len(idle) - 5} more" if len(idle) > 5 else "")  # noqa: PLR2004
        found.append(f"Scored in no round: {shown}.")
    return tuple(Gap(sentence) for sentence in found)
