"""A formula small enough to check by hand: the mean of numbers that arrive, one a day and rep."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from quintet.kernel.errors import NotEnoughData
from quintet.stats.trials import Input, Recipe, Term, Trial, Watched

FEWEST = 20


@dataclass(frozen=True)
class Numbers:
    """What a toy company knows: instants, values and who brought them."""

    at: np.ndarray
    value: np.ndarray
    rep: np.ndarray


@dataclass(frozen=True)
class Mean:
    """A version: says one number."""

    value: float
    n: int

    @property
    def text(self) -> str:
        """As JSON."""
        return json.dumps({"value": self.value, "n": self.n}, sort_keys=True)

    def losses(self, trial: Trial) -> np.ndarray:
        """Squared error."""
        return np.asarray((trial.payload - self.value) ** 2)

    def terms(self) -> tuple[Term, ...]:
        """One line."""
        return (Term("mean", self.value, self.value, self.value, "units", self.n),)


@dataclass
class Toy:
    """Guesses the next number: by all past, by the last sixty days; naively 0."""

    name: str = "toy.mean"
    title: str = "Toy"
    unit: str = "squared error a number"
    recipes: tuple[Recipe, ...] = (
        Recipe("all past", "the mean of all"),
        Recipe("recent", "of the last 60 days"),
    )
    fitted: list[tuple[str, str]] = field(default_factory=list)

    def setting(self, facts: Numbers, until: datetime) -> dict[str, Any]:
        """Nothing to settle but that there is something."""
        self._known(facts, until)
        return {"lag_days": 0}

    def fit(self, facts: Numbers, until: datetime, recipe: str, setting: Any) -> Mean:  # noqa: ARG002
        """The mean of what is known."""
        at, value = self._known(facts, until)
        if recipe == "recent":
            value = value[at >= _naive(until) - np.timedelta64(60, "D")]
        self.fitted.append((until.date().isoformat(), recipe))
        return Mean(round(float(value.mean()), 9), len(value))

    def baseline(self, facts: Numbers, until: datetime, setting: Any) -> Mean:  # noqa: ARG002
        """Zero."""
        return Mean(0.0, 0)

    def read(self, text: str) -> Mean:
        """From JSON."""
        return Mean(**json.loads(text))

    def trial(self, facts: Numbers, since: datetime, until: datetime, setting: Any) -> Trial:  # noqa: ARG002
        """The numbers of the period."""
        mine = (facts.at > _naive(since)) & (facts.at <= _naive(until))
        months = facts.at[mine].astype("datetime64[M]").astype(str)
        clusters = np.array([f"{rep} {month}" for rep, month in zip(facts.rep[mine], months, strict=True)])
        return Trial(facts.at[mine], clusters, facts.value[mine])

    def watch(self, facts: Numbers, version: Mean, span: tuple[datetime, datetime], setting: Any) -> Watched:  # noqa: ARG002
        """Half of the numbers are promised to lie above the version's; who brought them is an input."""
        since, until = _naive(span[0]), _naive(span[1])
        new = (facts.at >= since) & (facts.at < until)
        days = np.arange(since.astype("datetime64[D]"), until.astype("datetime64[D]"))
        at = (facts.at[new].astype("datetime64[D]") - days[0]).astype(int)
        above = facts.value[new] > version.value
        reps, rep = np.unique(facts.rep, return_inverse=True)
        before = np.bincount(rep[facts.at < since], minlength=len(reps)).astype(float)
        now = np.bincount(rep[new], minlength=len(reps)).astype(float)
        score = Input("the score", ("the mean",), before.sum(keepdims=True)[None], now.sum(keepdims=True))
        return Watched(
            inputs=(score, Input("rep", tuple(f"rep {one}" for one in reps), before[None], now)),
            days=days,
            promised=0.5 * np.bincount(at, minlength=len(days)).astype(float),
            happened=np.bincount(at, above, minlength=len(days)),
            doubt=0.0,
            months=facts.at[new].astype("datetime64[M]").astype(str),
            said=np.full(int(new.sum()), 0.5),
            came=above,
        )

    def _known(self, facts: Numbers, until: datetime) -> tuple[np.ndarray, np.ndarray]:
        mine = facts.at <= _naive(until)
        if mine.sum() < FEWEST:
            raise NotEnoughData("too few numbers", have=int(mine.sum()), need=FEWEST, unit="numbers")
        return facts.at[mine], facts.value[mine]


def _naive(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "us")
