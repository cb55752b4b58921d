"""What the API answers of training: the same as the pages show, as plain records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from quintet.training.asks.playbook import PageShown
from quintet.training.models.certificates import Certificate
from quintet.training.models.curriculum import Completion


@dataclass(frozen=True)
class PageAnswer:
    """A playbook page in the version in use."""

    key: str
    section: str
    title: str
    body: str
    moves: str
    buyers_stage: str
    context: str
    version: int
    written_at: datetime
    why: str
    step_has_moved: bool | None
    step_said: str


@dataclass(frozen=True)
class CompletionAnswer:
    """Somebody finished a module; `counts` is false where a certificate asks for it again."""

    person: str
    rep_id: int | None
    module: str
    finished_by: str
    completed_at: datetime
    signed_by: str
    counts: bool


@dataclass(frozen=True)
class CertificateAnswer:
    """A certificate and what it takes, by key."""

    key: str
    name: str
    lead_type: str
    months: int | None
    modules: tuple[str, ...]
    exams: tuple[str, ...]
    pages: tuple[str, ...]


@dataclass(frozen=True)
class CertifiedAnswer:
    """Somebody who may be given leads of a type, today; `until` is the last day."""

    lead_type: str
    person: str
    rep_id: int | None
    certificate: str
    until: date | None


def page(one: PageShown) -> PageAnswer:
    """A page."""
    version, record = one.version, one.page
    where = (record.moves, record.buyers_stage, record.context)
    drift = (None, "") if one.drift is None else (one.drift.has_moved, one.drift.sentence)
    told = (version.number, version.written_at, version.why)
    return PageAnswer(record.key, record.section, version.title, version.body, *where, *told, *drift)


def completion(one: Completion) -> CompletionAnswer:
    """A completion."""
    signed_by = str(one.signed_by) if one.signed_by else ""
    return CompletionAnswer(
        str(one.user),
        one.user.rep_id,
        one.module.key,
        one.finished_by,
        one.completed_at,
        signed_by,
        one.lapsed_at is None,
    )


def certificate(one: Certificate) -> CertificateAnswer:
    """A certificate."""
    keys = (_keys(many.all()) for many in (one.modules, one.exams, one.pages))
    return CertificateAnswer(one.key, one.name, one.lead_type, one.months, *keys)


def _keys(rows: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(getattr(one, "key", "")) for one in rows)
