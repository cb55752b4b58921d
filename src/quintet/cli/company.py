"""The company a command works on: its home, and its records when they are needed."""

import os

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


def open_records(home: Home) -> None:
    """Start Django on this home, so that users, jobs and the inbox can be reached."""
    import django

    os.environ["QUINTET_HOME"] = str(home.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quintet.site.settings")
    django.setup()


def prepare_records() -> None:
    """Bring the database to this version and collect what browsers are served; does nothing twice."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
