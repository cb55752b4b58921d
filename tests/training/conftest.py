"""What the tests of the training room share: loaded homes and people."""

from hired_company import hired_company
from signed_in import as_user
from small_company import small_company

__all__ = ["as_user", "hired_company", "small_company"]
