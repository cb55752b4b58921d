"""What people do with calls: import transcripts, say who is the rep and whom it is about, comment."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from quintet.calendar.periods import after_months
from quintet.facts.published import Facts
from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.home import Home
from quintet.ledger.telling import row, tell
from quintet.sources.transcripts.reading import Refused, read_transcripts
from quintet.sources.transcripts.terms import Transcript
from quintet.training.actions.call_words import index_again
from quintet.training.actions.topics import listen
from quintet.training.asks.call_people import Buyer, buyer_of, people
from quintet.training.asks.calls import OWN_ONLY, sees_rep
from quintet.training.formula.conversation import measure
from quintet.training.formula.speakers import ours, the_rep
from quintet.training.models.calls import Call, CallComment, Cue
from quintet.training.terms.calls import CONSENTS, KEPT_MONTHS, MOST_MONTHS, Measures, Person, Said

_BATCH = 500
_LONGEST_NAME = 200
_MEASURES = tuple(Measures.__dataclass_fields__)


@dataclass(frozen=True)
class ImportTerms:
    """What is said about transcripts when they are handed in.

    Args:
        consent_how: one of CONSENTS.
        consent_on: the day of it; None for the day of each call.
        consent_note: more about it.
        rep_id: whose calls they are; None to go by who speaks.
        started_at: when the call began, for files that do not say.
        months: the words are kept.
        buyer: whom they are about, when somebody says.
    """

    consent_how: str
    consent_on: date | None = None
    consent_note: str = ""
    rep_id: int | None = None
    started_at: datetime | None = None
    months: int = KEPT_MONTHS
    buyer: Buyer = field(default_factory=Buyer)


@dataclass(frozen=True)
class Importer:
    """Who imports, and what he may see.

    Args:
        user: the account.
        scope: rows of facts he may see.
        home: of the company.
        facts: None before the first load.
        now: when.
    """

    user: Any
    scope: Scope
    home: Home
    facts: Facts | None
    now: datetime

    @property
    def is_own_only(self) -> bool:
        """A rep brings the own calls, and cannot make them anybody else's."""
        return self.scope.role in OWN_ONLY


@dataclass(frozen=True)
class Imported:
    """What became of files that were handed in.

    Args:
        calls: kept.
        refused: each with its reason; the others are kept all the same.
    """

    calls: tuple[Call, ...]
    refused: tuple[Refused, ...]


def import_calls(files: Sequence[tuple[str, bytes]], terms: ImportTerms, by: Importer) -> Imported:
    """Keep the calls of some files; a fault in one keeps no other out.

    Args:
        files: (name, bytes) of each.
        terms: what holds for all of them.
        by: who imports.

    Raises:
        BadInput: without files, without a consent, or for months out of range: then nothing was read.
    """
    _require_terms(files, terms, by)
    found = read_transcripts(files)
    known = people(by.facts)
    kept: list[Call] = []
    refused = list(found.refused)
    for one in found.transcripts:
        try:
            kept.append(_keep(one, terms, by, known))
        except BadInput as error:
            refused.append(Refused(one.file, str(error)))
    return Imported(tuple(kept), tuple(refused))


def _require_terms(files: Sequence[tuple[str, bytes]], terms: ImportTerms, by: Importer) -> None:
    if not files:
        raise BadInput("no file was handed in: choose at least one")
    if terms.consent_how not in CONSENTS:
        raise BadInput("say how everybody agreed to the recording: without consent no call is kept")
    if not 1 <= terms.months <= MOST_MONTHS:
        raise BadInput(f"words are kept for 1 to {MOST_MONTHS} months, got {terms.months}")
    if terms.consent_on is not None and terms.consent_on > by.now.date():
        raise BadInput(f"consent on {terms.consent_on} is in the future: say when it was given")


def _keep(one: Transcript, terms: ImportTerms, by: Importer, known: Sequence[Person]) -> Call:
    started_at = one.started_at or terms.started_at
    if started_at is None:
        raise BadInput(
            f"{one.file} does not say when the call was: give its day and time, and import it again"
        )
    if started_at > by.now:
        raise BadInput(
            f"{one.file}: a call on {started_at:%-d %b %Y %H:%M} has not been held yet: correct it"
        )
    if max((len(two.name) for two in one.speakers), default=0) > _LONGEST_NAME:
        raise BadInput(
            f"{one.file}: a speaker's name is longer than {_LONGEST_NAME} letters; correct the file"
        )
    rep_speaker, rep_id = _whose(one, terms, by, known)
    buyer = terms.buyer if terms.buyer.lead_id else buyer_of(by.home, by.facts, one.records)
    call = Call(
        form=one.form,
        ref=one.ref[:64],
        file=one.file[:300],
        title=one.title[:300],
        started_at=started_at,
        rep_id=rep_id,
        lead_id=buyer.lead_id,
        opportunity_id=buyer.opportunity_id,
        speakers=_speakers(one, known),
        rep_speaker=rep_speaker,
        ends_known=one.ends_known,
        consent_how=terms.consent_how,
        consent_on=terms.consent_on or started_at.astimezone(UTC).date(),
        consent_note=terms.consent_note.strip()[:300],
        kept_until=after_months(started_at.astimezone(UTC).date(), terms.months),
        imported_by=by.user,
        imported_at=by.now,
    )
    _require_kept(call, by)
    _save(call, one)
    return call


def _require_kept(call: Call, by: Importer) -> None:
    if call.kept_until < by.now.date():
        raise BadInput(
            f"{call.file}: its words were to be kept until {call.kept_until:%-d %b %Y}, which is over: say"
            " more months, if the consent allows it"
        )


def _whose(
    one: Transcript, terms: ImportTerms, by: Importer, known: Sequence[Person]
) -> tuple[str, int | None]:
    """Which speaker is the rep, and who that is; in words of the file where the CRM does not know them."""
    wanted = by.scope.own_rep_id if by.is_own_only else terms.rep_id
    speakers = ours([(two.name, two.email) for two in one.speakers], known)
    spoken: dict[str, int] = {}
    for cue in one.cues:
        spoken[cue.speaker] = spoken.get(cue.speaker, 0) + cue.end_ms - cue.start_ms
    speaker = the_rep(speakers, spoken, wanted)
    inside = [two.name for two in one.speakers if two.is_ours]
    if not speaker and wanted is not None and not speakers and len(inside) == 1:
        speaker = inside[0]
    rep_id = speakers.get(speaker, wanted)
    if not sees_rep(by.scope, rep_id):
        raise BadInput(
            f"{one.file} is a call of {speaker}, who is not of your team: let their manager import it"
        )
    return speaker, rep_id


def _speakers(one: Transcript, known: Sequence[Person]) -> list[dict[str, Any]]:
    inside = ours([(two.name, two.email) for two in one.speakers], known)
    return [
        {"name": two.name, "email": two.email, "is_ours": bool(two.is_ours) or two.name in inside}
        for two in one.speakers
    ]


def _save(call: Call, one: Transcript) -> None:
    cues = [
        Cue(
            call=call,
            number=number,
            start_ms=cue.start_ms,
            end_ms=cue.end_ms,
            speaker=cue.speaker,
            text=cue.text,
        )
        for number, cue in enumerate(one.cues, start=1)
    ]
    _measure(call, [Said(cue.start_ms, cue.end_ms, cue.speaker, cue.text) for cue in one.cues])
    try:
        with transaction.atomic():
            call.save(force_insert=True)
            Cue.objects.bulk_create(cues, batch_size=_BATCH)
            index_again(call)
            listen([call])
            _tell(call, call.imported_at)
    except IntegrityError:
        before = Call.objects.filter(form=call.form, ref=call.ref).first()
        when = "" if before is None else f" on {before.imported_at:%-d %b %Y}"
        raise BadInput(f"{call.file} was imported{when} already: nothing is changed") from None


def _measure(call: Call, cues: Sequence[Said]) -> None:
    """Set the measures; none where nobody is the rep."""
    colleagues = [one["name"] for one in call.speakers if one["is_ours"]]
    try:
        found: dict[str, Any] = asdict(
            measure(cues, call.rep_speaker, colleagues=colleagues, ends_known=call.ends_known)
        )
    except NotEnoughData:
        found = dict.fromkeys(_MEASURES)
    for name in _MEASURES:
        setattr(call, name, found[name])


def say_rep(call: Call, speaker: str, rep_id: int | None, by: Importer) -> None:
    """Say which speaker is the rep, and who that is; the call is measured anew. A rep's call stays the rep's.

    Raises:
        BadInput: for somebody who does not speak, a rep one does not see, or words that are erased.
    """
    if not call.has_words:
        raise BadInput("the words of this call are erased: nothing can be measured any more")
    if speaker not in {one["name"] for one in call.speakers}:
        raise BadInput(f"{speaker!r} does not speak in this call: choose one who does")
    if not sees_rep(by.scope, rep_id):
        raise BadInput("that rep is not of your team: let their manager say it")
    cues = call.cues.values_list("start_ms", "end_ms", "speaker", "text")
    call.rep_speaker = speaker
    call.rep_id = by.scope.own_rep_id if by.is_own_only else rep_id
    _measure(call, [Said(*one) for one in cues])
    _retell(call, by.now)


def link(call: Call, buyer: Buyer, *, now: datetime) -> None:
    """Say whom a call is about."""
    call.lead_id, call.opportunity_id = buyer.lead_id, buyer.opportunity_id
    _retell(call, now)


def comment(call: Call, text: str, at_ms: int | None, *, by: Any, now: datetime) -> CallComment:  # noqa: ANN401
    """Remark on a call, or on a moment of it.

    Raises:
        BadInput: without a word.
    """
    if not text.strip():
        raise BadInput("a comment needs a word: write what you noticed")
    return CallComment.objects.create(
        call=call, text=text.strip(), at_ms=at_ms, written_by=by, written_at=now
    )


def _retell(call: Call, now: datetime) -> None:
    call.revision += 1
    with transaction.atomic():
        call.save()
        _tell(call, now)


def _tell(call: Call, now: datetime) -> None:
    """The call happened when it began; that it did is known since now."""
    told: dict[str, Any] = {name: getattr(call, name) for name in _MEASURES}
    told |= {"call": str(call.pk), "form": call.form, "consent": call.consent_how}
    one = row(
        "call.transcribed",
        f"call:{call.pk}:{call.revision}",
        call.started_at,
        told,
        rep_id=call.rep_id,
        lead_id=call.lead_id,
        opportunity_id=call.opportunity_id,
    )
    tell(one | {"recorded_at": now})
