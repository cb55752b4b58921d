"""Turns a history again and again, killed at random moments: `turn_worker.py toy|score HOME KILLS SEED`.

Each attempt that finishes is set aside, so that the next begins with no turn. The score's begins with no
facts of the past either; the toy's opens those that are there, to be quick.
"""

import json
import shutil
import sys
from pathlib import Path

from crashing import kill_at_random
from quintet.calendar.periods import Grain
from quintet.demand.in_loop import LeadScoreInLoop
from quintet.facts.versions import known_folder
from quintet.kernel.home import Home
from quintet.loop.asks import turned_through
from quintet.loop.running import run
from toy_leads import ToyOfLeads

FORMULAS = {"toy": ToyOfLeads, "score": LeadScoreInLoop}


def set_aside(home: Home, name: str, to: str) -> None:
    """Keep what a whole run left under another name."""
    (home.path / "finished").mkdir(exist_ok=True)
    (home.formulas / f"loop.{name}").rename(home.path / "finished" / to)
    if name != ToyOfLeads().name:
        shutil.rmtree(known_folder(home.facts), ignore_errors=True)


def main() -> None:
    """Kill runs at random moments, and count."""
    formula, home = FORMULAS[sys.argv[1]](), Home.at(Path(sys.argv[2]))

    def work(attempt: int) -> None:
        run(home, formula, turned_through(home, None, Grain.QUARTER))
        count = len(list((home.path / "finished").iterdir()))
        set_aside(home, formula.name, f"{attempt:02d}-{count}")

    (home.path / "finished").mkdir()
    found = kill_at_random(work, int(sys.argv[3]), int(sys.argv[4]), finish_every=1)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
