"""Erasing a candidate: from the ledger, from what waits to be loaded, and from every record of the room.

The ledger goes first: were it stopped halfway, the record would still say whom it was about. A rep whom the
candidate became stays a rep; who he was as a candidate is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.dispatch import Signal

from quintet.hiring.models.candidates import Candidate
from quintet.kernel.home import Home
from quintet.sources.files.erasing import Erased, erase_person

#: Sent with `candidate_id` when a candidate is erased: whoever keeps something about one removes it, too.
candidate_erased = Signal()


@dataclass(frozen=True)
class CandidateErased:
    """What was erased of a candidate.

    Args:
        elsewhere: what the ledger and the import did.
        records: rows of the hiring room that are gone.
        mentions: places in which the name or the address still stands in what others wrote, with how many
            rows; to be read by a person, as a name may be somebody else's.
    """

    elsewhere: Erased
    records: int
    mentions: tuple[tuple[str, int], ...]


def erase_candidate(candidate_id: int, *, by: str, home: Home | None = None) -> CandidateErased:
    """Remove a candidate from everything that is kept, and say what was done.

    Args:
        candidate_id: in the ledger and the facts.
        by: who decided; recorded.
        home: whose; the site's by default.

    Raises:
        BadInput: as sources.files.erasing.erase_person.
    """
    elsewhere = erase_person(home or settings.HOME, "candidate", candidate_id, by=by)
    record = Candidate.objects.filter(candidate_id=candidate_id).first()
    names = (record.name, record.email) if record else ()
    with transaction.atomic():
        candidate_erased.send(Candidate, candidate_id=candidate_id)
        records = _remove(record) if record else 0
    return CandidateErased(elsewhere, records, tuple(_mentions(names)))


def _remove(record: Candidate) -> int:
    """Every row that hangs on the candidate, in whatever file it is written down, then the candidate."""
    gone = 0
    for relation in Candidate._meta.related_objects:  # noqa: SLF001 -- Django's documented way to ask
        rows = relation.related_model._base_manager.filter(**{relation.field.name: record})  # noqa: SLF001
        gone += rows.delete()[0]
    return gone + record.delete()[0]


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
