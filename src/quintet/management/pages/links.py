"""Addresses of the records and of the reps behind a page's numbers."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from django.urls import get_script_prefix, reverse

from quintet.management.asks.funnel import Filters
from quintet.management.terms.funnel import Step


@dataclass(frozen=True)
class Links:
    """Addresses under one set of filters; a funnel names hundreds, so what they share is made once.

    Args:
        query: the filters as a query string.
        prefix: what every address of this site starts with.
    """

    query: str
    prefix: str

    @classmethod
    def under(cls, filters: Filters) -> "Links":
        """Of a page that these filters are in force on."""
        return cls(urlencode(filters.query), get_script_prefix())

    def records(self, **selection: object) -> str:
        """The records behind a number."""
        picked = [_pair(name, value) for name, value in selection.items() if value not in (None, "")]
        return f"{_address('records', self.prefix)}?{self._joined(picked)}"

    def rep(self, rep_id: int, step: Step | None = None) -> str:
        """One rep's page, with a step opened."""
        opened = [_pair("step", step.key)] if step else []
        return f"{_address('rep', self.prefix, rep_id)}?{self._joined(opened)}"

    def _joined(self, pairs: list[str]) -> str:
        return "&".join([self.query, *pairs] if self.query else pairs)


def records_url(filters: Filters, **selection: object) -> str:
    """The address of the records behind a number."""
    return Links.under(filters).records(**selection)


def rep_url(filters: Filters, rep_id: int, step: Step | None = None) -> str:
    """The address of one rep's page, with a step opened."""
    return Links.under(filters).rep(rep_id, step)


@lru_cache(maxsize=4096)
def _pair(name: str, value: object) -> str:
    return f"{name}={quote_plus(str(value))}"


@lru_cache(maxsize=4096)
def _address(page: str, prefix: str, *args: int) -> str:  # noqa: ARG001 -- addresses start with the prefix
    """The address of a page of ours; looking one up takes as long as a chart."""
    return reverse(f"management:{page}", args=args)
