"""The loop as a Django app: its pages, and the log of what was advised and decided."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class LoopConfig(AppConfig):
    """Pages, templates and records of the loop."""

    name = "quintet.loop"
    label = "loop"

    def import_models(self) -> None:
        """Load the records, one module of `models` after the other."""
        super().import_models()
        for path in sorted((Path(__file__).parent / "models").glob("[a-z]*.py")):
            import_module(f"quintet.loop.models.{path.stem}")
