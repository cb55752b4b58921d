import random

import pytest
from random_ledger import random_rows

from builders import offered
from quintet.facts import tables
from quintet.facts.engines import DuckEngine, SparkEngine
from quintet.facts.metrics import METRICS
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.facts.schema import TABLES
from quintet.facts.versions import Manifest, current_version, folder_of
from quintet.facts.views import define_buyers, define_inputs
from quintet.kernel.home import Home
from quintet.ledger.interactions import Interactions

ZONE = "Europe/Berlin"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A random company, computed by DuckDB: the answers the other engines must give."""
    home = Home.at(tmp_path_factory.mktemp("engines"))
    Interactions(home).append(offered(*random_rows(random.Random(11), 300)))
    rebuild(home, zone=ZONE)
    facts = Facts.published(home)
    yield home, facts
    facts.close()


@pytest.fixture(scope="module")
def spark():
    """One Spark session of one thread for all tests here, in UTC."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").appName("quintet-tests")
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield SparkEngine(session)
    session.stop()


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request, published):
    """Each engine in turn, with the kept rows and the tables of the company to read."""
    home, _facts = published
    chosen = DuckEngine() if request.param == "duckdb" else request.getfixturevalue("spark")
    folder = folder_of(home.facts, current_version(home.facts))
    manifest = Manifest.read(folder)
    for name, generations in manifest.tables.items():
        chosen.read(name, [folder / one.file for one in generations])
    define_buyers(chosen)
    return chosen


def told(answer):
    """Rows as text, sorted: two answers are equal when these are."""
    return sorted(repr(one) for one in answer.to_pylist())


@pytest.mark.parametrize("name", [*tables.BY_LEAD, *tables.WHOLE])
def test_table_is_the_same_on_every_engine(published, engine, name):
    """Row by row, the table an engine computes from the kept rows is the one that was published."""
    _home, facts = published

    define_inputs(engine, name)
    answer = engine.arrow(tables.expression(name, ZONE))

    stored = facts.arrow(tables.named(name))
    assert answer.schema.names == stored.schema.names
    assert told(answer) == told(stored)
    assert answer.num_rows > 0


@pytest.mark.parametrize("name", METRICS)
def test_metric_is_the_same_on_every_engine(published, engine, name):
    """A number does not depend on where it was computed."""
    _home, facts = published
    metric = METRICS[name]
    table = facts.table(metric.grain)
    question = metric.value(table).name("value").as_table()

    assert engine.arrow(question)["value"][0].as_py() == pytest.approx(
        facts.arrow(question)["value"][0].as_py(), abs=1e-12
    )


@pytest.mark.spark
@pytest.mark.slow
def test_spark_home_publishes_what_a_duckdb_home_does(published, spark, monkeypatch):
    """With QUINTET_ENGINE=spark the same version comes out, file by file."""
    home, facts = published
    on_spark = Home.from_environment({"QUINTET_HOME": str(home.path), "QUINTET_ENGINE": "spark"})

    rebuild(on_spark, zone=ZONE)

    there = Facts.published(on_spark)
    for name in TABLES:
        assert told(there.arrow(there.table(name))) == told(facts.arrow(facts.table(name))), name
