"""Fairness, the plan, a candidate's own page and erasing in a real browser."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from browser_checks import assert_page_is_sound
from builders import interaction, offered, ref_id
from quintet.facts.refresh import rebuild
from quintet.ledger.interactions import Interactions

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _company(home, settings):
    """Eight old hands and six hires over fifteen months."""
    settings.HOME = home
    rows = [_joined(f"old{at}", "2020-01-06") for at in range(8)]
    rows += [_joined(f"new{at}", "2024-08-01") for at in range(6)]
    for at in range(15):
        month = date(2024 + (5 + at) // 12, (5 + at) % 12 + 1, 28)
        rows += [_won(f"old{rep}", month, 1000 + 100 * ((rep + at) % 5)) for rep in range(8)]
        rows += [_won(f"new{rep}", month, min(1000, 300 * (at - 1))) for rep in range(6) if at > 2]
    rows.append(interaction("lead.created", "2025-08-31", lead="last"))
    Interactions(home).append(offered(*rows))
    rebuild(home, zone="UTC", now=NOW)


def _joined(rep, day):
    told = {"name": rep, "role": "rep", "manager_id": ref_id("rep", "max")}
    return interaction("rep.joined", day, rep=rep, detail=json.dumps(told))


def _won(rep, day, mrr):
    ref = f"{rep}-{day}"
    return interaction(
        "opportunity.won", f"{day}", lead=ref, opportunity=ref, rep=rep, ref=ref,
        detail=json.dumps({"mrr": str(mrr)}),
    )  # fmt: skip


@pytest.fixture
def candidates(transactional_db):
    """120 decided candidates who said something about themselves, and one whose link is asked for."""
    from quintet.hiring.models.candidates import Candidate, Decision
    from quintet.hiring.models.fairness import SelfIdentification
    from quintet.hiring.models.process import SalesRole
    from quintet.site.models import User

    author = User.objects.create_user("author@hiring.test", "recruiter", "a long enough password")
    role = SalesRole.objects.create(key="ae", name="Account executive", written_by=author, written_at=NOW)
    for at in range(121):
        one = Candidate.objects.create(
            candidate_id=at, name=f"Candidate {at}", role=role, applied_on=date(2023, 1, 2), added_at=NOW
        )
        when = datetime(2023, 3, 1, tzinfo=UTC) + timedelta(days=3 * at)
        outcome = "hired" if at % 2 and at % 3 else "rejected"
        Decision.objects.create(candidate=one, outcome=outcome, reason="As scored.", decided_at=when)
        if at < 120:
            SelfIdentification.objects.create(
                candidate=one, token_digest=str(at), asked_at=when, answered_at=when,
                sex=("female", "male")[at % 2], ethnicity=("white", "asian", "black")[at % 3],
            )  # fmt: skip
    return one


def test_from_the_audit_to_the_plan(as_role, live_server, stranger, candidates):
    """An executive reads the audit and switches the index, a candidate answers, a plan is kept, one goes."""
    page, at = as_role("executive"), live_server.url + "/hiring"

    _audit(page, at)
    assert_page_is_sound(page, f"{at}/candidates/{candidates.pk}/about-you/")
    _answer(stranger, at, candidates)
    _plan(page, at)
    assert_page_is_sound(page, f"{at}/retention/")
    _erase(page, at, candidates)


def _audit(page, at):
    assert_page_is_sound(page, f"{at}/fairness/")
    page.get_by_label("Reason").fill("No independent audit this year.")
    page.get_by_role("button", name="Make it descriptive only").click()
    page.get_by_text("No independent audit this year.").wait_for()
    assert_page_is_sound(page, f"{at}/fairness/notices/?first_use=2026-03-16&contact=jobs@acme.test")


def _answer(stranger, at, candidates):
    from quintet.hiring.actions.fairness import ask

    assert_page_is_sound(stranger, f"{at}/about-you/{ask(candidates, NOW)}/")
    stranger.get_by_label("Female", exact=True).check()
    stranger.get_by_role("button", name="Send").click()
    stranger.get_by_role("heading", name="Thank you").wait_for()


def _plan(page, at):
    assert_page_is_sound(page, f"{at}/plan/")
    page.get_by_label("MRR to sign in the last month").fill("30000")
    page.get_by_role("button", name="Work it out").click()
    page.get_by_label("Keep it as").fill("Thirty")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("heading", name="Planned, and what happened").wait_for()
    assert_page_is_sound(page, page.url)


def _erase(page, at, candidates):
    assert_page_is_sound(page, f"{at}/candidates/{candidates.pk}/erase/")
    page.get_by_label("Erase everything of this candidate").check()
    page.get_by_role("button", name="Erase").click()
    page.get_by_text("none holds this candidate").wait_for()
