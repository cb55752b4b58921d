"""A load that is killed again and again: `crash_importer.py <folder> <kills> <seed> <kills each home>`.

`<folder>/export` is loaded with `<folder>/map.toml` into `<folder>/home-0`, `home-1` ...: some kills each,
then one load that is left to finish.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from crashing import kill_at_random
from quintet.kernel.home import Home
from quintet.sources.files.load.load import load
from quintet.sources.files.mapping.toml import read_map

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def work(folder: Path, each: int, attempt: int) -> None:
    """Load the export, a minute after the attempt before, and keep the report when it ends."""
    home = Home.at(folder / f"home-{attempt // each}")
    home.path.mkdir(exist_ok=True)
    source = read_map((folder / "map.toml").read_text("utf-8"))
    report = load(home, [folder / "export"], source, now=NOW + timedelta(minutes=attempt))
    told = [[one.file, one.loaded + one.known, one.rejected, one.offered] for one in report.files]
    (home.path / "report.json").write_text(json.dumps([report.reconciles, sorted(told)]))


def main() -> None:
    """Kill and finish, and print what was counted as JSON."""
    folder, kills, seed, each = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    done = kill_at_random(partial(work, folder, each), kills, seed, finish_every=each)
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
