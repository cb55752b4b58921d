"""Markov attribution of orders 1 to 4 beside the ChannelAttribution package, both in one run; CPU seconds.

python benchmarks/attribution.py PATHS.csv [PYTHON]

PATHS.csv has the columns path ("a > b > c"), total_conversions and total_null. PYTHON is an
interpreter that has ChannelAttribution 2.2.5 (GPL-3, so no dependency of ours); left out, its columns say
"not installed".
"""

import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from quintet.stats.chains import fit_chain
from quintet.stats.paths import Paths, merged, paths_of

ORDERS = (1, 2, 3, 4)
#: Runs in the other interpreter; the package's own precision is a setting, here 1 % between repetitions.
PEER = """
import json, sys, time
import pandas, ChannelAttribution
table = pandas.read_csv(sys.argv[1])
found = []
for order in (1, 2, 3, 4):
    began = time.process_time()
    told = ChannelAttribution.markov_model(
        table, "path", "total_conversions", var_null="total_null", order=order, seed=1, ncore=1,
        conv_par=0.01, verbose=False, flg_pro=False)
    told = told["result"] if isinstance(told, dict) else told
    spent = time.process_time() - began
    found.append([spent, dict(zip(told["channel_name"], told["total_conversions"]))])
print("FOUND" + json.dumps(found))
"""


def read(path: Path) -> tuple[Paths, tuple[str, ...]]:
    """The paths of a file, and the names of the channels."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    routes = [[word.strip() for word in row["path"].split(">")] for row in rows]
    names = tuple(sorted({name for route in routes for name in route}))
    code = {name: number for number, name in enumerate(names)}
    counts = ([float(row[column]) for row in rows] for column in ("total_conversions", "total_null"))
    return paths_of([[code[name] for name in route] for route in routes], *counts), names


def peer(path: Path, python: str) -> list[Any] | None:
    """Seconds and credits of the package by order; None when that interpreter does not have it."""
    done = subprocess.run([python, "-c", PEER, str(path)], capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("FOUND")]
    return json.loads(lines[0][len("FOUND") :]) if lines else None


def main() -> None:
    """Print one row per order."""
    path = Path(sys.argv[1])
    paths, names = read(path)
    theirs = peer(path, sys.argv[2] if len(sys.argv) > 2 else sys.executable)
    print(f"{len(paths):,} different paths, {len(names)} channels\n")
    print("| order | states | Quintet, s | ChannelAttribution, s | largest difference of a channel's share |")
    print("|---|---|---|---|---|")
    once = merged(paths)
    for at, order in enumerate(ORDERS):
        began = time.process_time()
        fit = fit_chain(once, order)
        spent = time.process_time() - began
        other, apart = "not installed", "–"
        if theirs is not None:
            seconds, credit = theirs[at]
            differ = np.abs(fit.credit - [credit[name] for name in names]).max() / fit.credit.sum()
            other, apart = f"{seconds:.2f}", f"{differ:.2%}"
        print(f"| {order} | {fit.states:,} | {spent:.3f} | {other} | {apart} |", flush=True)


if __name__ == "__main__":
    main()
