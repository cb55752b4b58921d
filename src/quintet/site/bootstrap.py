"""The first accounts: one for operations of a new company, or one a role for the demo."""

import secrets
from dataclasses import dataclass

from quintet.kernel.home import Home
from quintet.site.server import prepare

#: Words one can type from a terminal, for passwords that are shown once.
_SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "xa", "zu")


@dataclass(frozen=True)
class Login:
    """One account as it is handed over: the password is shown now and kept nowhere."""

    email: str
    password: str
    role: str
    name: str


_NAMED = {
    "executive": "Elena Executive",
    "marketer": "Mara Marketer",
    "operations": "Olu Operations",
    "auditor": "Ada Auditor",
    "recruiter": "Rosa Recruiter",
    "interviewer": "Ivo Interviewer",
    "enablement": "Enid Enablement",
}
#: Roles that have pages in the demo.
_DEMO_ROLES = (
    "executive",
    "manager",
    "rep",
    "marketer",
    "recruiter",
    "interviewer",
    "enablement",
    "operations",
    "auditor",
)


def new_password() -> str:
    """Four words of four letters' sounds: about 64 bits, and readable."""
    return "-".join("".join(secrets.choice(_SYLLABLES) for _ in range(4)) for _ in range(4))


def create_user(
    home: Home, email: str, role: str, *, name: str = "", rep_id: int | None = None, company: str = ""
) -> Login:
    """Make an account, or give an existing one a new password, role and rep.

    Returns:
        The login with its new random password.
    """
    prepare(home)
    login = _save_user(email, role, name=name, rep_id=rep_id)
    if company:
        name_company(company)
    return login


def _save_user(email: str, role: str, *, name: str, rep_id: int | None) -> Login:
    from quintet.site.models import User

    password = new_password()
    user = User.objects.filter(email=email.lower()).first() or User(email=email.lower())
    user.role, user.name, user.rep_id, user.is_active = role, name or user.name, rep_id, True
    user.set_password(password)
    user.save()
    return Login(user.email, password, role, user.name)


def name_company(name: str) -> None:
    """Say whose Quintet this is."""
    from quintet.site.models import Company

    Company.objects.update_or_create(pk=1, defaults={"name": name})


def create_demo_users(
    home: Home,
    *,
    manager_rep_id: int | None = None,
    rep_rep_id: int | None = None,
    names: dict[str, str] | None = None,
    company: str = "Simulated company",
) -> tuple[Login, ...]:
    """One login for each role that has pages in the demo, each with a new random password.

    Args:
        home: whose.
        manager_rep_id: the rep_id of the manager to sign in as.
        rep_rep_id: the rep_id of the rep to sign in as.
        names: role → the person's name, where it should be the one in the data.
        company: the name in the header.

    Returns:
        The logins; the caller prints them once, nothing keeps the passwords.
    """
    prepare(home)
    reps = {"manager": manager_rep_id, "rep": rep_rep_id}
    named = _NAMED | (names or {})
    logins = tuple(
        _save_user(f"{role}@demo.test", role, name=named.get(role, role.capitalize()), rep_id=reps.get(role))
        for role in _DEMO_ROLES
    )
    name_company(company)
    return logins
