"""A formula of which nothing can be read yet."""

from dataclasses import dataclass
from datetime import date

from quintet.calendar.periods import Period
from quintet.kernel.errors import NotEnoughData
from quintet.loop.worth.gained import Gained
from quintet.loop.worth.terms import About


@dataclass(frozen=True)
class SilentPart:
    """It, and what is missing."""

    about: About
    missing: NotEnoughData
    since: date | None = None

    def over(self, span: Period) -> Gained:  # noqa: ARG002 -- as every part is asked
        """Nothing, in whatever days.

        Raises:
            NotEnoughData: always.
        """
        raise self.missing
