"""`quintet maps`: how files become interactions."""

from pathlib import Path
from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import Format, FormatOption, say, show

app = typer.Typer(help="List, show and save the maps by which files become interactions.")


@app.callback(invoke_without_command=True)
def maps(context: typer.Context) -> None:
    """List, show and save the maps by which files become interactions."""
    if context.invoked_subcommand is None:
        list_maps()


@app.command("list")
def list_maps(form: FormatOption = Format.TABLE) -> None:
    """List every map: those you saved, and those that ship."""
    from quintet.sources.files.saved import known_maps

    rows = [
        (one.name, one.source.system, one.origin, ", ".join(entry.match for entry in one.source.files))
        if one.source
        else (one.name, "", one.origin, f"broken: {one.problem}")
        for one in known_maps(open_home()).values()
    ]
    show(("map", "system", "from", "files"), rows, form)


@app.command("show")
def show_map(name: Annotated[str, typer.Argument(help="A map by name.")]) -> None:
    """Print a map as TOML, to be edited: quintet maps show hubspot > mine.toml."""
    from quintet.sources.files.saved import find_map

    print(find_map(open_home(), name).text, end="")


@app.command("save")
def save(
    name: Annotated[str, typer.Argument(help="The name it gets.")],
    file: Annotated[Path, typer.Argument(help="The TOML file you edited.", exists=True, dir_okay=False)],
) -> None:
    """Check a map and keep it: the next import of such files uses it."""
    from quintet.sources.files.saved import save_map

    home = open_home()
    say(f"Saved as {home.maps / save_map(home, file.read_text('utf-8'), name)}.toml.")
