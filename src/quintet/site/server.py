"""Starting the site: settings, migrations, static files, and the web server."""

import json
import os
import sys
from pathlib import Path

from quintet.kernel.home import Home
from quintet.kernel.threads import compute_with_one_thread

THREADS = 4


def prepare(home: Home) -> None:
    """Make a home ready to serve: its folder, its database, its static files. Harmless to repeat."""
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    set_up(home)
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    _collect_static()


def set_up(home: Home) -> None:
    """Start Django for a home, in this process and in those it starts."""
    os.environ["QUINTET_HOME"] = str(home.path)
    os.environ["QUINTET_LEDGER_URL"] = home.ledger_url
    os.environ["QUINTET_DATABASE_URL"] = home.database_url
    os.environ["QUINTET_ENGINE"] = home.engine
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quintet.site.settings")
    compute_with_one_thread()
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def serve(host: str = "127.0.0.1", port: int = 8000, *, workers: int = 1, home: Home | None = None) -> None:
    """Serve the site until stopped; migrations run first.

    Args:
        host: the address to listen on.
        port: the port.
        workers: processes; each has four threads.
        home: whose; from the environment when left out.
    """
    prepare(home or Home.from_environment())
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "quintet.site.served:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
    ).serve()


def _collect_static() -> None:
    """Copy static files to the home, compressed and named by content, when they changed."""
    from django.conf import settings
    from django.core.management import call_command

    folder = Path(settings.STATIC_ROOT)
    stamp = folder / "collected.json"
    state = json.dumps(_static_state())
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)


def _static_state() -> list[tuple[str, int, int]]:
    """Name, size and time of every static file of ours, and the interpreter's packages."""
    root = Path(__file__).parent.parent
    files = (path for path in sorted(root.glob("**/static/**/*")) if path.is_file())
    ours = [(str(path.relative_to(root)), path.stat().st_size, int(path.stat().st_mtime)) for path in files]
    return [*ours, (sys.prefix, *sys.version_info[:2])]
