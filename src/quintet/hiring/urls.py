"""Addresses of the hiring room."""

from django.urls import URLPattern

app_name = "hiring"
urlpatterns: list[URLPattern] = []
