"""A text in the person's own editor."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path


def edited(text: str) -> str:
    """The text as the person leaves it in $VISUAL, $EDITOR or vi."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="quintet-edit-") as folder:
        path = Path(folder) / "map.toml"
        path.write_text(text, "utf-8")
        subprocess.run([*shlex.split(editor), str(path)], check=True)  # noqa: S603  the person's own choice
        return path.read_text("utf-8")
