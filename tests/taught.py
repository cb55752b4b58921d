"""A training room small enough to hold in the head: who teaches, who learns, and what."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def people(db, django_user_model):
    """Enablement, a manager with rep 1 in the team, reps 1 to 3, and others."""
    made = {
        role: django_user_model.objects.create_user(f"{role}@train.test", role, name=role.capitalize())
        for role in ("enablement", "executive", "manager", "operations", "auditor", "recruiter")
    }
    made["manager"].rep_id = 9
    made["manager"].save()
    for number, name in ((1, "Ann"), (2, "Bo"), (3, "Cy")):
        made[name.lower()] = django_user_model.objects.create_user(
            f"{name.lower()}@train.test", "rep", name=name, rep_id=number
        )
    return SimpleNamespace(**made)


@pytest.fixture
def taught(people):
    """Two pages, a reading about the first, a role play about the second after it, both certified for."""
    from quintet.training.actions.certificates import write as certify
    from quintet.training.actions.modules import set_steps, write_module, write_track
    from quintet.training.actions.playbook import write
    from quintet.training.terms.certificates import CertificateText
    from quintet.training.terms.curriculum import ModuleText, TrackStep
    from quintet.training.terms.playbook import PageText

    by = {"by": people.enablement, "now": NOW}
    worth = write(PageText("worth", "value_proposition", "Worth", "It saves a day.", "connected"), **by)
    price = write(PageText("price", "objections", "Price", "Ask: beside what?", "won"), **by)
    read = write_module(ModuleText("read_worth", "Read the worth", "reading", pages=("worth",)), **by)
    play = write_module(
        ModuleText("play_price", "Play the price", "role_play", pages=("price",), after=("read_worth",)), **by
    )
    track = write_track("New reps", "rep", "new-reps", **by)
    set_steps(track, (TrackStep("read_worth", 1), TrackStep("play_price", 3)), **by)
    certificate = certify(
        CertificateText(
            "first", "First calls", "small business", 12, ("read_worth", "play_price"), (), ("price",)
        ),
        **by,
    )
    return SimpleNamespace(
        by=by, worth=worth, price=price, read=read, play=play, track=track, certificate=certificate
    )


def learned(taught, user, now=NOW):
    """Somebody finishes both modules."""
    from quintet.training.actions.completions import say_done, sign_off

    say_done(user, taught.read, now=now)
    sign_off(user, taught.play, by=taught.by["by"], now=now)


def told(kind):
    """What was told to the ledger of one kind: payloads with their detail read, in order."""
    from quintet.ledger.models import InboxRow

    rows = (one.payload for one in InboxRow.objects.order_by("pk"))
    return [{**row, "detail": json.loads(row["detail"])} for row in rows if row["kind"] == kind]
