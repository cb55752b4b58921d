"""Addresses of the management room, under /management/."""

from django.urls import path

from quintet.management.pages import funnel

app_name = "management"
urlpatterns = [
    path("", funnel.funnel, name="funnel"),
    path("rep/<int:rep_id>/", funnel.rep, name="rep"),
    path("records/", funnel.records, name="records"),
]
