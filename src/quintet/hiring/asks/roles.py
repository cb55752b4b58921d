"""Roles asked: the rounds of each, what is scored in them, and what the process lacks."""

from dataclasses import dataclass

from quintet.hiring.asks.criteria import in_use
from quintet.hiring.models.criteria import Criterion
from quintet.hiring.models.process import Round, SalesRole
from quintet.hiring.terms.process import Gap, RoundText, gaps


@dataclass(frozen=True)
class RoundShown:
    """A round and the names of what is scored in it; dropped criteria are left out."""

    record: Round
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class RoleShown:
    """A role, its rounds in order, what is missing, and how many apply for it."""

    record: SalesRole
    rounds: tuple[RoundShown, ...]
    gaps: tuple[Gap, ...]
    candidates: int


def roles() -> tuple[RoleShown, ...]:
    """Every role by name, open ones first."""
    known = in_use()
    found = [_shown(one, known) for one in SalesRole.objects.prefetch_related("rounds", "candidates")]
    return tuple(sorted(found, key=lambda one: (not one.record.is_open, one.record.name)))


def role(key: str) -> RoleShown | None:
    """One role; None where there is none."""
    found = SalesRole.objects.filter(key=key).first()
    return _shown(found, in_use()) if found else None


def scored_in(one: Round, known: dict[str, Criterion] | None = None) -> tuple[Criterion, ...]:
    """The criteria scored in a round today, in its order: dropped ones are left out."""
    known = in_use() if known is None else known
    return tuple(known[key] for key in one.criteria if key in known)


def _shown(record: SalesRole, known: dict[str, Criterion]) -> RoleShown:
    rounds = tuple(
        RoundShown(one, scored_in(one, known)) for one in record.rounds.all() if not one.is_retired
    )
    texts = [
        RoundText(one.record.name, one.record.kind, tuple(one.record.criteria), one.record.by_phone)
        for one in rounds
    ]
    gains = frozenset(key for key, one in known.items() if one.measure == "gain")
    names = {key: one.name for key, one in known.items()}
    missing = gaps(texts, by_phone=record.by_phone, known=names, gains=gains)
    return RoleShown(record, rounds, missing, record.candidates.count())
