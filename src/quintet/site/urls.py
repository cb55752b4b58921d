"""Every address of the site."""

from importlib.util import find_spec

from allauth.account import views as account
from django.urls import include, path

from quintet.site import api, erasing, errors, first_hour_pages, pages, people, probes, tokens
from quintet.site.admin import quintet_admin
from quintet.site.jobs import pages as jobs
from quintet.site.mail import pages as mail

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("", pages.home, name="home"),
    path("home/", pages.home_agenda, name="home-agenda"),
    path("home/<str:key>/", pages.home_panel, name="home-panel"),
    path("first-hour/close/", first_hour_pages.close, name="first-hour-close"),
    path("data-health/", pages.data_health, name="data-health"),
    path("components/", pages.components, name="components"),
    path("components/progress/", pages.sample_progress, name="components-progress"),
    path("exports/", pages.exports, name="exports"),
    path("jobs/", jobs.overview, name="jobs"),
    path("jobs/refresh/", jobs.start_refresh, name="jobs-refresh"),
    path("jobs/<uuid:task_id>/progress/", jobs.progress, name="job-progress"),
    path("people/", people.overview, name="people"),
    path("people/invite/", people.invite, name="people-invite"),
    path("people/erase/", erasing.erase, name="people-erase"),
    path("people/<int:user_id>/", people.edit, name="people-edit"),
    path("people/<int:user_id>/link/", people.new_link, name="people-link"),
    path("welcome/<str:token>/", people.welcome, name="welcome"),
    path("healthz", probes.healthz, name="healthz"),
    path("metrics", probes.metrics, name="metrics"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/signup/", account.signup, name="account_signup"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/tokens/", tokens.overview, name="api-tokens"),
    path("account/tokens/<int:token_id>/revoke/", tokens.revoke, name="api-token-revoke"),
    path("account/mail/", mail.mine, name="account-mail"),
    path("mail/", mail.overview, name="mail"),
    path("mail/<int:letter_id>/resolve/", mail.resolve, name="mail-resolve"),
    path("mail/unsubscribe/<str:token>/", mail.unsubscribe, name="mail-unsubscribe"),
    path("api/v1/openapi.json", api.schema, name="api-schema"),
    path("api/v1/", api.urls()),
    path("admin/", quintet_admin.urls),
    *(
        path(prefix, include(module))
        for prefix, module in (
            ("import/", "quintet.sources.files.urls"),
            ("hiring/", "quintet.hiring.urls"),
            ("training/", "quintet.training.urls"),
            ("management/", "quintet.management.urls"),
            ("demand/", "quintet.demand.urls"),
            ("loop/", "quintet.loop.urls"),
        )
        if find_spec(module)
    ),
]
