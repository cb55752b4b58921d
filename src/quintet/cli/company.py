"""The company a command works on."""

from datetime import date

from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home


def open_home() -> Home:
    """The home of this company.

    Raises:
        BadInput: when there is none yet.
    """
    home = Home.from_environment()
    if not home.path.is_dir():
        msg = f"there is no Quintet in {home.path}: run quintet init, or name another with --home"
        raise BadInput(msg)
    return home


def start_of_history(today: date, quarters: int) -> date:
    """First day of a simulated history that ends with the last quarter that is over."""
    months = today.year * 12 + (today.month - 1) // 3 * 3 - 3 * quarters
    return date(months // 12, months % 12 + 1, 1)
