import gc
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from random_ledger import random_rows
from readings import everything, rows

from builders import interaction, offered
from quintet.facts import building as building_room
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild, refresh
from quintet.facts.versions import current_version, folder_of
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.ledger.interactions import Interactions


def test_facts_before_the_first_load_say_what_to_do(home):
    """Opening nothing is no empty answer: it names the next step."""
    with pytest.raises(NotEnoughData, match="import a file"):
        Facts.published(home)


def test_unknown_table_is_refused_by_name(load):
    """A wrong name is answered with the right ones."""
    facts = load(interaction("call.attempted", lead="ann"))

    with pytest.raises(BadInput, match="one of leads, attempts"):
        facts.table("deals")


def test_open_version_does_not_change_under_its_reader(home, now):
    """Who opened a version reads it to the end, also when two newer ones were published since."""
    Interactions(home).append(offered(*random_rows(random.Random(5), 40)))
    rebuild(home, now=now)
    old = Facts.published(home)
    before = everything(old)
    for load in (1, 2):
        Interactions(home).append(offered(*random_rows(random.Random(load), 10, first=100 * load)))
        refresh(home, now=now)

    assert everything(old) == before
    assert Facts.published(home).version == old.version + 2


def test_old_versions_are_removed_but_the_newest_three(home, now):
    """The folder does not grow with every load."""
    for load in range(5):
        Interactions(home).append(offered(interaction("call.attempted", "2026-01-05", lead=f"l{load}")))
        refresh(home, now=now)

    names = sorted(path.name for path in home.facts.iterdir() if path.is_dir() and path.name.isdigit())
    assert names == ["000003", "000004", "000005"]


def test_unchanged_files_are_linked_and_not_copied(home, now):
    """A refresh writes what is new; what was there is the same file on disk."""
    for load in range(2):
        Interactions(home).append(offered(interaction("call.attempted", "2026-01-05", lead=f"l{load}")))
        refresh(home, now=now)

    first = home.facts / "000001" / "leads" / "000001.parquet"
    assert first.samefile(home.facts / "000002" / "leads" / "000001.parquet")


def test_failure_at_any_step_leaves_the_published_version(home, now, monkeypatch):
    """Whatever step of a refresh fails, readers keep the old version and the next refresh is right."""
    Interactions(home).append(offered(*random_rows(random.Random(5), 40)))
    rebuild(home, now=now)
    before = everything(Facts.published(home))
    Interactions(home).append(offered(*random_rows(random.Random(6), 20, first=100)))
    for step in ("keep_news", "compute_touched", "_fold", "_as_of"):
        with monkeypatch.context() as patch:
            patch.setattr(building_room.Building, step, _broken)
            with pytest.raises(OSError, match="disk full"):
                refresh(home, now=now)
        assert everything(Facts.published(home)) == before
        assert not list(home.facts.glob("building-*"))

    refresh(home, now=now)
    done = everything(Facts.published(home))
    rebuild(home, now=now)
    assert done == everything(Facts.published(home))


def _broken(*_arguments, **_named):
    msg = "disk full"
    raise OSError(msg)


_LOAD = "import sys; from quintet.kernel.home import Home; from quintet.facts.refresh import refresh; "
_LOAD += "print('go', flush=True); refresh(Home.at(sys.argv[1]))"


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_killed_refresh_leaves_the_published_version(home, share):
    """Kill -9 at any moment: the version before is published and whole, and the next refresh is right."""
    Interactions(home).append(offered(*random_rows(random.Random(5), 40)))
    rebuild(home)
    before = everything(Facts.published(home))
    Interactions(home).append(offered(*random_rows(random.Random(6), 20, first=100)))
    process = subprocess.Popen([sys.executable, "-c", _LOAD, str(home.path)], stdout=subprocess.PIPE)
    process.stdout.readline()
    killer = threading.Timer(share * 3, os.kill, (process.pid, signal.SIGKILL))
    killer.start()
    process.wait()
    killer.cancel()
    process.stdout.close()

    found = Facts.published(home)
    assert everything(found) == before or found.version > 1
    refresh(home)
    done = everything(Facts.published(home))
    rebuild(home)
    assert done == everything(Facts.published(home))
    assert not list(home.facts.glob("building-*"))


def test_threads_may_ask_one_version_at_once(load):
    """A page with four charts asks four questions of one open version."""
    facts = load(*random_rows(random.Random(9), 60))
    expected = len(rows(facts, "leads"))
    answers = []

    def ask():
        answers.extend(len(rows(facts, "leads")) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [expected] * 20


def test_opening_a_version_is_quick(load, home):
    """Opening costs less than a page may take to think: best of five, with room for a busy machine."""
    load(interaction("call.attempted", lead="ann"))

    def opened():
        started = time.process_time()
        Facts.published(home).close()
        return time.process_time() - started

    assert min(opened() for _ in range(5)) < 0.05


def test_facts_of_another_release_are_computed_anew(home, now):
    """Files with other columns are neither read nor added to: the next refresh computes everything."""
    Interactions(home).append(offered(interaction("call.attempted", lead="ann")))
    rebuild(home, zone="Europe/Berlin", now=now)
    file = folder_of(home.facts, current_version(home.facts)) / "manifest.json"
    told = json.loads(file.read_text())
    file.write_text(json.dumps(told | {"columns": "older"}))

    with pytest.raises(NotEnoughData, match="quintet refresh"):
        Facts.published(home)
    done = refresh(home, now=now)

    assert not done.incremental
    assert Facts.published(home).manifest.zone == "Europe/Berlin"


def test_a_version_is_opened_once_for_all_threads(home, now):
    """Every page of a process reads the same open version, also when many ask for it at the same moment."""
    Interactions(home).append(offered(interaction("call.attempted", lead="ann")))
    rebuild(home, now=now)
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(lambda _: Facts.published(home), range(16)))

    assert {id(facts) for facts in opened} == {id(opened[0])}
    opened[0].close()
    assert rows(opened[1], "attempts", "attempt_number") == [{"attempt_number": 1}]
    assert opened[0].coverage() is opened[1].coverage()


def test_a_new_version_is_seen_at_once_and_the_old_one_closes_with_its_last_reader(home, now):
    """A reader keeps his version as long as he holds it; the process itself keeps two."""
    opened = []
    for lead in ("ann", "bob", "cy"):
        Interactions(home).append(offered(interaction("call.attempted", lead=lead)))
        refresh(home, now=now)
        opened.append(weakref.ref(Facts.published(home)))
        assert opened[-1]().manifest.rows["leads"] == len(opened)
    gc.collect()

    assert [one() is None for one in opened] == [True, False, False]
