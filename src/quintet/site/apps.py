"""The site as a Django app: users, jobs, exports, and the audit of all three."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Accounts, shell, components, jobs and admin."""

    name = "quintet.site"
    label = "site"
    verbose_name = "Quintet"

    def ready(self) -> None:
        """Follow every change of the records people answer for; erase candidates from those of every room."""
        from auditlog.registry import auditlog

        from quintet.site.models import Company, FirstHour, Invitation, Subscription, User

        auditlog.register(User, exclude_fields=["password", "last_login"])
        auditlog.register(Invitation, exclude_fields=["token_digest"])
        auditlog.register(Company)
        auditlog.register(FirstHour)
        auditlog.register(Subscription)

        from quintet.hiring.actions.erasure import candidate_erasing
        from quintet.site.erasing_records import sweep_candidate

        candidate_erasing.connect(sweep_candidate)
