"""`quintet maps`: how files become interactions."""

from pathlib import Path
from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.map_files import find_map, known_maps, save_map
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
    found = known_maps(open_home())
    rows = [
        (name, one.source.system, one.origin, ", ".join(entry.match for entry in one.source.files))
        for name, one in found.items()
    ]
    show(("map", "system", "from", "files"), rows, form)


@app.command("show")
def show_map(name: Annotated[str, typer.Argument(help="A map by name.")]) -> None:
    """Print a map as TOML, to be edited: quintet maps show hubspot > mine.toml."""
    from quintet.sources.files.mapping.toml import write_map

    print(write_map(find_map(open_home(), name)), end="")


@app.command("save")
def save(
    name: Annotated[str, typer.Argument(help="The name it gets.")],
    file: Annotated[Path, typer.Argument(help="The TOML file you edited.", exists=True, dir_okay=False)],
) -> None:
    """Check a map and keep it: the next import of such files uses it."""
    from quintet.sources.files.mapping.toml import read_map

    home = open_home()
    say(f"Saved as {save_map(home, read_map(file.read_text('utf-8')), name)}.")
