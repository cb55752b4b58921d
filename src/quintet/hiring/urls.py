"""Addresses of the hiring room."""

from django.urls import path

from quintet.hiring.pages import past_scores, success

app_name = "hiring"
urlpatterns = [
    path("past-scores/", past_scores.overview, name="past-scores"),
    path("past-scores/<uuid:sheet_id>/", past_scores.sheet, name="past-scores-sheet"),
    path("past-scores/<uuid:sheet_id>/load/", past_scores.load, name="past-scores-load"),
    path("past-scores/<uuid:sheet_id>/throw-away/", past_scores.throw_away, name="past-scores-throw-away"),
    path("past-scores/<uuid:sheet_id>/refused.csv", past_scores.refused, name="past-scores-refused"),
    path("success/", success.overview, name="success"),
    path("success/<int:rep_id>/", success.rep, name="success-rep"),
]
