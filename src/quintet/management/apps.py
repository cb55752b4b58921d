"""The management room as a Django app: it has pages, and records of what managers decide later."""

from django.apps import AppConfig


class ManagementConfig(AppConfig):
    """Pages and templates of the management room."""

    name = "quintet.management"
    label = "management"
