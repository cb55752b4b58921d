"""The management room as a Django app: its pages, and records of what managers decide."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class ManagementConfig(AppConfig):
    """Pages, templates and records of the management room."""

    name = "quintet.management"
    label = "management"

    def import_models(self) -> None:
        """Load the records, one module of `models` after the other."""
        super().import_models()
        for path in sorted((Path(__file__).parent / "models").glob("[a-z]*.py")):
            import_module(f"quintet.management.models.{path.stem}")
