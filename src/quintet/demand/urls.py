"""Addresses of the demand room, under /demand/."""

from django.urls import URLPattern

app_name = "demand"
urlpatterns: list[URLPattern] = []
