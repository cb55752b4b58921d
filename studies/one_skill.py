"""The one skill to coach: is the promise kept, the right skill picked, and nothing picked from nothing?

    python studies/one_skill.py

Teams of 8 to 30 reps with 60 to 600 leads each, whose skills differ by .15 to .5 on the log-odds scale; then
teams in which no skill differs. Proposals are the product's own (`gains.step_to_coach`): the best of those at
which a rep can be judged, and none at all through a step of which too few converted. Delivered
is what raising the true rate of that step to the true top quartile of the team brings. The rule people use,
the negative control, takes the step whose raw rate lies furthest below the team's, and promises the best
quarter.
"""

from dataclasses import dataclass

import numpy as np

from quintet.management.formula.estimates import MIN_MEDIAN, OUTLIERS, THIN_CONVERTED
from quintet.management.formula.gains import Chain, gains, not_judged, step_to_coach
from quintet.management.terms.funnel import Step
from quintet.stats.homogeneity import fit_homogeneity, holm
from quintet.stats.rates import fit_rates
from teams import FloatArray, skilled_team

STEPS = tuple(Step(*pair) for pair in (("worked", "connected"), ("connected", "qualified"),
                                       ("qualified", "demo"), ("demo", "won")))  # fmt: skip
SIZES = ((8, 14), (15, 22), (23, 30))
LEADS = ((60, 150), (151, 300), (301, 600))


@dataclass(frozen=True)
class Told:
    """One rep: what is proposed and would come, the best there is, and the same by the raw rule.

    Args:
        reps: in the team.
        leads: of each rep.
        is_proposed: one skill is named.
        probability: said of it.
        promised: customers a month.
        delivered: customers a month.
        best: what the best step of the rep would bring.
        is_best: the named step is the one that brings most, of those at which the rep can be judged.
        raw_promised: by the raw rule.
        raw_delivered: what that step brings.
    """

    reps: int
    leads: int
    is_proposed: bool
    probability: float
    promised: float
    delivered: float
    best: float
    is_best: bool
    raw_promised: float
    raw_delivered: float


def team(rng: np.random.Generator, spread: float | None = None) -> list[Told]:
    """Every rep of one drawn team.

    Args:
        rng: the generator.
        spread: of skill, log-odds; .15 to .5 when left out.
    """
    reps, leads = int(rng.integers(8, 31)), round(np.exp(rng.uniform(np.log(60), np.log(600))))
    truth = skilled_team(rng, reps, rng.uniform(0.15, 0.5) if spread is None else spread)
    entered, converted = _cohorts(rng, truth, leads)
    chain, adjusted, is_open = chained(entered, converted, entered[0] / 6)
    return [_told(chain, rep, adjusted, truth, (converted, entered), is_open=is_open) for rep in range(reps)]


def chained(
    entered: FloatArray, converted: FloatArray, leads_per_month: FloatArray
) -> tuple[Chain, dict[str, float], bool]:
    """The product's chain of plain counts, shape (S, J), its p-values, and whether it reaches a customer."""
    fits = [
        fit_rates(won, tried - won, outliers=OUTLIERS, seed=seed)
        for seed, (won, tried) in enumerate(zip(converted, entered, strict=True))
    ]
    top = np.stack([fit.top_quartile_draws() for fit in fits])
    thin = np.median(entered, axis=1) < MIN_MEDIAN
    silent = {step.key: "too few" for step, is_thin in zip(STEPS, thin, strict=True) if is_thin}
    chain = Chain(STEPS, tuple(fits), top, leads_per_month, silent)
    p_values = holm([fit_homogeneity(*pair).p_value for pair in zip(converted, entered, strict=True)])
    adjusted = dict(zip([step.key for step in STEPS], p_values, strict=True))
    return chain, adjusted, not (thin & (converted.sum(axis=1) < THIN_CONVERTED)).any()


def _cohorts(rng: np.random.Generator, truth: FloatArray, leads: int) -> tuple[FloatArray, FloatArray]:
    entered, converted = [np.full(truth.shape[0], leads)], []
    for step in range(truth.shape[1]):
        converted.append(rng.binomial(entered[-1], truth[:, step]))
        entered.append(converted[-1])
    return np.array(entered[:-1], dtype=float), np.array(converted, dtype=float)


def _told(
    chain: Chain,
    rep: int,
    adjusted: dict[str, float],
    truth: FloatArray,
    seen: tuple[FloatArray, FloatArray],
    *,
    is_open: bool,
) -> Told:
    found = gains(chain, [rep])[0]
    step = step_to_coach(chain, rep, found, adjusted)[0] if is_open else None
    a_month = chain.leads_per_month[rep]
    real = _gain(truth.T, rep, a_month)
    raw = (seen[0] + 0.5) / (seen[1] + 1.0)
    lowest = int(np.argmin(raw[:, rep] / np.median(raw, axis=1)))
    at = -1 if step is None else STEPS.index(step)
    unknown = not_judged(chain, rep)
    judged = np.where([one.key in unknown for one in STEPS], -np.inf, real)
    gain = found[step.key][1] if step else None
    return Told(
        reps=truth.shape[0],
        leads=int(seen[1][0, rep]),
        is_proposed=step is not None,
        probability=(gain.probability or 0.0) if gain else 0.0,
        promised=gain.customers_per_month if gain else 0.0,
        delivered=float(real[at]) if gain else 0.0,
        best=float(max(real.max(), 0.0)),
        is_best=int(judged.argmax()) == at,
        raw_promised=float(_gain(raw, rep, a_month)[lowest]),
        raw_delivered=float(real[lowest]),
    )


def _gain(rates: FloatArray, rep: int, leads_per_month: float) -> FloatArray:
    """Customers a month from raising each step of one rep to the best quarter; rates (S, J)."""
    mine = rates[:, rep]
    return np.asarray(leads_per_month * mine.prod() * (np.quantile(rates, 0.75, axis=1) / mine - 1.0))


def ratio(told: list[Told]) -> tuple[float, float, float]:
    """Promised over delivered and share of the achievable picked, both of proposals; the raw rule's ratio."""
    made = [one for one in told if one.is_proposed]
    names = ("promised", "delivered", "best")
    promised, delivered, best = (sum(getattr(one, name) for one in made) for name in names)
    raw = sum(one.raw_promised for one in told) / sum(one.raw_delivered for one in told)
    return promised / delivered, delivered / best, raw


def teams_without_a_proposal(teams: list[list[Told]]) -> float:
    """Share of teams in which nobody is proposed anything."""
    return float(np.mean([not any(one.is_proposed for one in told) for told in teams]))


def drawn(teams: int, spread: float | None = None) -> list[list[Told]]:
    """Some teams."""
    name = 0 if spread is None else 1
    return [team(np.random.default_rng([name, seed]), spread) for seed in range(teams)]


def main(teams: int = 300) -> None:
    """Print promise, picks, calibration, and what is proposed where nothing differs."""
    found = drawn(teams)
    every = [one for told in found for one in told]
    print(f"{teams} teams\n")
    print("| | reps | proposals | promised / delivered | of the achievable | raw rule promises / delivers |")
    print("|---|---|---|---|---|---|")
    for name, spans in (("reps", ((8, 30), *SIZES)), ("leads", LEADS)):
        for low, high in spans:
            some = [one for one in every if low <= getattr(one, name) <= high]
            numbers = " | ".join(f"{value:.2f}" for value in ratio(some))
            share = np.mean([one.is_proposed for one in some])
            print(f"| {low} to {high} {name} | {len(some)} | {share:.2f} | {numbers} |")
    print("\n| probability said | proposals | mean said | really the best of those judged |")
    print("|---|---|---|---|")
    for low, high in ((0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)):
        some = [one for one in every if one.is_proposed and low <= one.probability < high]
        said, right = np.mean([(one.probability, one.is_best) for one in some], axis=0)
        print(f"| {low} to {min(high, 1.0)} | {len(some)} | {said:.2f} | {right:.2f} |")
    print(
        f"\nno skill differs: {teams_without_a_proposal(drawn(teams, 0.0)):.3f} of teams without any proposal"
    )


if __name__ == "__main__":
    main()
