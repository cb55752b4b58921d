"""What every page of the shell shows: company, sidebar, how fresh the data is, whether it is simulated."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from quintet.site.loaded import loaded, published_facts
from quintet.site.models import Company
from quintet.site.navigation import sidebar


def shell(request: HttpRequest) -> dict[str, Any]:
    """The shell's part of a template context; worked out only by pages that draw it."""
    return {
        "company": SimpleLazyObject(company_name),
        "sidebar": SimpleLazyObject(lambda: sidebar(request)),
        "loaded": SimpleLazyObject(loaded),
        "published": SimpleLazyObject(_published),
    }


def company_name() -> str:
    """The name operations gave the company."""
    first = Company.objects.first()
    return first.name if first else "Quintet"


def _published() -> dict[str, Any]:
    facts = published_facts()
    return {} if facts is None else {"version": facts.version, "as_of": facts.as_of}
