"""The loop as a Django app: its pages."""

from django.apps import AppConfig


class LoopConfig(AppConfig):
    """Pages and templates of the loop."""

    name = "quintet.loop"
    label = "loop"
