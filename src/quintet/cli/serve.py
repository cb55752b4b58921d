"""`quintet serve`: the pages, and the worker behind them."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.cli.terminal import say
from quintet.kernel.errors import BadInput

PORT = 8000
_PATIENCE_SECONDS = 60
_GRACE_SECONDS = 10


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = PORT,
    workers: Annotated[int, typer.Option(help="Web processes, with eight threads each.")] = 1,
    background: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Run the background worker as well.")
    ] = True,
    show_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Serve the pages until Ctrl-C, with the background worker beside them."""
    home = open_home()
    if not is_free(host, port):
        msg = f"port {port} of {host} is taken: name another with --port"
        raise BadInput(msg)
    from quintet.site import server

    server.prepare(home)
    url = f"http://{host}:{port}/"
    say(f"Quintet is at {url} (Ctrl-C ends it).")
    if show_page:
        _open_browser_when_ready(url)
    with _worker() if background else nullcontext():
        server.serve(host, port, workers=workers, home=home)


def is_free(host: str, port: int) -> bool:
    """May we listen there?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _open_browser_when_ready(url: str) -> None:
    """Open the page once it answers, where there is a screen to open it on."""
    has_screen = (
        sys.platform in {"darwin", "win32"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if has_screen:
        threading.Thread(target=_open_when_ready, args=(url,), daemon=True).start()


def _open_when_ready(url: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(f"{url}healthz", timeout=5).close()  # noqa: S310  our own address
            webbrowser.open(url)
            return
        time.sleep(0.3)


@contextmanager
def _worker() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "quintet.cli.main", "worker"])
    try:
        yield
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Let it finish what it is doing; whoever pressed Ctrl-C waits no minute, and every job bears a kill."""
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
