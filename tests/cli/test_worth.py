"""`quintet worth`."""

import json
from contextlib import closing
from datetime import UTC, datetime

import pytest

from drawn_leads import HORIZON, TODAY, drawn
from quintet.demand.actions.worth import StoredWorth, shelf_of
from quintet.demand.formula.worth import fit_worth
from quintet.facts.published import Facts
from quintet.kernel.plain import as_plain, text_of

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.slow
def test_before_the_first_draw_it_says_what_is_missing(run, run_alone, loaded):
    """No score with dates yet: one sentence, no table of nothing."""
    run("refresh")
    done = run_alone("worth")

    assert done.returncode == 0, done.stderr
    assert "Nothing can be said yet: no score with dates." in done.stderr
    assert not done.stdout.strip()


@pytest.mark.slow
def test_it_prints_the_answer_with_its_arms(run, run_alone, loaded):
    """The difference with its interval, both arms with how many leads stand behind them."""
    run("refresh")
    worth = fit_worth(drawn(), HORIZON, TODAY)
    with closing(Facts.published(loaded)) as facts:
        why = f"facts version {facts.version} of ledger version {facts.ledger_version}"
        kept = StoredWorth(worth, facts.version, TODAY)
    shelf_of(loaded).use(shelf_of(loaded).put(text_of(as_plain(kept))), NOW, why)
    done = run_alone("worth", "--format", "json")

    assert done.returncode == 0, done.stderr
    rows = {row["figure"]: row for row in json.loads(done.stdout)}
    told = rows[worth.finding.unit]
    assert (told["value"], told["lo"], told["hi"]) == pytest.approx(
        (worth.finding.estimate, worth.finding.lo, worth.finding.hi), abs=1e-4
    )
    assert rows["customers per 100, held out"]["n"] == worth.held.matured
    assert rows["worked, by score"]["value"] == pytest.approx(worth.by_score.worked, abs=1e-4)
    assert worth.reading in done.stderr
