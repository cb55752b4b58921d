"""Which records a person may see: asked in one way, answered in one place, empty unless a rule gives it."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from quintet.facts.scope import Scope

Record = TypeVar("Record", bound=models.Model)


class VisibleQuerySet(models.QuerySet[Record]):
    """A queryset that can be narrowed to what one person may see.

    The rule reads the model: `rep_id` is held against the reps in scope, `user` against the person.
    A model with neither is visible to whoever sees everybody.
    """

    def visible_to(self, user: object) -> Self:
        """The rows this person may see; none for a stranger."""
        from quintet.site.scope import scope_of

        if not getattr(user, "is_authenticated", False):
            return self.none()
        scope = scope_of(user)
        return self if scope.rep_ids is None else self.filter(self._own_rows(user, scope))

    def _own_rows(self, user: object, scope: "Scope") -> models.Q:
        names = {field.name for field in self.model._meta.get_fields()}  # noqa: SLF001  Django's public name for it
        mine = models.Q(pk__in=[])
        if isinstance(user, self.model):
            mine |= models.Q(pk=user.pk)
        if "user" in names:
            mine |= models.Q(user=user)
        if "rep_id" in names:
            mine |= models.Q(rep_id__in=scope.rep_ids)
        return mine
