"""What was said of a period, wherever it was said: the one list that pages, scores and contests read."""

from collections.abc import Collection
from datetime import UTC

from quintet.facts.published import Facts
from quintet.management.formula.commits import beside
from quintet.management.metrics.commits import CommitsTold, read_commits
from quintet.management.models.forecast import ForecastCommit
from quintet.management.terms.commits import CommitSaid, Said


def commits_said(
    facts: Facts, rep_ids: Collection[int] | None = None, told: CommitsTold | None = None
) -> tuple[CommitSaid, ...]:
    """Every commit of some persons, everybody's when left out: those made here and those of the ledger.

    Args:
        facts: a published version.
        rep_ids: of those who said it.
        told: those of the ledger; read when left out.

    Returns:
        Newest first; each once.
    """
    own = [_own(one) for one in ForecastCommit.objects.all()]
    every = beside(own, (told or commits_told(facts)).said)
    return every if rep_ids is None else tuple(one for one in every if one.rep_id in rep_ids)


def commits_told(facts: Facts) -> CommitsTold:
    """Those of the ledger alone, with what could not be read as one."""
    return read_commits(facts, facts.manifest.zone)


def _own(one: ForecastCommit) -> CommitSaid:
    said = Said(
        one.period,
        float(one.amount),
        is_team=one.is_team,
        low=None if one.low is None else float(one.low),
        high=None if one.high is None else float(one.high),
        note=one.note,
    )
    return CommitSaid(
        rep_id=one.rep_id,
        said=said,
        rep_ids=tuple(one.rep_ids),
        start=one.starts_on,
        end=one.ends_on,
        measure=one.measure,
        at=one.committed_at.astimezone(UTC),
        fitted=None if one.fitted is None else tuple(one.fitted),
    )
