"""`quintet worker`: what happens in the background."""

from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import say


def worker(
    once: Annotated[bool, typer.Option("--once", help="Do what is due, then end.")] = False,
) -> None:
    """Move the inbox to the ledger, refresh the facts, run loads: until Ctrl-C."""
    from quintet.site.server import set_up

    set_up(open_home())
    from quintet.site.jobs.worker import run_worker

    done = run_worker(once=once)
    say(f"{done:,} tasks done.")
