import pyarrow.parquet as pq
import pytest
from readings import rows

from builders import interaction, offered, ref_id
from quintet.facts.published import Facts
from quintet.facts.refresh import refresh
from quintet.ledger.erasure import erase
from quintet.ledger.interactions import Interactions

pytestmark = pytest.mark.django_db


def files_with(home, *needles):
    """Parquet files of any version in which one of these ids or words occurs."""
    return [
        str(path.relative_to(home.facts))
        for path in home.facts.rglob("*.parquet")
        for text in [repr(pq.read_table(path).to_pydict())]
        if any(str(needle) in text for needle in needles)
    ]


@pytest.mark.parametrize(("entity", "name"), [("lead", "ann"), ("rep", "rita")])
def test_nothing_of_an_erased_person_is_left_in_any_version(home, now, entity, name):
    """Older versions held the person: the load after an erasure removes them and computes everything anew."""
    for number in range(3):
        Interactions(home).append(
            offered(
                interaction("rep.joined", "2025-01-01", rep="rita", detail='{"name": "Rita Needle"}'),
                interaction("lead.created", "2026-01-01", lead="ann", detail='{"label": "Ann Needle"}'),
                interaction("call.attempted", f"2026-01-0{number + 2}", lead="ann", rep="rita"),
                interaction("opportunity.won", "2026-01-09", lead="ann", opportunity="d", rep="rita"),
                interaction("call.attempted", f"2026-01-0{number + 2}", lead="bob", rep="carl"),
            )
        )
        refresh(home, now=now)
    needles = (ref_id(entity, name), f"{name.title()} Needle")
    assert len({file.split("/")[0] for file in files_with(home, *needles)}) == 3

    erase(home, entity, ref_id(entity, name), by="ann@example.com", at=now)
    done = refresh(home, now=now)

    assert not done.incremental
    assert files_with(home, *needles) == []
    assert [path.name for path in home.facts.iterdir() if path.name.isdigit()] == [f"{done.version:06d}"]
    kept = {lead["lead_id"]: lead["attempts"] for lead in rows(Facts.published(home), "leads")}
    assert kept[ref_id("lead", "bob")] == 3
