"""The score on real leads nobody here tuned it to."""

import csv

import numpy as np
import pytest

from quintet.demand.formula.score.fit import fit_score
from quintet.demand.formula.score.subset import subset
from quintet.demand.terms.examples import Doings, Examples, Numbers, Words
from quintet.stats.calibration import groups, ranking

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]

LEAKS = ("Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity")
UNKNOWN = {"", "Select", "NA"}


def read(path, outcome, left_out):
    """A file of leads without dates; all were worked."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    names = [name for name in rows[0] if name != outcome and not name.startswith(left_out)]
    won, count = np.array([row[outcome] == "1" for row in rows]), len(rows)
    return Examples(
        lead_ids=np.arange(count),
        handed_at=np.full(count, "NaT", "datetime64[us]"),
        fields={name: column([row[name].strip() for row in rows]) for name in names},
        doings=Doings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), ()),
        won_days=np.where(won, 0.0, np.nan),
        is_closed=np.ones(count, dtype=bool),
        is_worked=np.ones(count, dtype=bool),
        observed_days=np.full(count, np.nan),
        until=np.datetime64("NaT"),
    )


def column(texts):
    """Numbers where all that is known reads as one."""
    known = [text if text not in UNKNOWN else None for text in texts]
    try:
        return Numbers(np.array([np.nan if text is None else float(text) for text in known]))
    except ValueError:
        levels = sorted({text for text in known if text is not None})
        place = {level: code for code, level in enumerate(levels)}
        return Words(np.array([-1 if text is None else place[text] for text in known]), tuple(levels))


def out_of_fold(examples):
    """P and P by points of each lead, from a score that did not see it; five seeded parts."""
    parts = np.array_split(np.random.default_rng(1).permutation(len(examples)), 5)
    p, by_points = np.empty(len(examples)), np.empty(len(examples))
    for k, held in enumerate(parts):
        learned = np.sort(np.concatenate(parts[:k] + parts[k + 1 :]))
        score = fit_score(subset(examples, learned), fields=sorted(examples.fields))
        scored = score.predict(subset(examples, held))
        p[held], by_points[held] = scored.p, score.by_points(scored.points)
    return p, by_points


def test_x_education(shared_data):
    """AUC of at least .87 without the leaks, error by tenths under 3 points, points lose at most .01."""
    path = shared_data / "x_education_leads" / "Leads.csv"
    examples = read(path, "Converted", ("Prospect ID", "Lead Number", "Asymmetrique", *LEAKS))
    p, by_points = out_of_fold(examples)
    auc = ranking(p, examples.is_won).auc

    assert auc >= 0.87
    assert max(abs(one.said - one.happened) for one in groups(p, examples.is_won)) < 0.03
    assert auc - ranking(by_points, examples.is_won).auc <= 0.01


def test_car_insurance(shared_data):
    """AUC of at least .75 without the duration of the call."""
    path = shared_data / "car_insurance_cold_calls" / "carInsurance_train_clean.csv"
    examples = read(path, "CarInsurance", ("Id", "CallStart", "CallEnd"))

    assert ranking(out_of_fold(examples)[0], examples.is_won).auc >= 0.75


def test_opportunities_that_do_not_differ(shared_data):
    """Won and lost opportunities that nothing tells apart: all get nearly the base rate."""
    path = shared_data / "crm_sales_opportunities"
    found = sorted(path.glob("*pipeline*.csv"))
    with found[0].open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["deal_stage"] in {"Won", "Lost"}]
    count, won = len(rows), np.array([row["deal_stage"] == "Won" for row in rows])
    examples = Examples(
        lead_ids=np.arange(count),
        handed_at=np.full(count, "NaT", "datetime64[us]"),
        fields={name: column([row[name] for row in rows]) for name in ("sales_agent", "product", "account")},
        doings=Doings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), ()),
        won_days=np.where(won, 0.0, np.nan),
        is_closed=np.ones(count, dtype=bool),
        is_worked=np.ones(count, dtype=bool),
        observed_days=np.full(count, np.nan),
        until=np.datetime64("NaT"),
    )
    p, _ = out_of_fold(examples)

    assert np.std(p) < 0.05
    assert abs(ranking(p, won).auc - 0.5) < 0.04
