"""Teams drawn with known rates, for the studies: plain counts, no facts, no pages."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quintet.management.formula.counts import DELAY_EVENTS
from quintet.stats.delay import fit_delay

FloatArray = NDArray[np.float64]

#: HubSpot's volumes: of 100 leads half connect, 30 qualify, 15 see a demo, 5 buy.
PLAIN = np.array([0.5, 0.6, 0.5, 1 / 3])
#: Mean days each step takes.
LAGS = (1.0, 4.0, 6.0, 20.0)


@dataclass(frozen=True)
class Cohort:
    """One step of a team as the product counts it.

    Args:
        converted: so far, shape (J,).
        unconverted: by age in days, shape (J, K).
        known: share of the outcome that the fitted delay curve knows at each age, shape (K,).
        curves: the same by the curves drawn where few conversions teach it, shape (C, K).
    """

    converted: FloatArray
    unconverted: FloatArray
    known: FloatArray
    curves: FloatArray


def skilled_team(rng: np.random.Generator, reps: int, spread: float) -> FloatArray:
    """True rates around PLAIN, shape (J, 4); `spread` is the standard deviation on the log-odds scale."""
    odds = np.log(PLAIN / (1 - PLAIN)) + spread * rng.standard_normal((reps, PLAIN.size))
    return np.asarray(1 / (1 + np.exp(-odds)))


def draw_cohorts(
    rng: np.random.Generator, rates: FloatArray, leads_per_month: float = 100, months: float = 6
) -> list[Cohort]:
    """The four steps of a team whose leads enter evenly over the months before today."""
    count = rng.poisson(leads_per_month * months, rates.shape[0])
    rep = np.repeat(np.arange(rates.shape[0]), count)
    age = rng.uniform(0, months * 30.4, rep.size)
    found = []
    for step, lag in enumerate(LAGS):
        took = rng.exponential(lag, rep.size)
        arrives = (rng.random(rep.size) < rates[rep, step]) & (took <= age)
        found.append(_cohort(rep, age, took, arrives, rates.shape[0]))
        rep, age = rep[arrives], (age - took)[arrives]
    return found


def draw_step(rng: np.random.Generator, rates: FloatArray, leads: float, days: float, lag: float) -> Cohort:
    """One step: each rep's leads enter evenly over the days before today."""
    count = rng.poisson(leads, rates.size)
    rep = np.repeat(np.arange(rates.size), count)
    age = rng.uniform(0, days, rep.size)
    took = rng.exponential(lag, rep.size)
    arrives = (rng.random(rep.size) < rates[rep]) & (took <= age)
    return _cohort(rep, age, took, arrives, rates.size)


def _cohort(
    rep: NDArray[np.int64], age: FloatArray, took: FloatArray, arrives: NDArray[np.bool_], reps: int
) -> Cohort:
    days = int(age.max(initial=0.0)) + 1
    whole = age.astype(np.int64)
    unconverted = np.zeros((reps, days))
    np.add.at(unconverted, (rep[~arrives], whole[~arrives]), 1)
    lags = np.bincount(took[arrives].astype(np.int64), minlength=1)
    curve = fit_delay(lags, unconverted.sum(axis=0), min_events=DELAY_EVENTS)
    converted = np.bincount(rep[arrives], minlength=reps).astype(np.float64)
    ages = np.arange(days)
    return Cohort(converted, unconverted, curve.known_by(ages), curve.drawn_by(ages))
