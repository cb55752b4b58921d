"""`quintet demand`: the answers of the demand pages, for scripts."""

import json
from typing import Annotated

import typer

from quintet.cli.company import open_home
from quintet.kernel.errors import BadInput


def demand(
    question: Annotated[
        str,
        typer.Argument(
            help="leads, score, points, contract, sources, terms, content, attribution, lifetime …"
        ),
    ],
    pick: Annotated[
        list[str] | None,
        typer.Option(help="What the page's filters pick, e.g. period=last6; may be repeated."),
    ] = None,
) -> None:
    """Print what a demand page shows, as JSON: the same answer as the page and the API.

    Answers are those the worker, or quintet score, last computed.
    """
    home = open_home()
    from quintet.site.server import prepare

    prepare(home)
    from quintet.demand.answers import answered
    from quintet.facts.published import Facts
    from quintet.facts.scope import Scope

    found = answered(Facts.published(home), Scope.everything(), question, dict(map(_picked, pick or [])))
    print(json.dumps(found, indent=2))


def _picked(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        msg = f"pick takes name=value, e.g. period=last6, got {text!r}"
        raise BadInput(msg)
    return name, value
