"""The ledger as a Django app: only its inbox lives in the database."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The inbox, where single rows wait until they are moved to the table."""

    name = "quintet.ledger"
    label = "ledger"
    verbose_name = "Ledger"
    default_auto_field = "django.db.models.BigAutoField"
