"""Addresses of the loop, under /loop/."""

from django.urls import path

from quintet.loop import pages

app_name = "loop"
urlpatterns = [
    path("", pages.scores, name="scores"),
    path("turn/", pages.turn, name="turn"),
    path("<str:formula>/", pages.versions, name="versions"),
]
