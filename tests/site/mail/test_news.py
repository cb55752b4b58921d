"""The daily mail says what is new in the reader's own training, for three days or until it is read."""

from datetime import UTC, datetime, timedelta

import pytest

from quintet.site.mail.news import with_news
from quintet.training.actions.notices import notify, read

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
OWN = {"own": "<p>You</p>", "own-text": "YOU", "row-1": "me"}


@pytest.fixture
def reader(django_user_model):
    """A rep who reads mail."""
    return django_user_model.objects.create_user("rep@news.test", "rep")


def test_nothing_new_changes_nothing(reader, django_user_model):
    """Neither somebody else's news, nor old news, nor what was read."""
    other = django_user_model.objects.create_user("other@news.test", "rep")
    notify(other, "Not yours.", now=NOW)
    notify(reader, "Old.", now=NOW - timedelta(days=4))
    read(notify(reader, "Read.", now=NOW), now=NOW)

    assert with_news(OWN, reader, "https://q.test", NOW) == OWN
    assert with_news({}, reader, "https://q.test", NOW) == {}


def test_news_stand_before_the_own_figures_and_run_nowhere(reader):
    """In both forms of the letter, with the page to go to."""
    notify(reader, "Your certificate <b>A</b> has ended.", now=NOW - timedelta(days=1))
    told = with_news(OWN, reader, "https://q.test", NOW)

    assert "<li>Your certificate &lt;b&gt;A&lt;/b&gt; has ended.</li>" in told["own"]
    assert 'href="https://q.test/training/mine/"' in told["own"]
    assert told["own"].endswith("<p>You</p>")
    assert told["own-text"].splitlines() == [
        "NEW IN YOUR TRAINING", "- Your certificate <b>A</b> has ended.",
        "https://q.test/training/mine/", "", "YOU",
    ]  # fmt: skip
    assert told["row-1"] == "me"
