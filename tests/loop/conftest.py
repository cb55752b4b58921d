"""The loop's pages are asked of the small company, and of one whose lead score was turned three times."""

from dataclasses import replace

import pytest
from django.test import Client

from quintet.demand.in_loop import BaseRate, LeadScoreInLoop
from quintet.loop.running import Turns, shelf_of
from quintet.loop.terms import BASELINE, FROZEN, IN_USE, Cluster, Contest, Turn
from small_company import small_company

__all__ = ["small_company"]
FORMULA = LeadScoreInLoop()
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def turned(small_company, tmp_path):
    """Three quarters of the lead score, written as a run writes them."""
    home = replace(small_company.home, path=tmp_path)
    (tmp_path / "facts").symlink_to(small_company.home.facts)
    shelf, turns = shelf_of(home, FORMULA), Turns(home, FORMULA.name)
    for quarter in (1, 2, 3):
        version = shelf.put(BaseRate(0.04 + quarter / 100, 100 * quarter, 4 * quarter).text)
        losses = {BASELINE: 0.20, IN_USE: 0.18, FROZEN: 0.19, "all past": 0.18}
        clusters = tuple(Cluster(f"{rep} 2025-0{quarter}", 10, losses) for rep in range(12))
        contest = Contest("all past", BASELINE, 0.02, 0.01, 0.03, 36, 30, is_won=quarter == 3)
        turn = Turn(
            formula=FORMULA.name,
            period=f"2025Q{quarter}",
            since=f"2025-0{3 * quarter - 2}-01T00:00:00+00:00",
            until=f"2025-{3 * quarter + 1:02d}-01T00:00:00+00:00",
            in_use="all past" if quarter == 3 else BASELINE,
            next="all past" if quarter == 3 else BASELINE,
            fitted={BASELINE: version, "all past": version},
            frozen=version,
            units=120 if quarter > 1 else 0,
            clusters=clusters if quarter > 1 else (),
            contests=(contest,),
            reading=f"what was decided in the {quarter}. quarter",
        )
        turns.keep(turn, 1)
    return home


@pytest.fixture
def visit(turned, settings, django_user_model):
    """Open a page as a role, on a company that was turned."""
    settings.HOME = turned

    def opened(role, address, **more):
        user = django_user_model.objects.create_user(
            f"{role}{django_user_model.objects.count()}@test.test", role, "pass"
        )
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(user, backend=BACKEND)
        return browser.post(address, more) if more else browser.get(address)

    return opened
