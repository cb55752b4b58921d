import pytest

from quintet.ledger.interactions import Interactions
from quintet.site.jobs import heartbeat


def test_a_new_site_is_well(client, db):
    """Database and an empty ledger can be read; no worker yet is said, not held against it."""
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "ledger": "ok", "worker": "silent"}


def test_a_worker_is_seen(client, db):
    """A sign of life counts for thirty seconds."""
    heartbeat.beat("w")

    assert client.get("/healthz").json()["worker"] == "alive"


def test_a_broken_ledger_is_ill(client, db, home):
    """The log of the table is damaged: 503, and the part that failed is named."""
    log = home.path / "ledger" / "interactions" / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_text("not json")

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["ledger"] == "failed"
    assert response.json()["database"] == "ok"


def test_metrics_for_this_machine(client, db):
    """Prometheus beside the site reads them without a token."""
    text = client.get("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()

    assert 'quintet_tasks{state="ready"} 0.0' in text
    assert "quintet_ledger_version -1.0" in text


@pytest.mark.parametrize("how", [{"REMOTE_ADDR": "10.0.0.9"}, {"headers": {"X-Forwarded-For": "10.0.0.9"}}])
def test_metrics_for_nobody_else(client, db, how):
    """Not from another machine, nor through a proxy that stands on ours."""
    assert client.get("/metrics", **how).status_code == 403


def test_metrics_with_a_token(client, db, settings):
    """Once a token is set, it is what counts, on this machine too."""
    settings.METRICS_TOKEN = "secret"

    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    good = {"Authorization": "Bearer secret"}
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9", headers=good).status_code == 200


def test_metrics_count_the_ledger(client, db, home, offer_calls):
    """Rows and version as the Delta log has them."""
    offer_calls(3, source="simulated")

    text = client.get("/metrics").content.decode()

    assert "quintet_ledger_rows 3.0" in text
    assert f"quintet_ledger_version {Interactions(home).version()}.0" in text
