"""Addresses of the hiring room, under /hiring/."""

from django.urls import path

from quintet.hiring.pages import (
    candidates,
    criteria,
    erasure,
    fairness,
    past_scores,
    plan,
    reviews,
    roles,
    scorecards,
    self_identification,
    success,
)

app_name = "hiring"
urlpatterns = [
    path("", candidates.board, name="candidates"),
    path("candidates/new/", candidates.add, name="candidate-new"),
    path("candidates/<uuid:candidate_id>/", candidates.detail, name="candidate"),
    path("candidates/<uuid:candidate_id>/cards/", candidates.hand_out, name="hand-out"),
    path("candidates/<uuid:candidate_id>/decide/", candidates.decide, name="decide"),
    path("candidates/<uuid:candidate_id>/rep/", candidates.link, name="link-rep"),
    path("cards/<uuid:card_id>/back/", candidates.take_back, name="take-back"),
    path("forms/", scorecards.mine, name="forms"),
    path("form/<uuid:card_id>/", scorecards.form, name="form"),
    path("form/<uuid:card_id>/draft/", scorecards.draft, name="form-draft"),
    path("criteria/", criteria.overview, name="criteria"),
    path("criteria/new/", criteria.write, name="criterion-new"),
    path("criteria/examples/", criteria.examples, name="criteria-examples"),
    path("criteria/<slug:key>/", criteria.detail, name="criterion"),
    path("criteria/<slug:key>/rewrite/", criteria.rewrite, name="criterion-rewrite"),
    path("criteria/<slug:key>/fate/", criteria.decide, name="criterion-fate"),
    path("roles/", roles.overview, name="roles"),
    path("roles/<slug:key>/", roles.detail, name="role"),
    path("roles/<slug:key>/rounds/new/", roles.add_round, name="round-new"),
    path("rounds/<int:round_id>/", roles.change_round, name="round"),
    path("rounds/<int:round_id>/up/", roles.move_round, name="round-up"),
    path("rounds/<int:round_id>/retire/", roles.retire_round, name="round-retire"),
    path("reviews/", reviews.overview, name="reviews"),
    path("reviews/<int:rep_id>/<int:months>/", reviews.review, name="review"),
    path("past-scores/", past_scores.overview, name="past-scores"),
    path("past-scores/<uuid:sheet_id>/", past_scores.sheet, name="past-scores-sheet"),
    path("past-scores/<uuid:sheet_id>/load/", past_scores.load, name="past-scores-load"),
    path("past-scores/<uuid:sheet_id>/throw-away/", past_scores.throw_away, name="past-scores-throw-away"),
    path("past-scores/<uuid:sheet_id>/refused.csv", past_scores.refused, name="past-scores-refused"),
    path("success/", success.overview, name="success"),
    path("success/<int:rep_id>/", success.rep, name="success-rep"),
    path("fairness/", fairness.overview, name="fairness"),
    path("fairness/switch/", fairness.switch, name="index-switch"),
    path("fairness/notices/", fairness.texts, name="notices"),
    path("about-you/<str:token>/", self_identification.answer, name="self-identification"),
    path(
        "candidates/<uuid:candidate_id>/about-you/", self_identification.link, name="self-identification-link"
    ),
    path("retention/", erasure.due, name="retention"),
    path("candidates/<uuid:candidate_id>/erase/", erasure.erase, name="candidate-erase"),
    path("plan/", plan.overview, name="plan"),
    path("plan/<uuid:plan_id>/", plan.detail, name="plan-kept"),
]
