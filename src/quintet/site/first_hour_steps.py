"""The steps of a new company's first hour: from what is known of it, what is done and what is next."""

from collections.abc import Callable
from dataclasses import dataclass

from quintet.kernel.counted import counted

DONE, NEXT, LATER, OPTIONAL = "done", "next", "later", "optional"


@dataclass(frozen=True)
class Known:
    """What the system knows of a company's first hour.

    Args:
        rows: lines of files that were loaded in the browser; 0 when all came another way.
        interactions: what the ledger holds.
        rejected: lines that wait to be corrected.
        rejects_load: the newest load with such lines; empty when there is none.
        open_upload: files handed in and not loaded yet: their name; empty when there are none.
        open_upload_url: their page.
        is_published: the facts that pages read are there.
        reps: people of the sales organisation.
        teams: teams they are in.
        saw_funnel, saw_health: somebody opened the page since.
        can, partly, cannot: formulas the data can feed, with a gap, not at all.
        missing: of the first formula that cannot be fed, why.
        quotas: reps with a quota in the newest month that has any.
        has_contract: marketing and sales have agreed on one.
        turned: where turning the history stands, in a sentence.
        turn_refusal: why there is nothing to turn; empty when there is.
        is_turning: the worker is at it because somebody asked.
        is_turned: every formula that can be turned is.
    """

    rows: int = 0
    interactions: int = 0
    rejected: int = 0
    rejects_load: str = ""
    open_upload: str = ""
    open_upload_url: str = ""
    is_published: bool = False
    reps: int = 0
    teams: int = 0
    saw_funnel: bool = False
    saw_health: bool = False
    can: int = 0
    partly: int = 0
    cannot: int = 0
    missing: str = ""
    quotas: int = 0
    has_contract: bool = False
    turned: str = ""
    turn_refusal: str = ""
    is_turning: bool = False
    is_turned: bool = False


@dataclass(frozen=True)
class Step:
    """One step as the guide draws it.

    Args:
        key: its name.
        title: what to do.
        told: what is true of it now.
        gives: what one has from it.
        action: the next thing to press.
        page: name of the address it leads to; the address itself when it begins with /.
        permission: who may press it.
        who: the roles that may, in words.
        is_done: nothing is left to do.
        is_optional: the hour is over without it.
        needs_data: it waits for the first load.
        is_post: pressing it changes something.
    """

    key: str
    title: str
    told: str
    gives: str
    action: str
    page: str
    permission: str
    who: str
    is_done: bool = False
    is_optional: bool = False
    needs_data: bool = True
    is_post: bool = False


def steps_of(known: Known) -> tuple[Step, ...]:
    """Every step, in the order they are taken."""
    makers: tuple[Callable[[Known], Step], ...] = (
        _load,
        _people,
        _funnel,
        _health,
        _quotas,
        _contract,
        _turn,
    )
    return tuple(make(known) for make in makers)


def _load(known: Known) -> Step:
    action, page = _load_action(known)
    return Step(
        "load",
        "Start with an export of your CRM",
        _loaded(known),
        "You see what becomes of every row before anything is loaded.",
        action,
        page,
        "files.import_files",
        "operations or an executive",
        is_done=known.interactions > 0,
        needs_data=False,
    )


def _load_action(known: Known) -> tuple[str, str]:
    if known.open_upload:
        return "Look at the proposal", known.open_upload_url
    if known.rejects_load:
        return "Correct the rejected rows", f"/import/loads/{known.rejects_load}/rejects/"
    return ("Add another file" if known.interactions else "Import files"), "files:uploads"


def _loaded(known: Known) -> str:
    if known.open_upload and not known.interactions:
        return f"{known.open_upload} is handed in, and not loaded yet."
    if not known.interactions:
        return (
            "Nothing is loaded yet. Export deals, leads, activities and people as CSV or Excel, "
            "and hand all the files in together."
        )
    rows = f"{counted(known.rows, 'row')} became " if known.rows else ""
    rejected = counted(known.rejected, "row waits", "rows wait")
    waiting = f"{rejected} to be corrected" if known.rejected else "no row was rejected"
    being = "" if known.is_published else " The worker prepares the pages; look again in a minute."
    return f"{rows}{counted(known.interactions, 'interaction')}; {waiting}.{being}"


def _people(known: Known) -> Step:
    told = f"{known.reps:,} people are known, in {known.teams:,} team{'s' * (known.teams != 1)}."
    if known.reps and not known.teams:
        told = f"{known.reps:,} people are known, and no team: no file says who leads whom."
    return Step(
        "people",
        "Say who is in which team",
        told if known.reps else "Nobody is known yet.",
        "A rep is compared with his own team, and a manager sees his own people. "
        "A file with one row a person will do: name, team or manager.",
        "Add a file of people",
        "files:uploads",
        "files.import_files",
        "operations or an executive",
        is_done=known.teams > 0,
        is_optional=known.reps > 0,
    )


def _funnel(known: Known) -> Step:
    return Step(
        "funnel",
        "See the funnel",
        "Somebody has opened it." if known.saw_funnel else "Nobody has opened it yet.",
        "Each rep in one sentence: where he is weak, how sure that is, and which records say so.",
        "Open the rep funnels",
        "management:funnel",
        "management.see_funnel",
        "operations, an executive or a sales manager",
        is_done=known.saw_funnel,
    )


def _health(known: Known) -> Step:
    told = f"{known.can} can be fed, {known.partly} with a gap, {known.cannot} cannot."
    missing = f" {known.missing}" if known.missing else ""
    return Step(
        "health",
        "See what is missing",
        f"Of the formulas, {told}{missing}",
        "For each formula why it can or cannot answer, and which file to add.",
        "Open data health",
        "data-health",
        "site.see_data_health",
        "operations, an executive or a sales manager",
        is_done=known.saw_health,
    )


def _quotas(known: Known) -> Step:
    told = f"{known.quotas:,} reps have a quota." if known.quotas else "No quota is recorded."
    return Step(
        "quotas",
        "Say what each rep is to sell",
        told,
        "Targets, pipeline coverage and ramp need it. A file with rep, month and quota; its rows are quotas.",
        "Add a file of quotas",
        "files:uploads",
        "files.import_files",
        "operations or an executive",
        is_done=known.quotas > 0,
        is_optional=True,
    )


def _contract(known: Known) -> Step:
    told = "Both sides have accepted one." if known.has_contract else "There is none yet."
    return Step(
        "contract",
        "Agree what marketing and sales owe each other",
        told,
        "Leads are counted in points against a monthly target, and calls against a clock.",
        "Open the contract",
        "demand:contract",
        "demand.see_leads",
        "marketing proposes, a sales manager accepts, or an executive does both",
        is_done=known.has_contract,
        is_optional=True,
    )


def _turn(known: Known) -> Step:
    is_refused = bool(known.turn_refusal)
    told = f"Nothing to turn yet: {known.turn_refusal}." if is_refused else f"{known.turned}."
    is_settled = known.is_turned or known.is_turning
    return Step(
        "turn",
        "Turn the first period",
        told,
        "Every formula is scored on what followed, quarter by quarter of your history, and fitted anew. "
        + ("The worker is at it." if is_settled else "The worker goes on by itself; this does it at once."),
        "See the scores" if is_settled or is_refused else "Turn it now",
        "loop:scores" if is_settled or is_refused else "loop:turn",
        "loop.see_scores" if is_settled or is_refused else "loop.turn",
        "operations or an executive",
        is_done=known.is_turned,
        is_optional=is_refused,
        is_post=not (is_settled or is_refused),
    )
