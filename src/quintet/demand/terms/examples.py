"""Leads at the moment each would be handed over, and what became of them: what a score is fitted on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
B1 = npt.NDArray[np.bool_]
M8 = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Words:
    """A field of words, one entry a lead.

    Args:
        codes: [n] position in `levels`; -1 where it was not known.
        levels: the different words, sorted.
    """

    codes: I8
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """A field of numbers, one entry a lead.

    Args:
        values: [n]; NaN where it was not known.
    """

    values: F8


@dataclass(frozen=True)
class Doings:
    """What leads had done before they were handed over, as far as we knew then.

    Args:
        lead: [m] position of the lead in the examples.
        name: [m] position in `names`.
        age_days: [m] days from the deed to the hand-over, 0 or more.
        names: what was done, as "<verb>: <content>", e.g. "form: demo", "visit: /pricing".
    """

    lead: I8
    name: I8
    age_days: F8
    names: tuple[str, ...]


@dataclass(frozen=True)
class Routed:
    """How leads were drawn into the score or out of it, one entry a lead.

    Args:
        share: [n] chance the lead had of being held out of the score; NaN where it was not drawn.
        is_held: [n] held out of it.
        p: [n] what the score said at the draw; NaN where it was not drawn.
    """

    share: F8
    is_held: B1
    p: F8

    @property
    def is_drawn(self) -> B1:
        """[n] was drawn at all."""
        return ~np.isnan(self.share)


@dataclass(frozen=True)
class Examples:
    """One entry per lead, oldest hand-over first.

    Args:
        lead_ids: [n] surrogate ids.
        handed_at: [n] datetime64[us], UTC: when the lead was given to sales, else when it became known;
            NaT for all where the source has no dates.
        fields: name → what was known at the hand-over.
        doings: what the leads had done by then.
        won_days: [n] days from the hand-over to the sale; NaN where there was none by `until`; 0 where a
            sale has no date.
        is_closed: [n] won or lost by `until`: nothing more will come.
        is_worked: [n] at least one attempt was made, or a later stage reached; a lead never worked is not
            a lost one. True for all where the source records no work at all.
        observed_days: [n] days from the hand-over to `until`; NaN without dates.
        until: the newest instant the examples know of; NaT without dates.
        routed: how leads were drawn into the score or out of it; None where none was.
    """

    lead_ids: I8
    handed_at: M8
    fields: Mapping[str, Words | Numbers]
    doings: Doings
    won_days: F8
    is_closed: B1
    is_worked: B1
    observed_days: F8
    until: np.datetime64
    routed: Routed | None = None

    @property
    def is_won(self) -> B1:
        """[n] became a customer by `until`."""
        return ~np.isnan(self.won_days)

    def __len__(self) -> int:
        """How many leads."""
        return len(self.lead_ids)
