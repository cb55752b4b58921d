"""Days off: the public holidays of a country, and the company's own days."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from quintet.kernel.errors import BadInput


@dataclass(frozen=True)
class DaysOff:
    """The days on which a team does not work although the weekday is a working day.

    Args:
        country: ISO 3166 code, e.g. "DE"; None for no public holidays.
        subdivision: state or province where holidays differ, e.g. "BY".
        own: the company's own days off.
        worked: public holidays on which this team works all the same.
    """

    country: str | None = None
    subdivision: str | None = None
    own: frozenset[date] = field(default=frozenset())
    worked: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        """Refuse a country or subdivision without a list of holidays."""
        self.name(date(2026, 1, 1))

    def __contains__(self, day: date) -> bool:
        """Is the day off?"""
        return self.name(day) is not None

    def name(self, day: date) -> str | None:
        """What the day off is called; None for a day that is not off."""
        if day in self.own:
            return "company day off"
        if self.country is None or day in self.worked:
            return None
        return _public(self.country, self.subdivision, day.year).get(day)


@lru_cache(maxsize=512)
def _public(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    from holidays import country_holidays

    try:
        return dict(country_holidays(country, subdiv=subdivision, years=year, language="en_US"))
    except NotImplementedError as error:
        place = country if subdivision is None else f"{country}-{subdivision}"
        msg = f"no list of public holidays for {place!r}: use an ISO 3166 code such as DE, or name own days"
        raise BadInput(msg) from error
