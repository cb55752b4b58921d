"""File import as a Django app: uploads with what became of them, and the pages to look at them."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Uploads and the pages of the import."""

    name = "quintet.sources.files"
    label = "files"
    verbose_name = "File import"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Write down who changed what about an upload."""
        from auditlog.registry import auditlog

        from quintet.sources.files.models import Upload

        auditlog.register(Upload, include_fields=["state", "names", "load_id", "corrects"])
