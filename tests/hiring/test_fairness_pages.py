"""Self-identification, the audit page, its export and the switch, as people use them."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from quintet.hiring.actions import fairness as actions
from quintet.hiring.actions.index_mode import switch
from quintet.hiring.asks.fairness import audit
from quintet.hiring.asks.index_mode import index_mode, may_advise
from quintet.hiring.models.fairness import SelfIdentification
from quintet.kernel.errors import BadInput
from quintet.ledger.models import InboxRow

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def decided(add_candidate):
    """Sixty women of whom 12 were hired and sixty men of whom 36 were, all of whom said so."""
    for number in range(120):
        woman = number % 2 == 0
        hired = number < (24 if woman else 72)
        add_candidate(
            number,
            "hired" if hired else "rejected",
            sex="female" if woman else "male",
            ethnicity="white" if number < 100 else "declined",
        )


def read(response):
    """The rows of a CSV response as mappings."""
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_page_counts_and_flags(as_user, decided):
    """60 women, 12 hired; 60 men, 36 hired: a third as often, and chance does not explain it."""
    page = as_user("auditor").get("/hiring/fairness/")

    text = page.content.decode()
    told = page.context["found"].measures[0].tables[0]
    assert [(one.group.people, one.group.selected) for one in told.rows] == [(60, 12), (60, 36)]
    assert "yes, and chance does not explain it" in text


def test_the_export_is_a_file_with_every_category_and_is_written_down(as_user, decided):
    """A recruiter takes it; who took it is in the log."""
    from quintet.site.models import Export

    address = "/hiring/fairness/?audited_on=2025-06-01&audited_by=Audit+House&csv=audit"
    response = as_user("recruiter").get(address)

    rows = read(response)
    assert rows[0]["Date of the most recent bias audit"] == "2025-06-01"
    assert rows[0]["Independent auditor"] == "Audit House"
    assert {row["Grouped by"] for row in rows} >= {"Sex", "Race/ethnicity", "Sex by race/ethnicity"}
    assert "Candidate" not in response.content.decode().replace("Candidates", "")
    assert Export.objects.get().filename == "audit.csv"


def test_an_empty_company_is_told_how_to_begin(as_user):
    """Nobody answered: nothing is counted, and there is no export."""
    page = as_user("executive").get("/hiring/fairness/")

    assert "Nothing to count yet" in page.content.decode()


def test_a_single_answer_or_decision_cannot_be_seen_entering(add_candidate):
    """The audit stands still until ten more have both; then all ten enter together."""
    for number in range(30):
        add_candidate(number, "hired" if number % 3 == 0 else "rejected", sex=("female", "male")[number % 2],
                      ethnicity="white")  # fmt: skip
    before = audit()

    for number in range(30, 39):
        add_candidate(number, "hired", sex="female", ethnicity="asian")
        assert audit() == before
    add_candidate(39, "hired", sex="female", ethnicity="asian")

    assert audit().people == 40


def test_an_answer_given_after_the_batch_does_not_count_yet(add_candidate):
    """Who was decided early and answers today is unknown until the next ten."""
    for number in range(30):
        add_candidate(number, "rejected", sex="male", ethnicity="white")
    silent = add_candidate(5_000, "hired", at=datetime(2025, 1, 2, tzinfo=UTC))
    before = audit()

    token = actions.ask(silent, NOW)
    actions.answer(token, "female", "asian", NOW)

    assert audit() == before
    assert before.measures[0].tables[0].unknown == 1


def test_who_withdrew_was_not_turned_down(add_candidate):
    """They are left out of the counts."""
    for number in range(30):
        add_candidate(number, "rejected" if number % 2 else "withdrew", sex="male", ethnicity="white")

    assert audit().people == 10


def test_a_link_is_made_shown_once_and_kept_as_a_digest(as_user, add_candidate):
    """A recruiter hands it over; the database holds no way back to it."""
    one = add_candidate(1)

    page = as_user("recruiter").post(f"/hiring/candidates/{one.pk}/about-you/")

    address = page.context["address"]
    token = address.rstrip("/").rpartition("/")[2]
    kept = SelfIdentification.objects.get(candidate=one)
    assert address.endswith(f"/hiring/about-you/{token}/")
    assert token not in kept.token_digest
    assert kept.answered_at is None


def test_a_candidate_answers_changes_and_takes_back_without_an_account(client, add_candidate):
    """Each through the same link; the page never says what was said before."""
    one = add_candidate(1)
    address = f"/hiring/about-you/{actions.ask(one, NOW)}/"
    first = client.get(address).content

    client.post(address, {"sex": "female", "ethnicity": "asian"})
    assert SelfIdentification.objects.get().sex == "female"
    again = client.get(address).content

    def shape(page: bytes) -> list[bytes]:
        return [line for line in page.splitlines() if b"csrf" not in line]

    assert shape(again) == shape(first)
    client.post(address, {"sex": "declined", "ethnicity": "several"})
    assert SelfIdentification.objects.get().ethnicity == "several"
    client.post(address, {"withdraw": "yes"})
    kept = SelfIdentification.objects.get()
    assert (kept.sex, kept.ethnicity, kept.answered_at) == ("", "", None)


@pytest.mark.parametrize("told", [{}, {"sex": "female"}, {"sex": "none of it", "ethnicity": "asian"}])
def test_half_an_answer_is_asked_again(client, add_candidate, told):
    """Nothing is kept; "I prefer not to say" is always there."""
    address = f"/hiring/about-you/{actions.ask(add_candidate(1), NOW)}/"

    assert client.post(address, told).status_code == 400
    assert SelfIdentification.objects.get().answered_at is None


def test_a_link_nobody_has_opens_nothing(client):
    """404, as for any other address; and the verbs refuse it too."""
    assert client.get("/hiring/about-you/guessed/").status_code == 404
    with pytest.raises(BadInput, match="not known"):
        actions.answer("guessed", "female", "asian", NOW)
    with pytest.raises(BadInput, match="one of female"):
        actions.answer("guessed", "unicorn", "asian", NOW)


def test_nothing_that_was_said_reaches_the_ledger(add_candidate):
    """What lies there is read by every formula."""
    actions.answer(actions.ask(add_candidate(1), NOW), "female", "asian", NOW)

    assert not InboxRow.objects.exists()


def test_a_new_link_ends_the_old_one_and_keeps_the_answer(add_candidate):
    """A link that was lost is no loss of what was said."""
    one = add_candidate(1)
    old = actions.ask(one, NOW)
    actions.answer(old, "male", "black", NOW)

    actions.ask(one, NOW + timedelta(days=1))

    assert not actions.is_known(old)
    assert SelfIdentification.objects.get().sex == "male"


def test_the_index_advises_until_somebody_switches_it(as_user, author):
    """An executive makes it descriptive, with a reason that stays and goes to the ledger."""
    assert may_advise()

    page = as_user("executive").post(
        "/hiring/fairness/switch/", {"mode": "descriptive", "reason": "No audit this year yet."}, follow=True
    )

    assert not may_advise()
    assert "No audit this year yet." in page.content.decode()
    row = InboxRow.objects.get().payload
    assert (row["kind"], row["outcome"]) == ("index.switched", "descriptive")
    assert json.loads(row["detail"])["reason"] == "No audit this year yet."
    assert index_mode().other == "advising"


def test_a_switch_without_a_reason_or_to_what_is_already_so_is_refused(as_user, author):
    """400 with the reason at the form; nothing changes."""
    client = as_user("executive")
    assert client.post("/hiring/fairness/switch/", {"mode": "descriptive", "reason": ""}).status_code == 400
    assert client.post("/hiring/fairness/switch/", {"mode": "advising", "reason": "x"}).status_code == 400
    with pytest.raises(BadInput, match="one of advising, descriptive"):
        switch("secret", "x", by=author, now=NOW)
    with pytest.raises(BadInput, match="say why"):
        switch("descriptive", " ", by=author, now=NOW)
    assert may_advise()


@pytest.mark.parametrize(
    ("role", "reads", "switches"),
    [("executive", 200, 302), ("recruiter", 200, 403), ("auditor", 200, 403), ("interviewer", 403, 403),
     ("operations", 403, 403), ("manager", 403, 403)],
)  # fmt: skip
def test_who_reads_the_audit_and_who_switches(as_user, role, reads, switches):
    """Sums are for recruiters, executives and auditors; the switch is the executive's."""
    client = as_user(role)

    assert client.get("/hiring/fairness/").status_code == reads
    told = {"mode": "descriptive", "reason": "x"}
    assert client.post("/hiring/fairness/switch/", told).status_code == switches


def test_notice_texts_are_filled_in(as_user):
    """Ten business days before Monday 16 March 2026 is Monday the 2nd; the mode decides the wording."""
    from quintet.site.models import Company

    Company.objects.create(name="Acme")
    page = as_user("recruiter").get(
        "/hiring/fairness/notices/?contact=jobs@acme.test&first_use=2026-03-16&kept_months=12"
    )

    text = page.content.decode()
    assert "Candidates have to be told by Monday, 2 March 2026" in text
    assert "Acme uses a hiring index" in text
    assert "write to jobs@acme.test" in text
    assert "Retention: 12 months" in text
    assert "Have counsel confirm" in text
