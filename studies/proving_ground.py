"""Does the loop pay? One company under seven policies, from the same seed, for twelve quarters.

    python studies/proving_ground.py FOLDER [--seeds 20] [--policies loop,frozen] [--reps 60] [--quarters 12]

Each run is a company of its own in a process of its own; what came of it is kept in FOLDER as one JSON file,
and what is there already is not run again, so that the study may be stopped and gone on with. At the end the
tables of all that is in FOLDER are printed. Two run at a time; one of 60 reps takes ten to twenty minutes.
What was run so far is kept in studies/proving_ground_runs.
A company without one formula goes on from where it parts from `loop`; where it never does, it is the same.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy import stats

from quintet.cli.proving.forks import Forks, stand_in
from quintet.cli.proving.policies import FORMULAS, POLICIES, policy_named
from quintet.cli.proving.run import order, prove
from quintet.kernel.home import Home

START = date(2022, 1, 1)
AT_ONCE = 2
SHOWN = {
    "mrr": "MRR at the end",
    "customers": "customers in all",
    "win_rate": "win rate, last year",
    "skill": "mean skill at the end",
    "ramp_months": "months to ramp, last year",
}
#: Differences of these are shares of what the other policy brought.
IN_SHARES = {"mrr", "customers"}
BY_QUARTER = {"mrr": "MRR", "win_rate": "win rate", "skill": "mean skill", "ramp_months": "months to ramp"}
#: Policy → seed → what came of it.
Runs = dict[str, dict[int, dict]]


@dataclass(frozen=True)
class Told:
    """Mean of a paired difference over companies, with its 90 % interval, and in how many it is above 0."""

    mean: float
    lo: float
    hi: float
    above: int
    n: int


def told(differences: Sequence[float]) -> Told:
    """What paired differences say."""
    given = np.array(differences, dtype=float)
    mean, n = float(given.mean()), len(given)
    half = math.inf
    if n > 1:
        half = float(stats.t.ppf(0.95, n - 1) * given.std(ddof=1) / math.sqrt(n))
    return Told(mean, mean - half, mean + half, int((given > 0).sum()), n)


def measured(run: dict, name: str) -> float:
    """One figure of a run."""
    quarters = run["quarters"]
    last = quarters[-4:]
    if name == "customers":
        return float(sum(one["customers"] for one in quarters))
    if name == "win_rate":
        return sum(one["customers"] for one in last) / sum(one["worked"] for one in last)
    if name == "ramp_months":
        some = [(one["ramp_months"], one["ramped"]) for one in last if one["ramped"]]
        return sum(months * count for months, count in some) / max(sum(count for _, count in some), 1)
    return float(quarters[-1][name])


def run_one(policy: str, seed: int, reps: int, quarters: int, place: Path) -> None:
    """One company; its home is thrown away, but for where the policies without a formula part from it."""
    spec = order(reps, quarters, seed, start=START)
    chosen = policy_named(policy)
    fork = fork_of(place.parent, policy, seed)
    with tempfile.TemporaryDirectory(prefix="proving-") as folder:
        if not chosen.follows:
            found = prove(spec, chosen, None)
        else:
            home, stand = Path(folder) / "home", None
            if fork.exists():  # of a run that is stopped the fork is as it was
                shutil.copytree(fork / "home", home)
                stand = stand_in(fork)
            forks = Forks(fork.parent) if policy == "loop" else None
            found = prove(spec, chosen, Home.at(home), forks=forks, stand=stand)
    write(place, found.as_json())
    shutil.rmtree(fork, ignore_errors=True)


def fork_of(folder: Path, policy: str, seed: int) -> Path:
    """Where the company without a formula goes on from; there is none before `loop` was run."""
    return folder / "forks" / str(seed) / policy.removeprefix("without-")


def write(place: Path, run: dict) -> None:
    """Whole or not at all."""
    unfinished = place.with_suffix(".part")
    unfinished.write_text(json.dumps(run, indent=1))
    unfinished.replace(place)


def in_turn(policies: Sequence[str], seeds: int) -> list[tuple[str, int]]:
    """Seed by seed; policies without a formula after `loop` of the next seed, when theirs has come by."""
    wanted = [(name, seed) for seed in range(1, seeds + 1) for name in policies]

    def turn(one: tuple[str, int]) -> tuple[int, bool]:
        is_without = one[0].startswith("without-")
        return one[1] + is_without, is_without

    return sorted(wanted, key=turn)


def run_missing(folder: Path, wanted: Iterable[tuple[str, int]], reps: int, quarters: int) -> None:
    """Every run that is not there yet, each in a process of its own."""

    def start(one: tuple[str, int]) -> None:
        policy, seed = one
        place = folder / f"{policy}-{seed}.json"
        if place.exists():
            return
        whole = folder / f"loop-{seed}.json"
        loop = json.loads(whole.read_text()) if policy.startswith("without-") and whole.exists() else None
        if loop and policy.removeprefix("without-") not in loop["parted"]:
            write(place, loop | {"policy": policy, "seconds": 0.0})
        else:
            words = [policy, str(seed), str(reps), str(quarters), str(place)]
            subprocess.run([sys.executable, __file__, "--one", *words], check=True)  # noqa: S603  ourselves
        print(f"{policy}, seed {seed}: {json.loads(place.read_text())['seconds']:.0f} s", flush=True)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(start, wanted))


def read(folder: Path) -> Runs:
    """All runs that a folder holds."""
    found: Runs = {}
    for path in sorted(folder.glob("*.json")):
        run = json.loads(path.read_text())
        found.setdefault(run["policy"], {})[run["seed"]] = run
    return found


def compared(runs: Runs, one: str, other: str, name: str) -> Told | None:
    """One policy beside another, company by company; None where no company has both."""
    both = sorted(set(runs.get(one, {})) & set(runs.get(other, {})))
    pairs = [(measured(runs[one][seed], name), measured(runs[other][seed], name)) for seed in both]
    if not pairs:
        return None
    whole = float(np.mean([theirs for _, theirs in pairs])) if name in IN_SHARES else 1.0
    return told([(mine - theirs) / whole for mine, theirs in pairs])


def tables(runs: Runs) -> None:
    """What each policy brought beside another, then the way there."""
    print(
        f"\n| policy | beside | {' | '.join(SHOWN.values())} | ahead in MRR |\n|{'---|' * (len(SHOWN) + 3)}"
    )
    rows = [(name, "gut") for name in POLICIES if name != "gut"]
    rows += [("loop", "frozen"), *(("loop", f"without-{name}") for name in FORMULAS)]
    for one, other in rows:
        found = {name: compared(runs, one, other, name) for name in SHOWN}
        cells = [_beside(line, name) for name, line in found.items() if line is not None]
        if (mrr := found["mrr"]) is not None:
            print(f"| {one} | {other} | {' | '.join(cells)} | {mrr.above} of {mrr.n} |")
    ways = [name for name in ("gut", "loop", "frozen") if name in runs]
    seeds = sorted(set.intersection(*(set(runs[name]) for name in ways)))
    for figure, label in BY_QUARTER.items():
        print(f"\n| {label}, n = {len(seeds)} | {' | '.join(ways)} |\n|---|{'---|' * len(ways)}")
        for quarter in range(len(runs[ways[0]][seeds[0]]["quarters"]) if seeds else 0):
            told_of = [by_quarter([runs[name][seed] for seed in seeds], quarter, figure) for name in ways]
            cells = " | ".join(_mean(values, figure) for values in told_of)
            print(f"| {quarter + 1} | {cells} |")


def by_quarter(runs: Iterable[dict], quarter: int, figure: str) -> list[float]:
    """One figure of one quarter, company by company; of ramps, where somebody ramped in it."""
    lines = [run["quarters"][quarter] for run in runs]
    if figure == "win_rate":
        return [one["customers"] / one["worked"] for one in lines]
    return [float(one[figure]) for one in lines if one[figure] is not None]


def _beside(line: Told, name: str) -> str:
    write = "{:+.1%}".format if name in IN_SHARES else "{:+.4f}".format
    return _spanned(line, write)


def _mean(values: Sequence[float], figure: str) -> str:
    if not values:
        return "–"
    line = told(values)
    write = (
        "{:,.0f}".format if figure == "mrr" else "{:.4f}".format if figure == "win_rate" else "{:.2f}".format
    )
    return _spanned(line, write)


def _spanned(line: Told, write: Callable[[float], str]) -> str:
    """The mean with its interval; one company has none."""
    return f"{write(line.mean)} ({write(line.lo)} to {write(line.hi)})" if line.n > 1 else write(line.mean)


def main(words: Sequence[str]) -> None:
    """As asked on the command line."""
    if words[:1] == ["--one"]:
        policy, seed, reps, quarters, place = words[1:]
        run_one(policy, int(seed), int(reps), int(quarters), Path(place))
        return
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--policies", default=",".join(POLICIES))
    asked.add_argument("--reps", type=int, default=60)
    asked.add_argument("--quarters", type=int, default=12)
    given = asked.parse_args(words)
    given.folder.mkdir(parents=True, exist_ok=True)
    names = given.policies.split(",")
    run_missing(given.folder, in_turn(names, given.seeds), given.reps, given.quarters)
    tables(read(given.folder))


if __name__ == "__main__":
    main(sys.argv[1:])
