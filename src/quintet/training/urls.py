"""Addresses of the training room, under /training/."""

from typing import Any

app_name = "training"
urlpatterns: list[Any] = []
