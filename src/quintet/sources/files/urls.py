"""Addresses of the file import, under /import/."""

from django.urls import path

from quintet.sources.files import pages

app_name = "files"
urlpatterns = [
    path("", pages.uploads, name="uploads"),
    path("receive/", pages.receive, name="receive"),
    path("maps/", pages.maps, name="maps"),
    path("maps/<str:name>/", pages.one_map, name="map"),
    path("loads/<str:load_id>/rejects/", pages.rejected, name="rejects"),
    path("loads/<str:load_id>/rejects/csv/", pages.correction_csv, name="correction-csv"),
    path("loads/<str:load_id>/correct/", pages.correct, name="correct"),
    path("<uuid:upload_id>/", pages.upload, name="upload"),
    path("<uuid:upload_id>/progress/", pages.progress, name="progress"),
    path("<uuid:upload_id>/change/", pages.change, name="change"),
    path("<uuid:upload_id>/card/<int:number>/", pages.card, name="card"),
    path("<uuid:upload_id>/toml/", pages.toml, name="toml"),
    path("<uuid:upload_id>/toml/try/", pages.change_toml, name="change-toml"),
    path("<uuid:upload_id>/save/", pages.save, name="save"),
    path("<uuid:upload_id>/retry/", pages.retry, name="retry"),
    path("<uuid:upload_id>/discard/", pages.discard, name="discard"),
]
