"""Our commands and scripts as processes of their own, on a home."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from quintet.kernel.home import Home


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def run_on(home: Home, words: Sequence[str], stdin: str = "") -> Done:
    """Run Python with these arguments; `stdin` is what is typed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    done = subprocess.run(
        [sys.executable, *words],
        env=environment | {"QUINTET_HOME": str(home.path), "COLUMNS": "200"},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
