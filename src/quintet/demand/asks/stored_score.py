"""The lead score in use, parsed once per process and version."""

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from quintet.demand.actions.score import shelf_of
from quintet.demand.formula.score.score import LeadScore
from quintet.demand.formula.score.stored import from_json
from quintet.demand.metrics.lead_scores import read_basis, scores_file
from quintet.demand.terms.leads import Card, StoredScore
from quintet.facts.published import Facts
from quintet.kernel.home import Home
from quintet.kernel.plain import as_report


def stored_score(facts: Facts) -> StoredScore | None:
    """The score in use; None before the first fit."""
    shelf = shelf_of(facts.home)
    uses = shelf.uses()
    if not uses or not (path := scores_file(facts.home, uses[-1].version)).exists():
        return None
    basis = read_basis(path)
    score, card = _parsed(facts.home.formulas, uses[-1].version, shelf.folder)
    current = (card.facts_version, card.ledger_version) == (facts.version, facts.ledger_version)
    card = card if basis is None else replace(card, value=basis.value)
    return StoredScore(score, card, uses[-1].version, uses[-1].since, is_current=current)


@lru_cache(maxsize=4)
def _parsed(_formulas: Path, version: str, folder: Path) -> tuple[LeadScore, Card]:
    told = json.loads((folder / f"{version}.json").read_text(encoding="utf-8"))
    score = from_json(json.dumps(told["score"]))
    return score, as_report(Card, told["card"])


def file_of(home: Home, stored: StoredScore) -> Path:
    """The scores of every lead of this version."""
    return scores_file(home, stored.version)
