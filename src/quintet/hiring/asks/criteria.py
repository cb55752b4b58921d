"""Criteria asked: the catalogue, what a version changed, and whether a weight was written before the data."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from quintet.facts.published import Facts
from quintet.hiring.actions.criteria import text_of
from quintet.hiring.models.candidates import Decision
from quintet.hiring.models.criteria import Criterion, CriterionFate
from quintet.hiring.models.scorecards import Score
from quintet.hiring.terms.criteria import Change, WrittenWeight, changes
from quintet.hiring.terms.starter import STARTER
from quintet.ledger.telling import person


@dataclass(frozen=True)
class Scored:
    """That somebody scored a candidate on a criterion, and when it was known; not how."""

    criterion: str
    candidate_id: int
    who: str
    at: datetime


@dataclass(frozen=True)
class Known:
    """A criterion as the catalogue shows it.

    Args:
        record: the version in use.
        weight: the prior weight in use, and whether it was written before the data.
        fate: the newest decision; None before the first.
        scores: scores there are, by all interviewers.
        candidates: of how many candidates.
    """

    record: Criterion
    weight: WrittenWeight
    fate: CriterionFate | None
    scores: int
    candidates: int

    @property
    def is_dropped(self) -> bool:
        """Was it decided not to score it any more?"""
        return self.fate is not None and self.fate.fate == "dropped"


@dataclass(frozen=True)
class Version:
    """One version and what it changed; nothing for the first."""

    record: Criterion
    changes: tuple[Change, ...]


def catalogue(facts: Facts | None) -> tuple[Known, ...]:
    """Every criterion in its newest version, by name; dropped ones last."""
    by_key: dict[str, list[Scored]] = {}
    for one in scored(facts):
        by_key.setdefault(one.criterion, []).append(one)
    fates = newest_fates()
    found = [_known(one, fates.get(one.key), by_key.get(one.key, [])) for one in newest_versions()]
    return tuple(sorted(found, key=lambda one: (one.is_dropped, one.record.name.lower())))


def known(facts: Facts | None, key: str) -> Known | None:
    """One criterion; None where there is none."""
    record = Criterion.objects.filter(key=key).order_by("-version").first()
    if record is None:
        return None
    return _known(record, newest_fates().get(key), [one for one in scored(facts) if one.criterion == key])


def in_use() -> dict[str, Criterion]:
    """The newest version of each criterion that is not dropped, by key."""
    dropped = {key for key, fate in newest_fates().items() if fate.fate == "dropped"}
    return {one.key: one for one in newest_versions() if one.key not in dropped}


def weights() -> dict[str, float]:
    """The prior weight in use of each criterion in use."""
    fates = newest_fates()
    return {key: _weight(one, fates.get(key))[0] for key, one in in_use().items()}


def newest_versions() -> list[Criterion]:
    """Each criterion in its newest version, by name."""
    newest: dict[str, Criterion] = {}
    for one in Criterion.objects.select_related("written_by").order_by("key", "version"):
        newest[one.key] = one
    return sorted(newest.values(), key=lambda one: one.name.lower())


def newest_fates() -> dict[str, CriterionFate]:
    """The newest decision on each criterion that has one."""
    rows = CriterionFate.objects.select_related("decided_by").order_by("decided_at", "pk")
    return {one.key: one for one in rows}


def at_version(pairs: Iterable[tuple[str, int]]) -> list[Criterion]:
    """These versions of criteria, in the order given."""
    wanted = [(key, version) for key, version in pairs]
    rows = Criterion.objects.filter(key__in=[key for key, _ in wanted])
    found = {(one.key, one.version): one for one in rows}
    return [found[pair] for pair in wanted if pair in found]


def history(key: str) -> tuple[Version, ...]:
    """Every version, newest first, with what it changed."""
    rows = list(Criterion.objects.filter(key=key).select_related("written_by").order_by("version"))
    later = [Version(now, changes(text_of(was), text_of(now))) for was, now in pairwise(rows)]
    return tuple(reversed([Version(rows[0], ()), *later])) if rows else ()


def examples() -> list[dict[str, Any]]:
    """The starter set, each with whether the catalogue has it."""
    here = set(Criterion.objects.values_list("key", flat=True))
    return [{"text": one, "is_taken": one.key in here} for one in STARTER]


def evidence(facts: Facts | None, key: str) -> dict[str, int]:
    """What is known about a criterion before anything is fitted: counts, and nothing else."""
    found = [one for one in scored(facts) if one.criterion == key]
    candidates = {one.candidate_id for one in found}
    hired = Decision.objects.filter(outcome="hired").values_list("candidate__candidate_id", flat=True)
    return {
        "scores": len(found),
        "candidates": len(candidates),
        "interviewers": len({one.who for one in found}),
        "hires": len(candidates & set(hired)),
    }


def scored(facts: Facts | None) -> list[Scored]:
    """Who scored whom on what, here and in the company's history; each once, as first known."""
    first: dict[tuple[str, int, str], Scored] = {}
    for one in sorted((*_from_facts(facts), *_from_cards()), key=lambda one: one.at):
        first.setdefault((one.criterion, one.candidate_id, one.who), one)
    return list(first.values())


def _from_facts(facts: Facts | None) -> list[Scored]:
    if facts is None:
        return []
    table = facts.table("interview_scores")
    rows = facts.arrow(table.select("criterion", "candidate_id", "interviewer", "known_at")).to_pylist()
    return [
        Scored(row["criterion"], row["candidate_id"], row["interviewer"], row["known_at"].replace(tzinfo=UTC))
        for row in rows
    ]


def _from_cards() -> list[Scored]:
    rows = Score.objects.filter(scorecard__submitted_at__isnull=False, points__isnull=False)
    return [
        Scored(
            one.criterion,
            one.scorecard.candidate.candidate_id,
            person(one.scorecard.interviewer),
            one.scorecard.submitted_at or one.scorecard.assigned_at,
        )
        for one in rows.select_related("scorecard__candidate", "scorecard__interviewer")
    ]


def _known(record: Criterion, fate: CriterionFate | None, found: list[Scored]) -> Known:
    weight, since = _weight(record, fate)
    before = [one for one in found if one.at < since]
    told = WrittenWeight(weight, since, len(before), len({one.candidate_id for one in before}))
    return Known(record, told, fate, len(found), len({one.candidate_id for one in found}))


def _weight(record: Criterion, fate: CriterionFate | None) -> tuple[float, datetime]:
    """The weight in use and when it was written: by the newest version, or by a later decision."""
    if fate is not None and fate.weight is not None and fate.decided_at >= record.written_at:
        return fate.weight, fate.decided_at
    same = (
        Criterion.objects.filter(key=record.key).order_by("version").values_list("prior_weight", "written_at")
    )
    since = record.written_at
    for weight, at in reversed(list(same)):
        if weight != record.prior_weight:
            break
        since = at
    return record.prior_weight, since


def counted(keys: Iterable[Iterable[str]]) -> Mapping[str, int]:
    """How often each key occurs in several lists of keys."""
    return Counter(key for some in keys for key in some)
