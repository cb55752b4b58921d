"""Erasing a candidate: every record of every room that names them, the ledger, what waits to be loaded.

Records come first: were it stopped halfway, the ledger would still know who it was. A rep whom the candidate
became stays a rep; who he was as a candidate is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import models
from django.dispatch import Signal

from quintet.hiring.models.candidates import Candidate
from quintet.kernel.home import Home
from quintet.ledger.erasers import Whom
from quintet.ledger.erasure import find_person
from quintet.sources.files.erasing import Erased, erase_person, require_idle

#: Sent with `home` and `whom`; whoever keeps the records of all rooms removes the person from them, and
#: answers with what was done, as pairs of a kind and how many.
candidate_erasing = Signal()


@dataclass(frozen=True)
class CandidateErased:
    """What was erased of a candidate.

    Args:
        elsewhere: what the ledger and the import did.
        records: (kind, how many) of the records that are gone, or from which the person was cut.
        mentions: places in which the name or the address still stands in what others wrote, with how many
            rows; to be read by a person, as a name may be somebody else's.
    """

    elsewhere: Erased
    records: tuple[tuple[str, int], ...]
    mentions: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        """How many records."""
        return sum(count for _, count in self.records)


def erase_candidate(candidate_id: int, *, by: str, home: Home | None = None) -> CandidateErased:
    """Remove a candidate from everything that is kept, and say what was done.

    Args:
        candidate_id: in the ledger and the facts.
        by: who decided; recorded.
        home: whose; the site's by default.

    Raises:
        BadInput: while an upload that holds the candidate is being worked on, or where the address signs in.
    """
    home = home or settings.HOME
    record = Candidate.objects.filter(candidate_id=candidate_id).first()
    names = (record.name, record.email) if record else ()
    person = find_person(home, "candidate", candidate_id)
    require_idle(home, person)
    told = Whom.of(person, frozenset(names[:1]))
    whom = Whom("candidate", told.ids, told.addresses | {one.lower() for one in names[1:] if one}, told.names)
    answers = candidate_erasing.send(Candidate, home=home, whom=whom)
    records: list[tuple[str, int]] = [pair for _, answer in answers for pair in answer or ()]  # type: ignore[misc]
    elsewhere = erase_person(home, "candidate", candidate_id, by=by, addresses=whom.addresses)
    return CandidateErased(elsewhere, tuple(records), tuple(_mentions(names)))


def _mentions(names: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Texts of the room in which a name or an address still stands."""
    wanted = [one for one in names if one.strip()]
    for model in apps.get_app_config("hiring").get_models():
        texts = [one for one in model._meta.fields if isinstance(one, models.CharField | models.TextField)]  # noqa: SLF001
        for field in texts:
            holds = models.Q()
            for name in wanted:
                holds |= models.Q(**{f"{field.name}__icontains": name})
            count = model._base_manager.filter(holds).count() if wanted else 0  # noqa: SLF001
            if count:
                yield f"{model._meta.verbose_name}, {field.verbose_name}", count  # noqa: SLF001
