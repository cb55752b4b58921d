"""The errors Quintet raises on purpose.

QuintetError
├── BadInput          the caller can fix it                   HTTP 400, exit 2
├── NotEnoughData     the data cannot answer this yet         HTTP 422, exit 3
└── DidNotConverge    the data is there, the fit failed       HTTP 422, exit 3

Anything else is a bug: it crashes, and is logged once, at the door.
A message gives the value, the rule and the next step; the facts are attributes too.
"""

from datetime import date


class QuintetError(Exception):
    """Root of every error that Quintet raises on purpose."""

    exit_code = 1
    http_status = 500


class BadInput(QuintetError):
    """What was given breaks a rule; the message names the value, the rule and the next step."""

    exit_code = 2
    http_status = 400


class NotEnoughData(QuintetError):
    """Too little data for an honest answer.

    Args:
        message: what cannot be said yet, in the words of a sales manager.
        have: how many units there are.
        need: how many the method needs.
        unit: what is counted, e.g. "matured leads".
        expected_on: the day the present flow of data reaches `need`; None if it is unknown.
    """

    exit_code = 3
    http_status = 422

    def __init__(
        self,
        message: str,
        *,
        have: int = 0,
        need: int = 1,
        unit: str = "records",
        expected_on: date | None = None,
    ) -> None:
        super().__init__(message)
        self.have = have
        self.need = need
        self.unit = unit
        self.expected_on = expected_on


class DidNotConverge(QuintetError):
    """A fit that has the data it needs did not reach an answer."""

    exit_code = 3
    http_status = 422
