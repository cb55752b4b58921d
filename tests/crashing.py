"""Work that is killed with SIGKILL at random moments.

A script calls `kill_at_random`: each attempt is a fork of the script, which has imported everything and
opened nothing. A test calls `counted`, which runs such a script and returns what it counted.
"""

import importlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).parent
_TICK = 0.002


def counted(script: Path, *arguments: object, within: float = 600) -> dict[str, int]:
    """Run a script of this kind within so many seconds; how many were killed, failed and finished."""
    process = subprocess.Popen(
        [sys.executable, str(script), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        start_new_session=True,  # its forks hold the pipes too: they must end with it
    )
    try:
        told, errors = process.communicate(timeout=within)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        sys.stderr.write(process.communicate()[1])
        raise
    assert process.returncode == 0, errors
    return json.loads(told)


def kill_at_random(
    work: Callable[[int], None], kills: int, seed: int, *, finish_every: int
) -> dict[str, int]:
    """Do work(0), work(1) ... in forks, kill that many of them, and let every so manyth and the last finish.

    Args:
        work: gets the number of kills so far; runs in a child of its own.
        kills: how many to kill in all; those that ended before their moment do not count.
        seed: of the moments, which are uniform over the usual time of the work.
        finish_every: after so many kills one is left to finish.
    """
    for slow in ("pandas", "pyarrow.dataset", "deltalake", "ibis"):
        importlib.import_module(slow)
    moments = random.Random(seed)
    durations: list[float] = []
    killed = failed = 0
    while killed < kills:
        usual = statistics.median(durations) if durations else None
        status, seconds = _run(work, killed, moments.uniform(0, usual) if usual else None)
        if os.WIFSIGNALED(status):
            killed += 1
        else:
            failed += status != 0
            durations.append(seconds)
        if killed and killed % finish_every == 0 and os.WIFSIGNALED(status):
            status, seconds = _run(work, killed - 1, None)
            failed += status != 0
            durations.append(seconds)
        if failed:
            break
    return {"killed": killed, "failed": failed, "finished": len(durations)}


def _run(work: Callable[[int], None], attempt: int, moment: float | None) -> tuple[int, float]:
    """The exit status of one child, killed at a moment unless it ended before; None lets it finish."""
    started = time.monotonic()
    number = os.fork()
    if not number:
        _obey(work, attempt)
    while True:
        ended, status = os.waitpid(number, os.WNOHANG)
        if ended:
            return status, time.monotonic() - started
        if moment is not None and time.monotonic() - started >= moment:
            os.kill(number, signal.SIGKILL)
            return os.waitpid(number, 0)[1], time.monotonic() - started
        time.sleep(_TICK)


def _obey(work: Callable[[int], None], attempt: int) -> None:
    try:
        work(attempt)
    except BaseException as error:  # noqa: BLE001  the parent counts it
        sys.stderr.write(f"{error!r}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)
