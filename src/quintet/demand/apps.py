"""The demand room as a Django app: its pages, and records of what people agreed and tried."""

from django.apps import AppConfig


class DemandConfig(AppConfig):
    """Pages, templates and records of the demand room."""

    name = "quintet.demand"
    label = "demand"
