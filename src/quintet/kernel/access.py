"""Who may open a page: one mark on the page itself. The site refuses every page that has none.

@needs("management.see_funnel")     # a permission, defined in the room's rules.py
@signed_in                          # anybody with an account
@public                             # anybody at all
"""

from collections.abc import Callable
from typing import Any, TypeVar

PUBLIC = "public"
SIGNED_IN = "signed in"

Page = TypeVar("Page", bound=Callable[..., Any])


def needs(permission: str) -> Callable[[Page], Page]:
    """Mark a page with the permission its reader must have."""

    def mark(page: Page) -> Page:
        page.access = permission  # type: ignore[attr-defined]
        return page

    return mark


signed_in = needs(SIGNED_IN)
public = needs(PUBLIC)


def access_of(page: Callable[..., Any]) -> str | None:
    """The mark of a page; None when nobody decided who may open it."""
    return getattr(page, "access", None)
