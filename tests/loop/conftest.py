"""The loop's pages are asked of the small company."""

from small_company import small_company

__all__ = ["small_company"]
