"""Addresses of the management room, under /management/."""

from django.urls import path

from quintet.management.pages import (
    coaching,
    contests,
    forecast,
    funnel,
    organisation,
    pay,
    pipeline,
    targets,
    today,
)

app_name = "management"
urlpatterns = [
    path("", funnel.funnel, name="funnel"),
    path("rep/<int:rep_id>/", funnel.rep, name="rep"),
    path("records/", funnel.records, name="records"),
    path("today/", today.overview, name="today"),
    path("targets/", targets.overview, name="targets"),
    path("targets/reviewed/", targets.reviewed, name="targets-reviewed"),
    path("coaching/", coaching.overview, name="coaching"),
    path("coaching/new/<int:rep_id>/", coaching.new, name="coaching-new"),
    path("coaching/<uuid:plan_id>/", coaching.detail, name="coaching-plan"),
    path("coaching/<uuid:plan_id>/session/", coaching.session, name="coaching-session"),
    path("coaching/<uuid:plan_id>/review/", coaching.review, name="coaching-review"),
    path("coaching/<uuid:plan_id>/close/", coaching.close, name="coaching-close"),
    path("forecast/", forecast.overview, name="forecast"),
    path("forecast/commit/", forecast.commit, name="forecast-commit"),
    path("forecast/signed/", forecast.signed, name="forecast-signed"),
    path("pipeline/", pipeline.overview, name="pipeline"),
    path("pipeline/deals/", pipeline.deals, name="pipeline-deals"),
    path("pay/", pay.overview, name="pay"),
    path("pay/rep/<int:rep_id>/", pay.statement, name="pay-statement"),
    path("pay/customer/<str:opportunity_id>/", pay.customer, name="pay-customer"),
    path("pay/plans/", pay.plans, name="pay-plans"),
    path("pay/plans/new/", pay.propose, name="pay-propose"),
    path("pay/plans/<int:version>/", pay.plan, name="pay-plan"),
    path("pay/plans/<int:version>/accept/", pay.accept, name="pay-accept"),
    path("contests/", contests.overview, name="contests"),
    path("contests/new/", contests.new, name="contest-new"),
    path("contests/<uuid:contest_id>/", contests.detail, name="contest"),
    path("contests/<uuid:contest_id>/end/", contests.end, name="contest-end"),
    path("contests/<uuid:contest_id>/records/", contests.records, name="contest-records"),
    path("organisation/", organisation.overview, name="organisation"),
    path("organisation/observe/", organisation.observe, name="observe"),
]
