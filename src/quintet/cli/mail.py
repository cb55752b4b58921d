"""`quintet mail`: look at a morning's letters, and try the mail server."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import say
from quintet.kernel.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Look at a morning's letters, and try the mail server.")


@app.command()
def preview(
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    team: Annotated[str, typer.Option(help="Only this team; everybody when left out.")] = "",
    on: Annotated[str, typer.Option(help="The morning, e.g. 2026-03-03; the newest the data allow.")] = "",
    weekly: Annotated[bool, typer.Option("--weekly", help="The executives' weekly mail instead.")] = False,
) -> None:
    """Write one morning's letter as HTML with its pictures, and as plain text; nothing is sent."""
    from quintet.site.server import set_up

    home = open_home()
    set_up(home)
    from quintet.site.mail import preview as previews

    written = previews.write(out, team=team, on=_day(on), is_weekly=weekly)
    for path in written:
        say(f"{path} ({path.stat().st_size / 1000:.1f} kB)")


@app.command("test")
def test_server(address: Annotated[str, typer.Argument(help="Where to send the test letter.")]) -> None:
    """Hand one short letter to the mail server, and print what it said."""
    from quintet.site.server import set_up

    set_up(open_home())
    from quintet.site.mail.sending import OFF, is_on
    from quintet.site.mail.trial import send_trial

    if not is_on():
        raise BadInput(f"{OFF}: name the mail server, see docs/settings.md")
    answer = send_trial(address, datetime.now(UTC))
    say(f"{answer.outcome}: {answer.said}")
    if answer.outcome != "accepted":
        raise typer.Exit(2)


def _day(text: str) -> "datetime | None":
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadInput(f"a morning is written 2026-03-03, got {text!r}") from error
