"""Who on a call is of the company: told by e-mail, else by full name; whoever fits nobody is a buyer."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from quintet.training.terms.calls import Person

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\|.*$")


def plain_name(name: str) -> str:
    """A name without case, accents, asides and order: `Falk, Inès (Quayside)` is ines falk."""
    bare = _ASIDE.sub(" ", name)
    last, comma, first = bare.partition(",")
    told = f"{first} {last}" if comma else bare
    letters = unicodedata.normalize("NFKD", told.casefold())
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^\w' -]", " ", kept).split())


def ours(speakers: Iterable[tuple[str, str]], people: Iterable[Person]) -> Mapping[str, int]:
    """Speaker → rep_id, of those who are surely of the company.

    Args:
        speakers: (name, e-mail) of each; the e-mail may be empty.
        people: of the company. A name that two of them share tells nobody.

    Returns:
        Only speakers who are known.
    """
    by_mail = {one.email.strip().lower(): one.rep_id for one in people if one.email}
    by_name: dict[str, set[int]] = defaultdict(set)
    for one in people:
        by_name[plain_name(one.name)].add(one.rep_id)
    found: dict[str, int] = {}
    for name, email in speakers:
        named = by_name.get(plain_name(name), set())
        rep_id = by_mail.get(email.strip().lower()) or (next(iter(named)) if len(named) == 1 else None)
        if rep_id is not None:
            found[name] = rep_id
    return found


def the_rep(known: Mapping[str, int], spoken_ms: Mapping[str, int], wanted: int | None) -> str:
    """Which speaker is the rep: the one asked for, else the one of the company who talks most; else nobody.

    Args:
        known: of `ours`.
        spoken_ms: speaker → how long.
        wanted: rep_id of whose call it is, when somebody says.

    Returns:
        The speaker; empty when nobody of the company, or not the one asked for, is known to speak.
    """
    there = [name for name, rep_id in known.items() if wanted in {None, rep_id}]
    return max(there, key=lambda name: spoken_ms.get(name, 0), default="")
