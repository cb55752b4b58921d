"""The worker's part: killed, repeated or broken, nothing is loaded twice and nobody is left waiting."""

import pytest
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from quintet.facts import refresh as refreshing
from quintet.ledger.interactions import Interactions
from quintet.site.jobs import sweeper
from quintet.sources.files import asks, jobs
from quintet.sources.files.models import State, Upload

DEALS = (
    "Deal ID,Deal Owner,Deal Stage,Create Date\n1,Ann,Closed won,2025-01-03\n2,Bob,Closed lost,2025-01-05\n"
)


class Killed(BaseException):
    """Stands for SIGKILL: nothing after it runs."""


def die(*_args, **_kwargs):
    """Stop dead."""
    raise Killed


@pytest.fixture
def loading(proposed, operations):
    """An upload that was told to load, and no worker yet."""
    upload = proposed({"deals.csv": DEALS})
    operations.post(f"/import/{upload.pk}/change/", {"then": "load"})
    upload.refresh_from_db()
    assert upload.state == State.LOADING
    return upload


def test_killed_before_the_report_is_kept_it_loads_nothing_twice(loading, monkeypatch, home):
    """The ledger has the rows, the upload does not know: the second run finds them known, and says so."""
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "told_of", die)
        with pytest.raises(Killed):
            jobs.load_files.call(str(loading.pk))
    rows = Interactions(home).rows()
    assert rows > 0

    jobs.load_files.call(str(loading.pk))

    loading.refresh_from_db()
    assert (loading.state, Interactions(home).rows()) == (State.LOADED, rows)
    assert (loading.report["totals"]["known"], loading.report["reconciles"]) == (2, True)


def test_killed_during_the_refresh_it_goes_on_there(loading, monkeypatch):
    """The report of the load that happened stays; only the facts are left to do."""
    with monkeypatch.context() as patch:
        patch.setattr(refreshing, "refresh", die)
        with pytest.raises(Killed):
            jobs.load_files.call(str(loading.pk))
    loading.refresh_from_db()
    report = loading.report
    assert (loading.state, report["totals"]["loaded"]) == (State.REFRESHING, 2)

    jobs.load_files.call(str(loading.pk))

    loading.refresh_from_db()
    assert (loading.state, loading.report) == (State.LOADED, report)


def test_a_task_that_runs_again_afterwards_does_nothing(loading, work):
    """A finished upload stays as it is."""
    work()

    assert jobs.load_files.call(str(loading.pk)) == "nothing to do"
    assert jobs.inspect_files.call(str(loading.pk)) == "nothing to do"
    assert jobs.check_map.call(str(loading.pk)) == "nothing to do"


def test_pressing_load_twice_queues_one_load(loading, operations):
    """The second press finds the upload being loaded, and shows that."""
    answer = operations.post(f"/import/{loading.pk}/change/", {"then": "load"}, follow=True)

    assert "Being loaded" in answer.content.decode()
    assert DBTaskResult.objects.ready().filter(task_path=jobs.load_files.module_path).count() == 1


@pytest.mark.parametrize("state", [State.INSPECTING, State.CHECKING, State.LOADING])
def test_a_task_whose_workers_died_is_given_back(proposed, state):
    """After the last try the person may try again; nobody waits for a worker that never comes."""
    upload = proposed({"deals.csv": DEALS})
    task = DBTaskResult.objects.latest("enqueued_at")
    task.set_failed(RuntimeError(f"its worker died {sweeper.MAX_STARTS} times"))
    Upload.objects.filter(pk=upload.pk).update(state=state, task_id=str(task.pk))

    found = asks.find_upload(upload.pk)

    assert found.state == (State.UNREADABLE if state == State.INSPECTING else State.READY)
    assert "the worker was stopped several times" in found.problem


def test_a_running_task_is_left_alone(loading):
    """Waiting or running is not dead."""
    DBTaskResult.objects.filter(pk=loading.task_id).update(status=TaskResultStatus.RUNNING)

    assert asks.find_upload(loading.pk).state == State.LOADING


def test_a_bug_leaves_the_upload_in_the_persons_hands(loading, monkeypatch, home):
    """What we did not foresee is logged for operations, and the page says what to do."""

    def break_down(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "load", break_down)

    with pytest.raises(ZeroDivisionError):
        jobs.load_files.call(str(loading.pk))

    loading.refresh_from_db()
    assert (loading.state, Interactions(home).version()) == (State.READY, -1)
    assert "nothing of yours is lost: try again" in loading.problem


def test_progress_counts_and_ends_with_a_fresh_page(loading, operations, work):
    """The bar asks until the worker is done; then the page is loaded again."""
    before = operations.get(f"/import/{loading.pk}/progress/")
    assert "Waiting for the worker" in before.content.decode()
    assert "HX-Refresh" not in before.headers

    work()

    assert operations.get(f"/import/{loading.pk}/progress/").headers["HX-Refresh"] == "true"


def test_a_report_names_no_path_of_the_machine(proposed, change, home):
    """Where rejected rows lie is the server's business."""
    many = DEALS + "".join(f"{n},Ann,Closed won,2025-01-03\n" for n in range(10, 40))
    upload = proposed({"deals.csv": many.replace("2025-01-05", "soon")})
    change(upload, "load")

    assert upload.report["sentence"].endswith("; 1 line was rejected.")
    assert str(home.path) not in str(upload.report)
