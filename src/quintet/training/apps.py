"""The training room as a Django app: its pages, and records of playbook, modules, exams and certificates."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """Pages, templates and records of the training room."""

    name = "quintet.training"
    label = "training"

    def import_models(self) -> None:
        """Load the records, one module of `models` after the other."""
        super().import_models()
        for path in sorted((Path(__file__).parent / "models").glob("[a-z]*.py")):
            import_module(f"quintet.training.models.{path.stem}")
