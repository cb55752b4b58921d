"""What the mail page shows."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Avg, Count, Q, QuerySet
from django.utils import timezone

from quintet.site.mail.models import Edition, Letter, LetterState, Subscription
from quintet.site.models import CronRun

_EDITIONS = 60
_FAILED_DAYS = 14


@dataclass(frozen=True)
class EditionLine:
    """One edition with its letters counted.

    Args:
        edition: the edition.
        counts: state in words → letters, those with any.
        mean_kb: size of the letters that were written; None before the first.
    """

    edition: Edition
    counts: dict[str, int]
    mean_kb: float | None


def editions() -> list[EditionLine]:
    """The newest editions."""
    counted = {state.value: Count("letters", filter=Q(letters__state=state)) for state in LetterState}
    known = Edition.objects.defer("html", "text", "pictures")
    found = known.annotate(**counted, mean_bytes=Avg("letters__size_bytes"))[:_EDITIONS]
    return [
        EditionLine(
            edition=one,
            counts={
                str(state.label): count for state in LetterState if (count := getattr(one, str(state.value)))
            },
            mean_kb=one.mean_bytes and one.mean_bytes / 1000,
        )
        for one in found
    ]


def letters_in_doubt() -> QuerySet[Letter]:
    """Letters of which nobody knows whether the server took them."""
    return Letter.objects.filter(state=LetterState.IN_DOUBT).select_related("user", "edition")


def letters_failed() -> QuerySet[Letter]:
    """Letters refused for good, or too late, in the last two weeks."""
    since = timezone.now().date() - timedelta(days=_FAILED_DAYS)
    states = (LetterState.FAILED, LetterState.EXPIRED)
    return (
        Letter.objects.filter(state__in=states, day__gte=since).select_related("user").order_by("-pk")[:100]
    )


def refused_addresses() -> list[Subscription]:
    """Addresses that get nothing any more, until they are changed or turned on again."""
    found = Subscription.objects.exclude(refused_address="").select_related("user")
    return [one for one in found if one.refused_address == one.user.email]


def switched_off() -> int:
    """How many people said no."""
    return Subscription.objects.filter(is_on=False, user__is_active=True).count()


def standing() -> str:
    """What the two jobs said last: why nothing went out, where nothing did."""
    runs = CronRun.objects.in_bulk(["letters", "mail"])
    told = [(run.error or run.outcome) for name in ("letters", "mail") if (run := runs.get(name))]
    return ". ".join(f"{one[0].upper()}{one[1:]}" for one in told if one)
