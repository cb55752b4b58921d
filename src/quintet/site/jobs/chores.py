"""What the worker does again and again: each harmless to run twice, and told in a few words."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from quintet.kernel.home import Home
from quintet.site.jobs.sweeper import sweep

if TYPE_CHECKING:
    from quintet.facts.published import Facts


def move_inbox() -> str:
    """Move single rows from the inbox into the ledger."""
    from quintet.ledger import mover

    moved = mover.move(settings.HOME)
    return f"{moved} rows moved" if isinstance(moved, int) else str(moved or "nothing to move")


def refresh_when_stale() -> str:
    """Bring the facts up to date when the ledger has moved on."""
    from quintet.facts.refresh import refresh
    from quintet.site.loaded import facts_are_current

    if facts_are_current():
        return "up to date"
    done = refresh(settings.HOME)
    return f"version {done.version} in {done.seconds:.1f} s"


def once_loaded(run: Callable[[Home], str]) -> Callable[[], str]:
    """A job that needs something loaded: before that it says so and does nothing."""

    @wraps(run)
    def told() -> str:
        from quintet.site.loaded import loaded

        return "nothing loaded" if loaded().is_empty else run(settings.HOME)

    return told


def with_facts(run: Callable[["Facts"], str]) -> Callable[[], str]:
    """A job that is handed the newest facts, once there are some."""

    @once_loaded
    @wraps(run)
    def told(home: Home) -> str:
        from quintet.facts.published import Facts

        return run(Facts.published(home))

    return told


@once_loaded
def compact_ledger(home: Home) -> str:
    """Join the ledger's small files."""
    from quintet.ledger.compaction import compact

    return str(compact(home))


def tidy() -> str:
    """Forget expired sessions, old task results, workers long gone and uploads nobody loaded."""
    from django.contrib.sessions.backends.db import SessionStore
    from django_tasks_db.models import DBTaskResult

    from quintet.site.mail import outbox
    from quintet.site.models import Heartbeat, JobProgress
    from quintet.sources.files.actions import discard_forgotten

    SessionStore.clear_expired()
    month_ago = timezone.now() - timedelta(days=30)
    gone, _ = DBTaskResult.objects.finished().filter(finished_at__lt=month_ago).delete()
    JobProgress.objects.filter(updated_at__lt=month_ago).delete()
    Heartbeat.objects.filter(beat_at__lt=month_ago).delete()
    outbox.forget(timezone.now().date())
    uploads = discard_forgotten(month_ago)
    return f"{gone} old records forgotten, {uploads} uploads thrown away"


@with_facts
def turn_experiments(facts: "Facts") -> str:
    """Draw new leads into the cells of running experiments, and judge them."""
    from quintet.demand.actions.experiments import turn

    return turn(facts, timezone.now())


@with_facts
def renew_reports(facts: "Facts") -> str:
    """Compute the reports on sources, terms and content from the newest facts."""
    from quintet.demand.actions.margin import margin_share
    from quintet.demand.actions.reports import renew

    return renew(facts, margin=margin_share())


def close_sittings() -> str:
    """Hand in exams whose time is up, with what was saved."""
    from quintet.training.actions.sittings import close_overdue

    return f"{close_overdue(now=timezone.now())} handed in"


@with_facts
def renew_hires(facts: "Facts") -> str:
    """Work out what became of everybody who was hired, and fit the index, when the facts have moved on."""
    from quintet.hiring.actions.index import renew_index
    from quintet.hiring.actions.success import renew_success

    return f"{renew_success(facts)}; index: {renew_index(facts)}"


@with_facts
def renew_ramp(facts: "Facts") -> str:
    """Work out the ramp and which modules shorten it, when the facts have moved on."""
    from quintet.training.actions import ramp

    return ramp.renew_ramp(facts)


@with_facts
def renew_chain(facts: "Facts") -> str:
    """Tell reps and leads apart, and link traits and modules to steps, when the facts have moved on."""
    from quintet.loop.actions import chain

    return chain.renew_chain(facts)


@with_facts
def turn_orders(facts: "Facts") -> str:
    """Draw new hires into running orders of modules, and judge them."""
    from quintet.training.actions import orders

    return orders.turn(facts, timezone.now())


@with_facts
def renew_training(facts: "Facts") -> str:
    """Analyse exams, put them beside the field, and measure what mentors brought."""
    from quintet.training.actions.items import renew_items
    from quintet.training.actions.mentors import judge_pairs
    from quintet.training.actions.readiness import renew_readiness

    told = renew_items(facts), renew_readiness(facts), judge_pairs(facts, timezone.now())
    return "; ".join(told)


@with_facts
def renew_score(facts: "Facts") -> str:
    """Fit the lead score from the newest facts, at most once a day."""
    from quintet.demand.actions.margin import margin_share
    from quintet.demand.actions.score import renew

    return renew(facts, margin=margin_share())


@with_facts
def advise(facts: "Facts") -> str:
    """Advise from how many points on leads are worth working, where the score says something new."""
    from quintet.demand.jobs import advise_threshold

    return advise_threshold(facts, timezone.now())


@with_facts
def route_leads(facts: "Facts") -> str:
    """Draw new leads into the score or out of it, and say what the score is worth."""
    from quintet.demand.actions import routing, worth

    return f"{routing.route(facts, timezone.now())}; {worth.renew(facts)}"


@with_facts
def renew_credit(facts: "Facts") -> str:
    """Share out credit, and say what customers are worth, from the newest facts."""
    from quintet.demand.actions.credit import renew
    from quintet.demand.actions.margin import margin_share

    return renew(facts, margin=margin_share())


@with_facts
def renew_forecast(facts: "Facts") -> str:
    """Forecast the running month and quarter from the newest facts, and count coverage."""
    from quintet.management.actions.forecast import renew

    return renew(facts)


def count_contract() -> str:
    """Count the contract between marketing and sales from the newest facts."""
    from quintet.demand.actions.contract_count import count_when_stale

    return count_when_stale()


@once_loaded
def turn_formulas(home: Home) -> str:
    """Turn each formula through the newest period that is over, a period at a time."""
    from quintet.loop.jobs import turned

    return turned(home, most=1)


@with_facts
def renew_worth(facts: "Facts") -> str:
    """Say what the formulas in use were worth, when facts or decisions have moved on."""
    from quintet.loop.actions.worth import renew

    return renew(facts)


@once_loaded
def keep_up_decisions(home: Home) -> str:
    """Pick up what formulas advise, and measure what followed."""
    from quintet.loop.actions.decisions import keep_up

    return keep_up(home, timezone.now())


@once_loaded
def watch_drift(home: Home) -> str:
    """See whether inputs still come as they did and promises are kept, and advise an early refit."""
    from quintet.loop.jobs import watched

    return watched(home)


@once_loaded
def refit_early(home: Home) -> str:  # noqa: ARG001 -- as jobs that need something loaded are asked
    """Refit what people accepted to have refitted before the next turn."""
    from quintet.loop.jobs import refitted

    return refitted()


@with_facts
def measure_coaching(facts: "Facts") -> str:
    """See of each coaching plan whether the rate has moved, by the newest facts."""
    from quintet.management.actions.coaching_effects import judge_all

    return judge_all(facts, timezone.now())


@with_facts
def watch_inputs(facts: "Facts") -> str:
    """See whose weekly inputs have dropped, by the newest facts."""
    from quintet.management.actions.early_warnings import renew

    return renew(facts, timezone.now())


@with_facts
def take_in_candidates(facts: "Facts") -> str:
    """Give candidates that came with the company's history a record, and hired ones their rep."""
    from quintet.hiring.actions.history import adopt_history

    return adopt_history(facts, timezone.now())


@with_facts
def watch_playbook(facts: "Facts") -> str:
    """See whether the steps of playbook pages have moved, and count the figures of hands-on projects."""
    from quintet.training.actions.playbook import check_steps
    from quintet.training.actions.projects import count_projects

    now = timezone.now()
    return f"{check_steps(facts, now)}, {count_projects(facts, now)}"


def keep_certificates() -> str:
    """Tell people that a certificate expires soon, and end those whose time is over."""
    from quintet.training.actions.certificates import keep_up

    return keep_up(timezone.now())


def keep_calls() -> str:
    """Erase the words of calls whose time is over, and listen to calls for topics that were worded anew."""
    from quintet.training.actions.call_words import forget_due
    from quintet.training.actions.topics import listen_again

    erased, heard = forget_due(timezone.now()), listen_again()
    return f"words of {erased} calls erased, {heard} calls listened to again"


def prepare_letters() -> str:
    """Put the mails that are due this morning into the outbox."""
    from quintet.site.mail.editions import prepare

    return prepare(timezone.now())


def send_mail() -> str:
    """Hand letters to the mail server."""
    from quintet.site.mail.sending import send_due

    return send_due()


def sweep_tasks() -> str:
    """Give the tasks of dead workers back to the queue."""
    return f"{sweep()} tasks given back"
