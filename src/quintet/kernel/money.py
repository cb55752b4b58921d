"""Money: an amount with its currency; two currencies never add up by accident."""

from dataclasses import dataclass
from decimal import Decimal

from quintet.kernel.errors import BadInput


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount in one currency.

    Args:
        amount: decimal amount in the currency's main unit.
        currency: ISO 4217 code, e.g. "USD".
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse a currency that is not three capital letters."""
        if not (len(self.currency) == 3 and self.currency.isalpha() and self.currency.isupper()):  # noqa: PLR2004
            msg = f"currency must be an ISO 4217 code such as USD, got {self.currency!r}"
            raise BadInput(msg)

    def __add__(self, other: "Money") -> "Money":
        """Add two amounts of one currency."""
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract two amounts of one currency."""
        return Money(self.amount - self._same(other).amount, self.currency)

    def times(self, factor: int | Decimal) -> "Money":
        """The amount multiplied by an exact number."""
        return Money(self.amount * factor, self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            msg = f"cannot combine {self.currency} with {other.currency}: convert one of them first"
            raise BadInput(msg)
        return other

    def __str__(self) -> str:
        """As a person reads it: 1,234.50 USD."""
        return f"{self.amount:,} {self.currency}"
