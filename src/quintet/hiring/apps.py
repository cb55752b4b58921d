"""The hiring room as a Django app: its pages, and records of criteria, candidates and decisions."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class HiringConfig(AppConfig):
    """Pages, templates and records of the hiring room."""

    name = "quintet.hiring"
    label = "hiring"

    def import_models(self) -> None:
        """Load the records, one module of `models` after the other."""
        super().import_models()
        for path in sorted((Path(__file__).parent / "models").glob("[a-z]*.py")):
            import_module(f"quintet.hiring.models.{path.stem}")
