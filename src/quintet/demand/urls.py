"""Addresses of the demand room, under /demand/."""

from django.urls import path

from quintet.demand.pages import attribution, contract, experiments, leads, lifetime, points, reports, worth

app_name = "demand"
urlpatterns = [
    path("", leads.overview, name="leads"),
    path("leads/<int:lead_id>/", leads.detail, name="lead"),
    path("records/", leads.records, name="records"),
    path("score/", leads.card, name="score"),
    path("score/fit/", leads.fit, name="score-fit"),
    path("score/columns/", leads.judge, name="column-judge"),
    path("worth/", worth.worth, name="worth"),
    path("worth/share/", worth.set_share, name="worth-share"),
    path("points/", points.overview, name="points"),
    path("points/gut/", points.type_gut, name="points-gut"),
    path("points/capacity/", points.set_capacity, name="points-capacity"),
    path("contract/", contract.overview, name="contract"),
    path("contract/records/", contract.records, name="contract-records"),
    path("contract/propose/", contract.propose, name="contract-propose"),
    path("contract/count/", contract.count, name="contract-count"),
    path("contract/<int:version>/accept/", contract.accept, name="contract-accept"),
    path("contract/reject/<str:lead_id>/", contract.reject, name="contract-reject"),
    path("sources/", reports.sources, name="sources"),
    path("terms/", reports.terms, name="terms"),
    path("content/", reports.content, name="content"),
    path("reports/records/", reports.records, name="report-records"),
    path("reports/renew/", reports.renew, name="report-renew"),
    path("attribution/", attribution.attribution, name="attribution"),
    path("attribution/records/", attribution.records, name="attribution-records"),
    path("attribution/renew/", attribution.renew, name="attribution-renew"),
    path("lifetime/", lifetime.lifetime, name="lifetime"),
    path("lifetime/margin/", lifetime.set_margin, name="lifetime-margin"),
    path("lifetime/records/", lifetime.records, name="lifetime-records"),
    path("experiments/", experiments.overview, name="experiments"),
    path("experiments/new/", experiments.plan, name="experiment-plan"),
    path("experiments/<uuid:experiment_id>/", experiments.detail, name="experiment"),
    path("experiments/<uuid:experiment_id>/stop/", experiments.stop, name="experiment-stop"),
    path("experiments/<uuid:experiment_id>/leads/", experiments.leads, name="experiment-leads"),
]
