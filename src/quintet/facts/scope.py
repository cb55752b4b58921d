"""What of the facts one person may see: deny by default."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """The rows and the detail a person may see.

    Args:
        rep_ids: reps whose own rows are visible; None means everybody's.
        own_rep_id: the rep this person is, if any.
        role: executive, manager, rep, bdr, marketer, recruiter, interviewer, enablement,
            operations or auditor.
    """

    rep_ids: frozenset[int] | None = frozenset()
    own_rep_id: int | None = None
    role: str = "rep"

    @classmethod
    def everything(cls) -> "Scope":
        """No restriction: the command line of whoever holds the folder."""
        return cls(rep_ids=None, role="operations")

    @property
    def sees_sums_alone(self) -> bool:
        """Are no rows of single reps visible, so that the company's figures are the only ones?"""
        return self.rep_ids is not None and not self.rep_ids

    def sees(self, rep_id: int) -> bool:
        """May this person see the rows of that rep?"""
        return self.rep_ids is None or rep_id in self.rep_ids
