"""Training in the simulated company: a playbook, a curriculum, a class of new reps, a certificate."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from quintet.cli.demo_calls import record
from quintet.cli.demo_exams import hold

if TYPE_CHECKING:
    from quintet.facts.published import Facts
    from quintet.training.models.curriculum import HireClass

#: Days before the newest one on which the playbook was written, and on which a page of it changed.
_WRITTEN, _CHANGED = 200, 25
_FEWEST_IN_CLASS = 5
#: Who joined more days ago is no new rep.
_NEW = 500
_CERTIFICATE = ("product_basics", "discovery_calls")
_CUSTOMER = """
Owners of firms with 5 to 50 people who sell to other firms and do their own marketing.

## They fit when

- somebody writes for them already, but nobody knows what it brings
- they bought leads last year and would not again

## They do not fit when

They want calls made for them. Say so on the first call, and part on good terms.

## Ask to find out

1. Where did your last five customers hear of you?
2. What did that cost you, in hours?
3. Who else would have to agree?
"""
_CUSTOMER_NOW = _CUSTOMER.replace("5 to 50 people", "20 to 200 people").replace(
    "3. Who else would have to agree?", "3. Who signs, and who has to live with it?"
)
_OBJECTIONS = """
## "It is too expensive."

- Behind it: beside what, or: I do not see what it brings.
- Ask: what does a customer bring you in a year, and how many more would pay for this?
- Then: do the sum together, with their numbers.

## "We have an agency for that."

- Ask: which of their posts brought you a customer? If they know, leave them alone.

## "Send me something."

- Ask: what would have to be in it, so that you call me back?
"""


def teach(facts: "Facts") -> None:
    """Playbook, modules, a class, an exam, a certificate, calls; nothing where somebody taught."""
    from django.db import transaction

    from quintet.training.actions.playbook import check_steps
    from quintet.training.models.playbook import PlaybookPage

    as_of = (facts.as_of or datetime.now(UTC)).replace(tzinfo=UTC)
    if PlaybookPage.objects.exists():
        return
    with transaction.atomic():
        by = _teacher()
        written = as_of - timedelta(days=_WRITTEN)
        _write(by, written)
        made = _start_class(facts, by)
        if made is not None:
            _certify(facts, by, written)
            _learn(facts, made, by)
            _finish_two(made, by, as_of - timedelta(days=_CHANGED + 3))
            _change(made, by, as_of - timedelta(days=_CHANGED))
            _open_project(made, as_of)
            hold(made, by, as_of)
        record(facts.home, facts, by)
        check_steps(facts, as_of)


def _teacher() -> Any:  # noqa: ANN401 -- somebody with an account
    from quintet.site.models import User

    return User.objects.filter(role="enablement").first() or User.objects.get(role="executive")


def _write(by: Any, now: datetime) -> None:  # noqa: ANN401
    """The examples, two of them filled in."""
    from quintet.training.actions.modules import take_examples as take_tracks
    from quintet.training.actions.playbook import rewrite, take_examples
    from quintet.training.terms.playbook import Written
    from quintet.training.terms.starter_modules import TRACK_BY_KEY
    from quintet.training.terms.starter_pages import BY_KEY

    take_examples(BY_KEY, by=by, now=now)
    take_tracks(TRACK_BY_KEY, by=by, now=now)
    filled = Written("Filled in with what our own calls taught")
    for key, body in (("whom-we-sell-to", _CUSTOMER), ("what-buyers-object", _OBJECTIONS)):
        rewrite(replace(BY_KEY[key], body=body.strip()), filled, by=by, now=now + timedelta(hours=1))


def _start_class(facts: "Facts", by: Any) -> "HireClass | None":  # noqa: ANN401
    """The newest hires and the rep of the demo, from the day the newest of them joined."""
    from quintet.site.models import User
    from quintet.training.actions.classes import NewClass, start
    from quintet.training.models.curriculum import Track

    hires = _newest_hires(facts)
    if not hires:
        return None
    users = [
        User.objects.filter(rep_id=row["rep_id"]).first()
        or User.objects.create_user(
            f"hire{place}@demo.test", "rep", None, name=row["name"], rep_id=row["rep_id"]
        )
        for place, row in enumerate(hires, start=1)
    ]
    users += [one for one in User.objects.filter(role="rep", email="rep@demo.test") if one not in users]
    day = max(row["joined_on"] for row in hires)
    new = NewClass(f"{day:%B %Y}", Track.objects.get(key="new-reps"), day)
    return start(new, users, by=by, now=datetime.combine(day, time(9), tzinfo=UTC))


def _newest_hires(facts: "Facts") -> list[dict[str, Any]]:
    """Reps of the newest hire classes, as many classes as make one of five or more."""
    reps, since = facts.table("reps"), ((facts.as_of or datetime.now(UTC)) - timedelta(days=_NEW)).date()
    here = reps.filter(
        reps.valid_to.isnull(), reps.left_on.isnull(), reps.role == "rep", reps.joined_on >= since
    )
    rows = facts.arrow(here.select("rep_id", "name", "joined_on")).to_pylist()
    rows.sort(key=lambda row: (row["joined_on"], row["rep_id"]), reverse=True)
    found: list[dict[str, Any]] = []
    for row in rows:
        if len(found) >= _FEWEST_IN_CLASS and row["joined_on"] != found[-1]["joined_on"]:
            break
        found.append(row)
    return found


def _certify(facts: "Facts", by: Any, now: datetime) -> None:  # noqa: ANN401
    from quintet.training.actions.certificates import write
    from quintet.training.terms.certificates import CertificateText

    leads = facts.table("leads")
    row = facts.arrow(leads.aggregate(segment=leads.segment.max())).to_pylist()[0]
    pages = ("whom-we-sell-to",)
    text = CertificateText("first-calls", "First calls", row["segment"] or "", 12, _CERTIFICATE, (), pages)
    write(text, by=by, now=now)


def _learn(facts: "Facts", made: "HireClass", by: Any) -> None:  # noqa: ANN401
    """What each has finished, on the day the history says."""
    from quintet.training.actions.completions import complete
    from quintet.training.asks.curriculum import finished_by
    from quintet.training.models.curriculum import Module

    modules = Module.objects.in_bulk(field_name="key")
    users = {seat.user.rep_id: seat.user for seat in made.seats.select_related("user")}
    taken = facts.table("module_completions")
    rows = facts.arrow(taken.filter(taken.rep_id.isin(list(users))).order_by("completed_at")).to_pylist()
    for row in rows:
        module = modules.get(row["module"])
        if module is not None:
            signed_by = by if finished_by(module) == "signed_off" else None
            at = row["completed_at"].replace(tzinfo=UTC)
            complete(users[row["rep_id"]], module, finished_by(module), now=at, signed_by=signed_by)


def _finish_two(made: "HireClass", by: Any, now: datetime) -> None:  # noqa: ANN401
    """The two who are furthest have finished the rest, too."""
    from quintet.training.actions.completions import complete
    from quintet.training.asks.certificates import finished
    from quintet.training.asks.curriculum import finished_by, track

    taken = track(made.track.key)
    seats = sorted(made.seats.select_related("user"), key=lambda seat: -len(finished(seat.user)))
    for seat in seats[:2]:
        for step in taken.steps if taken else ():
            way = finished_by(step.module)
            complete(seat.user, step.module, way, now=now, signed_by=by if way == "signed_off" else None)


def _change(made: "HireClass", by: Any, now: datetime) -> None:  # noqa: ANN401
    """The customer changed: who was certified shows it again, and all but one have."""
    from quintet.training.actions.completions import complete
    from quintet.training.actions.playbook import rewrite
    from quintet.training.models.certificates import Grant
    from quintet.training.models.curriculum import Module
    from quintet.training.terms.playbook import Written
    from quintet.training.terms.starter_pages import BY_KEY

    why = "Firms below twenty people leave within the year: we sell to larger ones now"
    text = replace(BY_KEY["whom-we-sell-to"], body=_CUSTOMER_NOW.strip())
    rewrite(text, Written(why, unsettles=True), by=by, now=now)
    module = Module.objects.get(key="discovery_calls")
    ended = Grant.objects.exclude(revoked_at=None).filter(user__in=made.seats.values("user"))
    for grant in ended.select_related("user").order_by("pk")[1:]:
        complete(grant.user, module, "signed_off", now=now + timedelta(days=6), signed_by=by)


def _open_project(made: "HireClass", as_of: datetime) -> None:
    """The first of the class who may has a blog with some readers."""
    from quintet.training.actions.projects import open_project, type_in
    from quintet.training.asks.certificates import finished
    from quintet.training.models.curriculum import Module

    module, before = (Module.objects.get(key=key) for key in ("live_product_use", "product_basics"))
    for seat in made.seats.select_related("user"):
        done = finished(seat.user)
        if before.pk in done and module.pk not in done:
            opened = as_of - timedelta(days=14)
            one = open_project(seat.user, module, "notes.example/selling", "", now=opened)
            type_in(one, {"visits": 64, "leads": 1}, now=as_of - timedelta(days=1))
            return
