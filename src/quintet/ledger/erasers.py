"""What becomes of the database's records when a person is erased: the words in which each room says it.

A room states it in `<room>/erasers.py`, model by model, as `ERASERS`; the site carries it out. A test fails
for a model of which nobody has said anything, and for a field that names a person and is not covered.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf
from quintet.ledger.person import Person

ERASED = "[erased]"
#: Shorter numbers are counts and sizes, not surrogate ids.
_LONG = 10**9


@dataclass(frozen=True)
class Whom:
    """Who is to be erased from the records.

    Args:
        entity: lead, account, opportunity, rep or candidate.
        ids: the surrogate ids, merged ones included.
        addresses: e-mail addresses, in lower case.
        names: full names, of two words or more: a first name alone is part of too many words.
    """

    entity: str
    ids: frozenset[int]
    addresses: frozenset[str]
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, person: Person, names: frozenset[str]) -> "Whom":
        """A person of the ledger, and how people call him."""
        whole = frozenset(name.strip() for name in names if len(name.split()) > 1)
        return cls(person.entity, person.ids, person.addresses, whole)

    def cut(self, value: Any) -> Any:  # noqa: ANN401 -- whatever a field holds: a text, or what JSON gives
        """A value without the person: addresses, full names and ids become [erased]; an id by itself None."""
        if isinstance(value, str):
            return self._cut_text(value)
        if isinstance(value, Mapping):
            return {self.cut(name): self.cut(one) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.cut(one) for one in value]
        return None if self._is_id(value) else value

    def is_traced_in(self, value: Any) -> bool:  # noqa: ANN401 -- as `cut`
        """Does a value carry an address or an id? Names are left out: a colleague may have the same."""
        return bool(self._nameless.cut(value) != value)

    @cached_property
    def _nameless(self) -> "Whom":
        return Whom(self.entity, self.ids, self.addresses)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        """Longest first, so that nothing is left of a longer one; ids between no other digits."""
        words = sorted(self.addresses | self.names, key=len, reverse=True)
        told = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in words]
        told += [rf"(?<!\d){one}(?!\d)" for one in sorted(self.ids) if abs(one) >= _LONG]
        return re.compile("|".join(told), re.IGNORECASE) if told else None

    @cached_property
    def _needles(self) -> tuple[str, ...]:
        """Looked for first: a search for a plain text is far quicker than for a pattern."""
        ids = (str(one) for one in self.ids if abs(one) >= _LONG)
        return (*(word.lower() for word in (*self.addresses, *self.names)), *ids)

    def _is_id(self, value: object) -> bool:
        return isinstance(value, int) and abs(value) >= _LONG and value in self.ids

    def _cut_text(self, text: str) -> str:
        lower = text.lower()
        if self._pattern is None or not any(needle in lower for needle in self._needles):
            return text
        return self._pattern.sub(ERASED, text)


@dataclass(frozen=True)
class Records:
    """What becomes of the records of one model.

    Args:
        model: its label, e.g. "management.CoachingPlan".
        says: what goes, what stays, and why, in one sentence.
        own: entity → field of whose record it is: that person's records are deleted.
        address: field of an e-mail address: a record of one of the person's is deleted.
        among: entity → list of ids, e.g. "terms.rep_ids": the id is taken out, and the record is deleted
            when it was the only one.
        texts: fields from which addresses, full names and ids are cut; the record stays.
    """

    model: str
    says: str
    own: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    among: Mapping[str, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    @property
    def covers(self) -> frozenset[str]:
        """The fields of the model it speaks of."""
        fields = (*self.own.values(), *self.among.values(), *self.texts, self.address)
        return frozenset(name.partition("__")[0].partition(".")[0] for name in fields)


@dataclass(frozen=True)
class Untouched:
    """A model whose records say nothing of a person, or that is erased elsewhere.

    Args:
        model: its label.
        says: why nothing is to be done here.
    """

    model: str
    says: str


@dataclass(frozen=True)
class Files:
    """Files of a home beside the database that name a person.

    Args:
        name: what they are, in the plural.
        says: as in Records.
        held: how many hold the person.
        forget: throw them away.
    """

    name: str
    says: str
    held: Callable[[Home, Whom], int]
    forget: Callable[[Home, Whom], None]


def kept_answers(name: str, says: str, shelves: Callable[[Home], Iterable[Shelf]]) -> Files:
    """Worked-out answers on shelves: a shelf of which a version names the person is thrown away.

    Args:
        name: what they are, in the plural.
        says: as in Records.
        shelves: those of a home.
    """

    def naming(shelf: Shelf, whom: Whom) -> int:
        texts = (path.read_text(encoding="utf-8") for path in shelf.versions())
        return sum(whom.cut(text) != text for text in texts)

    def held(home: Home, whom: Whom) -> int:
        return sum(naming(shelf, whom) for shelf in shelves(home))

    def forget(home: Home, whom: Whom) -> None:
        for shelf in shelves(home):
            if naming(shelf, whom):
                shelf.clear()

    return Files(name, says, held, forget)


Eraser = Records | Untouched | Files
