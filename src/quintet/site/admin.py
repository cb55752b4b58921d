"""The admin, for operations alone: accounts, links, exports and the audit log."""

from typing import Any

from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest

from quintet.site.models import Company, Export, Invitation, User


class QuintetAdmin(AdminSite):
    """Django's admin with our name and our rule."""

    site_header = "Quintet"
    site_title = "Quintet admin"
    index_title = "Records"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Operations, and nobody else."""
        return bool(request.user.is_authenticated and request.user.has_perm("site.use_admin"))


class _ForOperations:
    """Operations may look; who may change is said below."""

    may_change = False
    may_add = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("site.use_admin")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002
        return request.user.has_perm("site.use_admin")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002
        return self.may_change and request.user.has_perm("site.use_admin")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add and request.user.has_perm("site.use_admin")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002
        return False


class UserAdmin(_ForOperations, ModelAdmin[User]):
    """Accounts."""

    may_change = True
    list_display = ("email", "name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "role", "rep_id", "interviews", "is_active", "joined_at", "last_login")
    readonly_fields = ("email", "joined_at", "last_login")


class CompanyAdmin(_ForOperations, ModelAdmin[Company]):
    """The company's name."""

    may_change = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        """One company, one row."""
        return request.user.has_perm("site.use_admin") and not Company.objects.exists()


class InvitationAdmin(_ForOperations, ModelAdmin[Invitation]):
    """Links handed out."""

    list_display = ("email", "role", "invited_by", "invited_at", "accepted_at")


class ExportAdmin(_ForOperations, ModelAdmin[Export]):
    """Files that left."""

    list_display = ("exported_at", "user", "filename", "rows", "page")


class AuditAdmin(_ForOperations, LogEntryAdmin):
    """Every change: who, when, from what to what."""


quintet_admin = QuintetAdmin(name="admin")
quintet_admin.register(User, UserAdmin)
quintet_admin.register(Company, CompanyAdmin)
quintet_admin.register(Invitation, InvitationAdmin)
quintet_admin.register(Export, ExportAdmin)
quintet_admin.register(LogEntry, AuditAdmin)
