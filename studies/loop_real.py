"""The loop on real leads nobody here tuned it to: refitted against frozen, and what is promoted.

python studies/loop_real.py [x_education car_insurance olist crm]

Two files have no dates. Their rows are taken as if handed over at equal distances, in the order of the file,
and their outcome as known at once: "time" is then the order of the rows, and nothing more is claimed.
"""

import csv
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from quintet.demand.formula.recipes import RECIPES, window
from quintet.demand.formula.score.fit import SILENT_BELOW, fit_score
from quintet.demand.formula.score.subset import subset
from quintet.demand.formula.score.target import fit_target, later_target
from quintet.demand.in_loop import BaseRate, LeadScoreInLoop, ScoreVersion, Settled, base_rate
from quintet.demand.terms.examples import Doings, Examples, Numbers, Words
from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Status
from quintet.kernel.home import Home
from quintet.kernel.shelf import Shelf
from quintet.loop.curve import curve
from quintet.loop.terms import IN_USE, Cluster, Curve, Turn
from quintet.loop.turning import Span, turned
from quintet.stats.trials import Recipe, Setting, Trial

DAY = np.timedelta64(86_400_000_000, "us")
START = np.datetime64("2024-01-01", "us")
UNKNOWN = {"", "Select", "NA"}
#: Columns of x_education that the leak guard leaves out (docs/studies/demand_leaks.md).
LEAKS = ("Prospect ID", "Lead Number", "Asymmetrique", "Tags", "Lead Quality", "Lead Profile",
         "Last Activity", "Last Notable Activity")  # fmt: skip
#: Rows of one pseudo-cluster where a file names neither rep nor date.
BLOCK = 40


@dataclass(frozen=True, eq=False)
class History:
    """A file as it is known at its end.

    Args:
        examples: oldest first.
        closed_at: [n] when each was won or lost; NaT while open.
        clusters: [n] leads that are not independent.
        spans: the periods.
    """

    examples: Examples
    closed_at: npt.NDArray[np.datetime64]
    clusters: npt.NDArray[np.str_]
    spans: tuple[Span, ...]

    def known(self, until: datetime) -> "History":
        """The same as it was known then."""
        end = _naive(until)
        rows = np.flatnonzero(self.examples.handed_at <= end)
        some, closed_at = subset(self.examples, rows), self.closed_at[rows]
        is_closed = closed_at <= end
        then = replace(
            some,
            won_days=np.where(is_closed, some.won_days, np.nan),
            is_closed=is_closed,
            observed_days=(end - some.handed_at) / DAY,
            until=end,
        )
        return History(then, closed_at, self.clusters[rows], self.spans)


@dataclass(frozen=True)
class ScoreOfHistory:
    """The lead score in the loop, of a file instead of facts."""

    horizon_days: int | None = None
    name: str = "study.lead_score"
    title: str = "Lead score"
    unit: str = "log loss a lead"
    recipes: tuple[Recipe, ...] = tuple(Recipe(name, sentence) for name, sentence in RECIPES.items())

    def setting(self, facts: History, until: datetime) -> Setting:  # noqa: ARG002
        """The horizon, as the product settles it, or as the file's reading says."""
        ground = fit_target(facts.examples).ground
        if ground.customers < SILENT_BELOW:
            raise NotEnoughData(
                "too few customers", have=ground.customers, need=SILENT_BELOW, unit="customers"
            )
        if self.horizon_days is None and ground.horizon_days is None:
            raise NotEnoughData("sales carry no dates", unit="dated sales")
        return {"horizon_days": self.horizon_days or ground.horizon_days}

    def fit(self, facts: History, until: datetime, recipe: str, setting: Setting) -> ScoreVersion | BaseRate:
        """As the product fits."""
        some = window(facts.examples, recipe, _naive(until))
        score = fit_score(some, fields=tuple(sorted(some.fields)), horizon_days=setting["horizon_days"])
        if score.status is Status.SILENT:
            raise NotEnoughData(score.reason, unit="customers")
        return ScoreVersion(score) if score.features else self.baseline(facts, until, setting)

    def baseline(self, facts: History, until: datetime, setting: Setting) -> BaseRate:  # noqa: ARG002
        """As the product's."""
        return base_rate(facts.examples, setting["horizon_days"])

    def read(self, text: str) -> ScoreVersion | BaseRate:
        """As the product's."""
        return LeadScoreInLoop().read(text)

    def trial(self, facts: History, since: datetime, until: datetime, setting: Setting) -> Trial:
        """Leads whose horizon ended in the period."""
        horizon = setting["horizon_days"]
        ended = facts.examples.handed_at + horizon * DAY
        rows = np.flatnonzero((ended > _naive(since)) & (ended <= _naive(until)))
        some = subset(facts.examples, rows)
        target = later_target(some, horizon)
        kept = np.flatnonzero(target.taken)
        tried = subset(some, kept)
        return Trial(tried.handed_at, facts.clusters[rows[kept]], Settled(tried, target.won[kept]))


def turns_of(history: History, formula: ScoreOfHistory) -> list[Turn]:
    """Every period of a file."""
    told: list[Turn] = []
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Home.at(Path(folder)), "loop.study")
        for span in history.spans:
            told.append(turned(formula, shelf, told, span, history.known(span.until)))
    return told


# ---------------------------------------------------------------- the files


def x_education(folder: Path) -> tuple[History, ScoreOfHistory]:
    """9,240 leads in the order of the file."""
    return _in_file_order(folder / "x_education_leads" / "Leads.csv", "Converted", LEAKS)


def car_insurance(folder: Path) -> tuple[History, ScoreOfHistory]:
    """4,000 calls in the order of the file."""
    path = folder / "car_insurance_cold_calls" / "carInsurance_train_clean.csv"
    return _in_file_order(path, "CarInsurance", ("Id", "CallStart", "CallEnd"))


def olist(folder: Path) -> tuple[History, ScoreOfHistory]:
    """8,000 leads by month of contact; clusters are weeks of contact, as only the won name a rep."""
    leads = _rows(folder / "olist" / "olist_marketing_qualified_leads_dataset.csv")
    won = {
        row["mql_id"]: row["won_date"] for row in _rows(folder / "olist" / "olist_closed_deals_dataset.csv")
    }
    leads.sort(key=lambda row: (row["first_contact_date"], row["mql_id"]))
    handed = np.array([row["first_contact_date"] for row in leads], dtype="datetime64[us]")
    closed = np.array([won.get(row["mql_id"], "NaT").replace(" ", "T") for row in leads], "datetime64[us]")
    fields = {name: column([row[name] for row in leads]) for name in ("origin", "landing_page_id")}
    weeks = handed.astype("datetime64[W]").astype(str)
    spans = _months(handed.min(), np.datetime64("2018-11-01"))
    return _history(handed, closed, ~np.isnat(closed), fields, (weeks, spans)), ScoreOfHistory()


def crm(folder: Path) -> tuple[History, ScoreOfHistory]:
    """Opportunities with a day of engagement, by month; clusters are agent and month.

    The account is left out: it is empty for two thirds of the open ones and for none that closed.
    """
    rows = [
        row for row in _rows(folder / "crm_sales_opportunities" / "sales_pipeline.csv") if row["engage_date"]
    ]
    rows.sort(key=lambda row: (row["engage_date"], row["opportunity_id"]))
    handed = np.array([row["engage_date"] for row in rows], dtype="datetime64[us]")
    closed = np.array([row["close_date"] or "NaT" for row in rows], dtype="datetime64[us]")
    won = np.array([row["deal_stage"] == "Won" for row in rows])
    fields = {name: column([row[name] for row in rows]) for name in ("sales_agent", "product")}
    agents = np.array([row["sales_agent"] for row in rows])
    clusters = np.char.add(agents, handed.astype("datetime64[M]").astype(str))
    spans = _months(handed.min(), np.datetime64("2018-01-01"))
    return _history(handed, closed, won, fields, (clusters, spans)), ScoreOfHistory()


FILES: dict[str, Callable[[Path], tuple[History, ScoreOfHistory]]] = {
    "x_education": x_education,
    "car_insurance": car_insurance,
    "olist": olist,
    "crm": crm,
}


def column(texts: Sequence[str]) -> Words | Numbers:
    """Numbers where all that is known reads as one."""
    known = [None if text.strip() in UNKNOWN else text.strip() for text in texts]
    try:
        return Numbers(np.array([np.nan if text is None else float(text) for text in known]))
    except ValueError:
        levels = sorted({text for text in known if text is not None})
        place = {level: code for code, level in enumerate(levels)}
        return Words(np.array([-1 if text is None else place[text] for text in known]), tuple(levels))


def _in_file_order(path: Path, outcome: str, left_out: tuple[str, ...]) -> tuple[History, ScoreOfHistory]:
    rows, periods, days = _rows(path), 8, 91
    names = [name for name in rows[0] if name != outcome and not name.startswith(left_out)]
    step = periods * days / len(rows)
    handed = START + (np.arange(len(rows)) * step * 86_400e6).astype("timedelta64[us]")
    fields = {name: column([row[name] for row in rows]) for name in names}
    won = np.array([row[outcome] == "1" for row in rows])
    clusters = (np.arange(len(rows)) // BLOCK).astype(str)
    starts = [START.item().replace(tzinfo=UTC) + timedelta(days=days * at) for at in range(periods + 1)]
    spans = tuple(Span(f"part {at + 1}", *starts[at : at + 2]) for at in range(periods))
    return _history(handed, handed, won, fields, (clusters, spans)), ScoreOfHistory(horizon_days=1)


def _history(
    handed: npt.NDArray[np.datetime64],
    closed: npt.NDArray[np.datetime64],
    won: npt.NDArray[np.bool_],
    fields: dict[str, Words | Numbers],
    more: tuple[npt.NDArray[np.str_], tuple[Span, ...]],
) -> History:
    count = len(handed)
    days = np.maximum((closed - handed) / DAY, 0.0)
    examples = Examples(
        lead_ids=np.arange(count),
        handed_at=handed,
        fields=fields,
        doings=Doings(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), ()),
        won_days=np.where(won, days, np.nan),
        is_closed=~np.isnat(closed),
        is_worked=np.ones(count, dtype=bool),
        observed_days=np.full(count, np.nan),
        until=handed.max(),
    )
    return History(examples, closed, *more)


def _months(first: np.datetime64, last: np.datetime64) -> tuple[Span, ...]:
    months = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + 1)
    edges = [month.astype("datetime64[us]").item().replace(tzinfo=UTC) for month in months]
    return tuple(Span(f"{lo:%Y-%m}", lo, hi) for lo, hi in pairwise(edges))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def _naive(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


# ---------------------------------------------------------------- the table


def refitted_against_frozen(turns: Sequence[Turn], recipe: str = "all past") -> tuple[float, float, float]:
    """First version minus a recipe refitted each period, whatever was in use; 90 % over clusters."""
    named = [
        replace(
            turn,
            in_use=recipe,
            clusters=tuple(_as_used(one, recipe) for one in turn.clusters if recipe in one.losses),
        )
        for turn in turns
    ]
    found: Curve = curve("study", named)
    return tuple(np.nan if one is None else one for one in (  # type: ignore[return-value]
        found.over_frozen, found.over_frozen_lo, found.over_frozen_hi))  # fmt: skip


def _as_used(cluster: Cluster, recipe: str) -> Cluster:
    return replace(cluster, losses={**cluster.losses, IN_USE: cluster.losses[recipe]})


def main() -> None:
    """Run the study."""
    folder = Path(os.environ.get("QUINTET_SHARED_DATA", "../shared/data"))
    print(
        "| file | leads scored | in use at the end | better than naive | 90 % | refitted over frozen | 90 % |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in sys.argv[1:] or list(FILES):
        turns = turns_of(*FILES[name](folder))
        found = curve("study", turns)
        gain, lo, hi = refitted_against_frozen(turns)
        used = f"{turns[-1].next} | {found.gain:+.4f} | {found.lo:+.4f} to {found.hi:+.4f}"
        units = sum(turn.units for turn in turns)
        print(f"| {name} | {units:,} | {used} | {gain:+.4f} | {lo:+.4f} to {hi:+.4f} |", flush=True)
        told = ", ".join(f"{one.period} {one.gain:+.3f}" for one in found.points)
        print(f"  {found.reading} {told}", file=sys.stderr, flush=True)
        for turn in turns:
            if turn.next != turn.in_use:
                print(f"  {turn.period}: {turn.reading}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
