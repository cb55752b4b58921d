"""Addresses of the training room, under /training/."""

from typing import Any

from django.urls import path

from quintet.training.pages import exams, marking, questions, sittings

app_name = "training"
urlpatterns: list[Any] = [
    path("exams/", exams.overview, name="exams"),
    path("exams/new/", exams.write, name="exam-new"),
    path("exams/<slug:key>/", exams.detail, name="exam"),
    path("exams/<slug:key>/edit/", exams.change, name="exam-edit"),
    path("exams/<slug:key>/retire/", exams.retire, name="exam-retire"),
    path("exams/<slug:key>/attempts/", exams.give_attempt, name="exam-attempts"),
    path("exams/<slug:key>/preview/", questions.preview, name="exam-preview"),
    path("exams/<slug:key>/questions/import/", questions.bring, name="question-import"),
    path("exams/<slug:key>/questions/<slug:kind>/", questions.write, name="question-new"),
    path("exams/<slug:key>/sit/", sittings.start, name="exam-start"),
    path("questions/<uuid:question>/", questions.detail, name="question"),
    path("questions/<uuid:question>/rewrite/", questions.rewrite, name="question-rewrite"),
    path("questions/<uuid:question>/retire/", questions.retire, name="question-retire"),
    path("keys/<int:version_id>/", questions.key, name="key"),
    path("sittings/<uuid:sitting_id>/", sittings.sit, name="sit"),
    path("sittings/<uuid:sitting_id>/save/", sittings.save, name="sit-save"),
    path("sittings/<uuid:sitting_id>/result/", sittings.result, name="sitting"),
    path("marking/", marking.overview, name="marking"),
    path("marking/<int:answer_id>/", marking.mark, name="mark"),
]
