"""`quintet init`: a home for a company."""

import sys
from typing import Annotated

import typer

from quintet.cli.terminal import say
from quintet.kernel.errors import BadInput
from quintet.kernel.home import Home


def init(
    email: Annotated[str | None, typer.Option(help="Your e-mail address: the first login.")] = None,
    name: Annotated[str, typer.Option(help="Your name.")] = "",
    company: Annotated[str, typer.Option(help="What your company is called: it stands on every page.")] = "",
) -> None:
    """Make the home of your company and your login; running it again changes nothing.

    The password is asked for, or read from standard input when that is not a terminal.
    """
    home = Home.from_environment()
    _prepare(home)
    say(f"Your company lives in {home.path}.")
    if email is None and sys.stdin.isatty():
        email = typer.prompt(
            "Your e-mail address to sign in with (or nothing)", default="", show_default=False
        )
    if email:
        _add_login(email, name)
    if not company and sys.stdin.isatty():
        company = typer.prompt("Your company's name (or nothing)", default="", show_default=False)
    if company:
        _name_company(company)
    say("Next: quintet serve --open, sign in, and home leads on; or quintet import FILES here.")


def _prepare(home: Home) -> None:
    from quintet.site.server import prepare

    prepare(home)


def _add_login(email: str, name: str) -> None:
    from quintet.site.models import User
    from quintet.site.roles import Role

    if User.objects.filter(email=email.strip().lower()).exists():
        say(f"{email} can sign in already; nothing changed.")
        return
    User.objects.create_user(email, Role.OPERATIONS, _password(), name=name)
    say(f"{email} can sign in, with the role operations.")


def _name_company(company: str) -> None:
    from quintet.site.bootstrap import name_company

    name_company(company)
    say(f"Every page says {company}.")


def _password() -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password)
    except ValidationError as error:
        msg = f"this password cannot be used: {' '.join(error.messages)}"
        raise BadInput(msg) from error
    return str(password)
