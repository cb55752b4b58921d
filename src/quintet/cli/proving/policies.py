"""Who decides what: the formulas, gut, the formulas of the first quarter, or who knows the planted truth."""

from dataclasses import dataclass

from quintet.kernel.errors import BadInput

FORMULAS = ("hiring", "training", "management", "demand")
#: The month before which frozen formulas were fitted last, counted from 0.
FROZEN_AFTER = 3


@dataclass(frozen=True)
class Policy:
    """One way to decide for three years.

    Args:
        name: as it is typed.
        follows: the formulas that decide; the rest is decided by gut.
        frozen: the formulas are fitted no more after the first quarter.
        knows: what is decided by the planted truth instead, named by the formula in whose place it stands.
    """

    name: str
    follows: frozenset[str]
    frozen: bool = False
    knows: frozenset[str] = frozenset()

    def renews(self, month: int) -> bool:
        """Are formulas fitted anew at the start of this month?"""
        return not self.frozen or month <= FROZEN_AFTER


POLICIES = {
    one.name: one
    for one in (
        Policy("gut", frozenset()),
        Policy("loop", frozenset(FORMULAS)),
        *(Policy(f"without-{name}", frozenset(FORMULAS) - {name}) for name in FORMULAS),
        Policy("frozen", frozenset(FORMULAS), frozen=True),
        Policy("truth", frozenset(), knows=frozenset(FORMULAS)),
        *(Policy(f"truth-{name}", frozenset(), knows=frozenset({name})) for name in FORMULAS),
    )
}


def policy_named(name: str) -> Policy:
    """The policy of that name.

    Raises:
        BadInput: when there is none.
    """
    if name not in POLICIES:
        raise BadInput(f"a policy is one of {', '.join(POLICIES)}, got {name!r}")
    return POLICIES[name]
