"""Addresses of the loop, under /loop/."""

from django.urls import path

from quintet.loop import (
    pages,
    pages_book,
    pages_chain,
    pages_decisions,
    pages_drift,
    pages_whatif,
    pages_worth,
)

app_name = "loop"
urlpatterns = [
    path("", pages.scores, name="scores"),
    path("turn/", pages.turn, name="turn"),
    path("turn/progress/", pages.turn_progress, name="turn-progress"),
    path("drift/", pages_drift.drift, name="drift"),
    path("drift/watch/", pages_drift.watch, name="watch"),
    path("decisions/", pages_decisions.decisions, name="decisions"),
    path("decisions/<uuid:recommendation_id>/", pages_decisions.decision, name="decision"),
    path("decisions/<uuid:recommendation_id>/decide/", pages_decisions.decide, name="decide"),
    path("decisions/<uuid:recommendation_id>/follow/", pages_decisions.follow, name="follow"),
    path("book/", pages_book.newest, name="books"),
    path("book/<str:period>.pdf", pages_book.pdf, name="book-pdf"),
    path("book/<str:period>/", pages_book.book, name="book"),
    path("what-if/", pages_whatif.overview, name="what-if"),
    path("worth/", pages_worth.overview, name="worth"),
    path("worth/records/", pages_worth.records, name="worth-records"),
    path("chain/", pages_chain.overview, name="chain"),
    path("chain/records/", pages_chain.records, name="chain-records"),
    path("<str:formula>/", pages.versions, name="versions"),
]
