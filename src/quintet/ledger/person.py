"""A person to be erased, as conditions on rows: which are theirs, which merely mention them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from quintet.ledger.delta import quoted

#: Columns in which an address may occur besides the reference.
TEXTS = ("channel", "outcome", "content", "detail")
ALIAS_TEXTS = ("ref", "label")
#: A row that tells of the rep whom a candidate became is the rep's: it stays, and forgets the candidate.
_OF_THE_REP = "rep.joined"


@dataclass(frozen=True)
class Person:
    """Who is to be erased.

    Args:
        entity: lead, account, opportunity, rep or candidate.
        ids: the surrogate ids, merged ones included.
        addresses: e-mail addresses, in lower case.
        refs: (system, namespace, reference) by which sources know them; references in lower case.
    """

    entity: str
    ids: frozenset[int]
    addresses: frozenset[str]
    refs: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def rows(self) -> str:
        """The condition on interactions that are theirs."""
        listed = ", ".join(str(one) for one in sorted(self.ids))
        merged = " OR ".join(
            f"(detail::JSON->>'{end}') IN ({_texts(self.ids)})" for end in ("loser", "winner")
        )
        return (
            f"(({self.entity}_id IN ({listed}) AND NOT {self.links}) OR {self.mentions(('source_ref',))} OR "
            f"(CASE WHEN starts_with(kind, 'identity.') THEN (detail::JSON->>'entity') = '{self.entity}'"
            f" AND ({merged}) ELSE false END))"
        )

    @property
    def links(self) -> str:
        """The condition on rows that are another's and name them by id."""
        if self.entity != "candidate":
            return "false"
        listed = ", ".join(str(one) for one in sorted(self.ids))
        return f"(kind = '{_OF_THE_REP}' AND coalesce(candidate_id IN ({listed}), false))"

    @property
    def names(self) -> str:
        """The condition on aliases that are theirs."""
        listed = ", ".join(str(one) for one in sorted(self.ids))
        return f"((entity = '{self.entity}' AND entity_id IN ({listed})) OR {self.mentions(ALIAS_TEXTS)})"

    def mentions(self, columns: tuple[str, ...]) -> str:
        """The condition on rows that carry one of their addresses."""
        found = [
            f"coalesce(contains(lower(\"{column}\"), '{quoted(address)}'), false)"
            for column in columns
            for address in sorted(self.addresses)
        ]
        return f"({' OR '.join(found) or 'false'})"

    def redacted(self, column: str) -> str:
        """A column without their addresses, or without their id where a row of another's names it."""
        if column not in TEXTS:
            return f'CASE WHEN {self.links} THEN NULL ELSE "{column}" END AS "{column}"'
        expression = f'"{column}"'
        for address in sorted(self.addresses, key=len, reverse=True):
            pattern = quoted(re.escape(address))
            expression = f"regexp_replace({expression}, '{pattern}', '[erased]', 'gi')"
        return f'{expression} AS "{column}"'

    def is_in(self, row: Mapping[str, object]) -> bool:
        """Does a waiting row belong to them, or carry one of their addresses?"""
        return row.get(f"{self.entity}_id") in self.ids or self.is_in_text(
            json.dumps(row, ensure_ascii=False)
        )

    def is_in_text(self, text: str) -> bool:
        """Does a text carry one of their ids or addresses?"""
        lower = text.lower()
        return self.is_mentioned_in(lower) or any(
            re.search(rf"(?<!\d){one}(?!\d)", lower) for one in self.ids if abs(one) >= _LONG
        )

    def is_mentioned_in(self, text: str) -> bool:
        """Does a text carry one of their addresses?"""
        lower = text.lower()
        return any(address in lower for address in self.addresses)


def _texts(ids: frozenset[int]) -> str:
    return ", ".join(f"'{one}'" for one in sorted(ids))


_LONG = 10**9  # shorter numbers are counts and sizes, not surrogate ids
