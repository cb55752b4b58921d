"""The demand room as a Django app: its pages, and records of what people agreed and tried."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class DemandConfig(AppConfig):
    """Pages, templates and records of the demand room."""

    name = "quintet.demand"
    label = "demand"

    def import_models(self) -> None:
        """Load the records, one module of `models` after the other."""
        super().import_models()
        for path in sorted((Path(__file__).parent / "models").glob("[a-z]*.py")):
            import_module(f"quintet.demand.models.{path.stem}")
