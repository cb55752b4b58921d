"""`quintet`: the list of commands; each has a file of its own and imports what it needs when called."""

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from quintet.cli import (
    compact,
    contract,
    demand,
    demo,
    drift,
    erase,
    export,
    forecast,
    funnel,
    health,
    importing,
    init,
    mail,
    maps,
    prove,
    refresh,
    rejects,
    score,
    serve,
    turn,
    worker,
    worth,
)
from quintet.cli.terminal import complain
from quintet.kernel.errors import QuintetError
from quintet.kernel.threads import compute_with_one_thread

app = typer.Typer(
    name="quintet",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
_START, _DATA, _CARE = "Start", "Ask the data", "Look after it"
app.command("demo", rich_help_panel=_START)(demo.demo)
app.command("prove", rich_help_panel=_START)(prove.prove)
app.command("init", rich_help_panel=_START)(init.init)
app.command("import", rich_help_panel=_START)(importing.import_files)
app.add_typer(maps.app, name="maps", rich_help_panel=_START)
app.command("serve", rich_help_panel=_START)(serve.serve)
app.command("refresh", rich_help_panel=_CARE)(refresh.refresh)
app.command("worker", rich_help_panel=_CARE)(worker.worker)
app.add_typer(mail.app, name="mail", rich_help_panel=_CARE)
app.command("compact", rich_help_panel=_CARE)(compact.compact)
app.command("erase", rich_help_panel=_CARE)(erase.erase)
app.command("funnel", rich_help_panel=_DATA)(funnel.funnel)
app.command("demand", rich_help_panel=_DATA)(demand.demand)
app.command("contract", rich_help_panel=_DATA)(contract.contract)
app.command("health", rich_help_panel=_DATA)(health.health)
app.command("score", rich_help_panel=_DATA)(score.score)
app.command("worth", rich_help_panel=_DATA)(worth.worth)
app.command("turn", rich_help_panel=_DATA)(turn.turn)
app.command("drift", rich_help_panel=_DATA)(drift.drift)
app.command("forecast", rich_help_panel=_DATA)(forecast.forecast)
app.command("rejects", rich_help_panel=_DATA)(rejects.rejects)
app.command("export", rich_help_panel=_DATA)(export.export)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"quintet {version('quintet')}")
        raise typer.Exit


@app.callback()
def quintet(
    home: Annotated[
        Path | None,
        typer.Option(help="The folder of your company.", envvar="QUINTET_HOME", show_default=False),
    ] = None,
    version_wanted: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Each rep's funnel from the CRM you have: where customers are lost, and how sure that is.

    Start with [bold]quintet demo --serve[/bold] (a simulated company), or on your own data:
    [bold]quintet init[/bold], then [bold]quintet import FILES[/bold], then [bold]quintet serve[/bold].
    """
    del version_wanted  # answered before we come here
    if home is not None:
        os.environ["QUINTET_HOME"] = str(home)


def run() -> None:
    """Run one command; an error raised on purpose ends in its message and exit code, not in a traceback."""
    compute_with_one_thread()
    try:
        app()
    except QuintetError as error:
        complain(error)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    run()
