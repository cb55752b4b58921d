"""`quintet demo`: a simulated company, from nothing to pages."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from quintet.cli.company import start_of_history
from quintet.cli.demo_decisions import decide
from quintet.cli.serve import PORT, is_free
from quintet.cli.terminal import say
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

    from quintet.simulate.company import Company
    from quintet.site.bootstrap import Login

NAME = "Simulated company"
Tell = Callable[[str], None]


def demo(
    reps: Annotated[int, typer.Option(help="Sales reps.")] = 20,
    quarters: Annotated[int, typer.Option(help="Quarters of history, up to the last one that is over.")] = 8,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 1,
    serve: Annotated[bool, typer.Option("--serve", help="Then serve the pages and open a browser.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="Port to listen on; a free one when left out.")] = None,
) -> None:
    """Build a simulated company: its history, its facts and a login for each role.

    A home that already holds this demo is used as it is; one that holds a real company is refused.
    """
    started = time.perf_counter()
    home = Home.from_environment()
    with _progress() as progress:
        told = progress.add_task("Planting the company", total=None)
        company = _planted(home, reps, quarters, seed)
        _load(home, company, lambda text: progress.update(told, description=text))
        logins = _logins(home)
        progress.update(told, description="Letting them agree on a contract, and try something")
        decide(home)
    say(f"A simulated company of {reps} reps over {quarters} quarters, in {home.path}:")
    say(f"ready in {time.perf_counter() - started:.0f} s. Nothing in it is real.")
    for login in logins:
        print(f"  {login.role:<11}  {login.email:<22}  {login.password}")
    if serve:
        chosen = port or next(candidate for candidate in count(PORT) if is_free(host, candidate))
        _become_server(home, host, chosen)


def _become_server(home: Home, host: str, port: int) -> None:
    """Serve from a fresh process: web workers are forked, and Delta's threads do not survive a fork."""
    os.environ["QUINTET_HOME"] = str(home.path)
    words = ["serve", "--open", "--host", host, "--port", str(port)]
    os.execv(sys.executable, [sys.executable, "-m", "quintet.cli.main", *words])  # noqa: S606  ourselves


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _planted(home: Home, reps: int, quarters: int, seed: int) -> "Company":
    """The company ordered; the order is kept in the home, so that it is the same the next time."""
    from quintet.ledger.interactions import Interactions
    from quintet.simulate.company import company
    from quintet.simulate.spec import CompanySpec

    order_file = home.path / "demo.json"
    start = start_of_history(datetime.now(UTC).date(), quarters)
    order = {"reps": reps, "quarters": quarters, "seed": seed, "start": start.isoformat()}
    if order_file.exists():
        order = json.loads(order_file.read_text()) | {"reps": reps, "quarters": quarters, "seed": seed}
        if order != json.loads(order_file.read_text()):
            msg = (
                f"{home.path} holds a demo of another size: name an empty folder, quintet --home FOLDER demo"
            )
            raise BadInput(msg)
    elif Interactions(home).version() >= 0:
        msg = f"{home.path} holds a company already: name an empty folder, quintet --home FOLDER demo"
        raise BadInput(msg)
    spec = CompanySpec(reps, quarters, seed, date.fromisoformat(str(order["start"])))
    home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    order_file.write_text(json.dumps(order))
    return company(spec)


def _load(home: Home, company: "Company", tell: Tell) -> None:
    """Ledger, names, facts; each step does nothing when it was done before."""
    import pyarrow as pa

    from quintet.facts.refresh import rebuild
    from quintet.facts.versions import current_version
    from quintet.ledger.identity import Aliases
    from quintet.ledger.interactions import Interactions
    from quintet.ledger.schema import OFFERED
    from quintet.simulate.spec import ZONE

    reader = pa.RecordBatchReader.from_batches(OFFERED, _told(company.batches(), tell))
    Interactions(home).append(reader, dedupe=False, app_transaction=("demo", 1))
    if current_version(home.facts) is None:
        tell("Saying who is who")
        Aliases(home).link(company.aliases())
        tell("Computing the facts")
        rebuild(home, zone=ZONE)


def _told(batches: Iterator["pa.RecordBatch"], tell: Tell) -> Iterator["pa.RecordBatch"]:
    rows = 0
    for batch in batches:
        rows += batch.num_rows
        tell(f"Writing history: {rows:,} interactions")
        yield batch


def _logins(home: Home) -> Sequence["Login"]:
    """A login for each role; the manager leads the rep."""
    from quintet.facts.published import Facts
    from quintet.site.bootstrap import create_demo_users

    with closing(Facts.published(home)) as facts:
        people = facts.table("reps")
        here = people.filter(people.valid_to.isnull() & people.left_on.isnull())
        rows = facts.arrow(here.select("rep_id", "name", "role", "manager_id")).to_pylist()
    by_id = {row["rep_id"]: row for row in rows}
    led = sorted(
        (r for r in rows if r["role"] == "rep" and r["manager_id"] in by_id), key=lambda r: r["rep_id"]
    )
    rep = led[0]
    manager = by_id[rep["manager_id"]]
    names = {"manager": manager["name"], "rep": rep["name"]}
    return create_demo_users(
        home, manager_rep_id=manager["rep_id"], rep_rep_id=rep["rep_id"], names=names, company=NAME
    )
