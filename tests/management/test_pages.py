"""The funnel pages over HTTP: layout, links, and who gets what."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_the_page_has_the_seeds_layout(visit):
    """Counts of five stages on the left, four conversions on the right, overall rates at the bottom."""
    page = visit("executive", "/management/").content.decode()

    for name in ("worked", "connected", "qualified", "demo", "won"):
        assert f'id="count-{name}-title"' in page
    for step in (
        "worked-connected",
        "connected-qualified",
        "qualified-demo",
        "demo-won",
        "worked-won",
        "connected-won",
    ):
        assert f'id="rate-{step}-title"' in page
    left, right = page.index("count-worked-title"), page.index("rate-worked-connected-title")
    assert left < right < page.index("count-connected-title") < page.index("rate-worked-won-title")


def test_every_link_of_the_page_opens(visit):
    """No number leads nowhere: each distinct kind of link answers 200."""
    page = visit("executive", "/management/").content.decode()
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/management/[^"]*)"', page)}
    kinds = {re.sub(r"rep=\d+|rep/\d+", "rep", link): link for link in links}

    assert len(kinds) > 10
    for link in kinds.values():
        assert visit("executive", link).status_code == 200, link


def test_a_rep_page_reads_the_rep_and_opens_the_onion(visit, small_company):
    """The sentence, every step, and the parts."""
    page = visit("executive", f"/management/rep/{min(small_company.team)}/").content.decode()

    assert "Step by step, beside the peers" in page
    assert "Peel the onion" in page
    assert "connects per dial" in page


def test_a_rep_sees_only_the_own_sentence(visit, small_company):
    """Colleagues' rows are not in the page at all."""
    member = min(small_company.team)
    names = {rep["rep_id"]: rep["name"] for rep in small_company.reps}

    page = visit("rep", "/management/", rep_id=member).content.decode()

    assert names[member] in page
    assert not [name for rep_id, name in names.items() if rep_id != member and name in page]


def test_a_colleagues_page_is_refused(visit, small_company):
    """A typed address gets an explanation, not a colleague's numbers."""
    one, other = sorted(small_company.team)[:2]

    answer = visit("rep", f"/management/rep/{other}/", rep_id=one)

    assert answer.status_code == 400
    assert "not yours to see" in answer.content.decode()


def test_a_recruiter_does_not_read_funnels(visit):
    """Roles without the permission are refused."""
    assert visit("recruiter", "/management/").status_code == 403


def test_records_download_as_csv_with_every_row(visit):
    """The list behind a number leaves as a file, and the download is written down."""
    from quintet.site.models import Export

    answer = visit("executive", "/management/records/?stage=demo&csv=records")
    rows = b"".join(answer.streaming_content) if answer.streaming else answer.content

    assert answer["Content-Type"].startswith("text/csv")
    assert len(rows.decode().strip().splitlines()) > 50
    assert Export.objects.count() == 1


@pytest.mark.parametrize(
    "query",
    [
        "?period=soon",
        "?team=nobody",
        "records/?stage=lunch",
        "records/?rep=x&stage=demo",
        "records/?step=won-demo",
        "records/",
    ],
)
def test_a_wrong_address_says_what_is_right(visit, query):
    """A typed address gets the rule and the next step, with status 400."""
    answer = visit("executive", f"/management/{query}")

    assert answer.status_code == 400
    assert "must" in answer.content.decode() or "choose" in answer.content.decode()
