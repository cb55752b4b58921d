"""The company a command works on."""

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
