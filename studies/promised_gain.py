"""Is the gain we promise the gain that comes? The one step to coach, promised against true.

    python studies/promised_gain.py

Reps differ in truth. For the rep and step picked, promised is the page's gain to the top quartile;
delivered is what raising that step's true rate to the true top quartile brings. The raw rule (negative
control) picks and promises by raw rates and the best raw quartile.
"""

import numpy as np

from quintet.management.formula.estimates import OUTLIERS
from quintet.stats.rates import fit_rates
from teams import FloatArray, skilled_team

SPREAD = 0.25


def team(rng: np.random.Generator, reps: int, leads: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """True rates (J, 4), conversions (4, J) and entries (4, J) of mature leads."""
    truth = skilled_team(rng, reps, SPREAD)
    entered = np.full(reps, leads)
    entries, conversions = [], []
    for step in range(truth.shape[1]):
        converted = rng.binomial(entered, truth[:, step])
        entries.append(entered)
        conversions.append(converted)
        entered = converted
    return truth, np.array(conversions, dtype=float), np.array(entries, dtype=float)


def promises(reps: int, leads: int, teams: int) -> tuple[float, float, float, float]:
    """Customers per 100 leads: promised and delivered by the formula, then by the raw rule."""
    rows = []
    for seed in range(teams):
        rng = np.random.default_rng([reps, leads, seed])
        truth, converted, entered = team(rng, reps, leads)
        fits = [
            fit_rates(c, e - c, outliers=OUTLIERS, seed=s)
            for s, (c, e) in enumerate(zip(converted, entered, strict=True))
        ]
        rates = np.stack([fit.draws for fit in fits])
        top = np.stack([fit.top_quartile_draws() for fit in fits])
        gain = (rates.prod(axis=0)[None] * (top[:, None, :] / rates - 1.0)).mean(axis=2)
        raw = (converted + 0.5) / (entered + 1.0)
        raw_gain = raw.prod(axis=0) * (np.quantile(raw, 0.75, axis=1)[:, None] / raw - 1.0)
        true_gain = truth.T.prod(axis=0) * (np.quantile(truth, 0.75, axis=0)[:, None] / truth.T - 1.0)
        rows.append([*_told(gain, true_gain), *_told(raw_gain, true_gain)])
    promised, delivered, raw_promised, raw_delivered = 100 * np.mean(rows, axis=0)
    return float(promised), float(delivered), float(raw_promised), float(raw_delivered)


def _told(gain: FloatArray, true_gain: FloatArray) -> tuple[float, float]:
    """Mean over reps of the gain promised at the step picked, and of the true gain there."""
    picked = gain.argmax(axis=0)
    rep = np.arange(gain.shape[1])
    return float(gain[picked, rep].mean()), float(true_gain[picked, rep].mean())


def main(teams: int = 60) -> None:
    """Print one row per size."""
    print(f"{teams} teams a row; customers per 100 leads\n")
    print("| reps | leads each | promised | delivered | ratio | raw rule promised | delivered | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for reps, leads in ((10, 200), (10, 600), (30, 200), (30, 600)):
        one, two, raw, real = promises(reps, leads, teams)
        told = f"{one:.2f} | {two:.2f} | {one / two:.2f} | {raw:.2f} | {real:.2f} | {raw / real:.2f}"
        print(f"| {reps} | {leads} | {told} |", flush=True)


if __name__ == "__main__":
    main()
