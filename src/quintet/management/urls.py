"""Addresses of the management room, under /management/."""

from django.urls import path

from quintet.management import pages

app_name = "management"
urlpatterns = [
    path("", pages.funnel, name="funnel"),
    path("rep/<int:rep_id>/", pages.rep, name="rep"),
    path("records/", pages.records, name="records"),
]
