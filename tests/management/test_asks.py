"""The questions of the management room: who may ask what, and that every number reconciles."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Barrier, BrokenBarrierError

import pytest

from quintet.facts.scope import Scope
from quintet.kernel.errors import BadInput
from quintet.management.asks import funnel as asks
from quintet.management.records import Selection
from quintet.management.terms.funnel import WIN_RATE, Step

EVERYTHING = Scope.everything()


@pytest.fixture(scope="module")
def facts(small_company):
    """The company's facts."""
    return small_company.facts


def _asked(facts, scope=EVERYTHING, **filters):
    return asks.question(facts, scope, replace(asks.Filters(), **filters))


def test_every_count_opens_exactly_its_records(facts):
    """A tile that says 412 opens a list of 412, for the team and for each rep."""
    asked = _asked(facts)
    team = asks.funnel(facts, EVERYTHING, asked)

    for count in team.team_counts:
        assert len(asks.records(facts, EVERYTHING, asked, Selection(stage=count.stage))) == count.leads
    rep = team.reps[0]
    for count in rep.counts:
        found = asks.records(facts, EVERYTHING, asked, Selection(rep_id=rep.rep_id, stage=count.stage))
        assert len(found) == count.leads


def test_every_rate_opens_its_cohort_and_its_converted(facts):
    """18 of 67 opens 67 records, and 18 of them where only the converted are asked for."""
    asked = _asked(facts)
    team = asks.funnel(facts, EVERYTHING, asked)

    for rep in team.reps[:4]:
        shown = [*rep.conversions, *rep.overall, *([rep.win_rate] if rep.win_rate else [])]
        for one in shown:
            chosen = Selection(rep_id=rep.rep_id, step=one.step)
            assert len(asks.records(facts, EVERYTHING, asked, chosen)) == one.n
            converted = replace(chosen, outcome="converted")
            assert len(asks.records(facts, EVERYTHING, asked, converted)) == one.converted


def test_answers_about_many_reps_are_kept_for_fewer_questions(facts, monkeypatch):
    """What is kept is bounded by the reps in it, too: the oldest answers go, the newest stays."""
    monkeypatch.setattr(asks, "_REPS_REMEMBERED", 30)
    for period in ("2025-01", "2025-02", "2025-03", "2025-04"):
        newest = _asked(facts, period=period)
        team = asks.funnel(facts, EVERYTHING, newest)

    assert team.reps
    assert 0 < asks._reps_kept() <= 30
    monkeypatch.setattr(asks, "fit_funnel", None)
    assert asks.funnel(facts, EVERYTHING, newest) == team


def test_a_company_of_ninety_reps_is_shown_forty_at_a_time():
    """Every rep is on exactly one page, in the order given; a page that is not there is the last one."""
    reps = list(range(900, 990))
    pages = [asks.page_of(reps, number) for number in (1, 2, 3)]

    assert [sorted(page.rep_ids) for page in pages] == [reps[:40], reps[40:80], reps[80:]]
    assert {(page.pages, page.reps) for page in pages} == {(3, 90)}
    assert asks.page_of(reps, 9) == pages[2]
    assert asks.page_of(reps, 0) == pages[0]
    assert asks.page_of([], 1).pages == 1


def test_rows_of_the_reps_shown_are_those_of_all(facts):
    """Whose rows are asked for changes none of their numbers, nor the team's."""
    asked = _asked(facts)
    whole = asks.funnel(facts, EVERYTHING, asked)
    few = frozenset(rep.rep_id for rep in whole.reps[1:4])

    some = asks.funnel(facts, EVERYTHING, asked, few)

    assert some.reps == whole.reps[1:4]
    assert replace(some, reps=()) == replace(whole, reps=())
    assert asks.reps_shown(facts, EVERYTHING, asked).rep_ids == {rep.rep_id for rep in whole.reps}


def test_a_rep_sees_his_row_beside_the_same_peers(facts, small_company):
    """Pooling is over the whole team, whoever looks: the number does not change with the reader."""
    member = min(small_company.team)
    team_name = next(rep["team"] for rep in small_company.reps if rep["rep_id"] == member)
    asked = _asked(facts, team=team_name)

    whole = asks.funnel(facts, EVERYTHING, asked)
    own = asks.funnel(facts, Scope(frozenset({member}), member, "rep"), asked)

    assert [rep.rep_id for rep in own.reps] == [member]
    assert own.reps[0] == next(rep for rep in whole.reps if rep.rep_id == member)
    assert own.team_rates == whole.team_rates


def test_a_marketer_sees_no_single_rep(facts):
    """Team figures only: no row, and no records."""
    scope = Scope(frozenset(), None, "marketer")
    asked = _asked(facts, scope)

    team = asks.funnel(facts, scope, asked)

    assert team.reps == ()
    assert team.team_counts[0].leads > 0
    assert asks.records(facts, scope, asked, Selection(stage="worked")) == []


def test_a_strangers_records_are_refused(facts, small_company):
    """Asking for another team's rep by number is an error that says so."""
    others = {rep["rep_id"] for rep in small_company.reps if rep["role"] == "rep"} - small_company.team
    scope = Scope(small_company.team, small_company.manager, "manager")
    asked = _asked(facts, scope)

    with pytest.raises(BadInput, match="not yours to see"):
        asks.records(facts, scope, asked, Selection(rep_id=min(others), stage="worked"))
    with pytest.raises(BadInput, match="not yours to see"):
        asks.rep_funnel(facts, scope, asked, min(others))


def test_a_manager_opens_on_the_own_team(facts, small_company):
    """Without a choice, the peers are the team."""
    scope = Scope(small_company.team | {small_company.manager}, small_company.manager, "manager")

    assert set(_asked(facts, scope).rep_ids) == small_company.team | {small_company.manager}


def test_a_team_that_is_not_ones_own_is_refused(facts, small_company):
    """A manager cannot name another team in the address."""
    scope = Scope(small_company.team, small_company.manager, "manager")
    foreign = next(
        rep["team"]
        for rep in small_company.reps
        if rep["role"] == "rep" and rep["rep_id"] not in small_company.team
    )

    with pytest.raises(BadInput, match="team must be one of"):
        _asked(facts, scope, team=foreign)


def test_a_segment_and_a_source_narrow_the_counts(facts):
    """Counts of all segments add up to the whole."""
    whole = asks.funnel(facts, EVERYTHING, _asked(facts))
    offered = asks.choices(facts, EVERYTHING)

    parts = [
        asks.funnel(facts, EVERYTHING, _asked(facts, segment=segment)).team_counts[0].leads
        for segment in offered.segments
    ]

    assert len(offered.segments) > 1
    assert sum(parts) == whole.team_counts[0].leads


def test_an_unknown_period_names_the_forms_there_are(facts):
    """The message says what a period looks like."""
    with pytest.raises(BadInput, match="like 2026-03"):
        _asked(facts, period="next tuesday")


def test_a_month_counts_only_that_month(facts):
    """The months of a quarter add up to the quarter."""
    quarter = asks.funnel(facts, EVERYTHING, _asked(facts, period="2025Q2")).team_counts[0].leads
    months = [
        asks.funnel(facts, EVERYTHING, _asked(facts, period=f"2025-0{month}")).team_counts[0].leads
        for month in (4, 5, 6)
    ]

    assert sum(months) == quarter > 0


def test_the_same_question_is_fitted_once(facts):
    """A page that is opened again does not wait for the fit again."""
    asked = _asked(facts)

    assert (
        asks.funnel(facts, EVERYTHING, asked).team_rates is asks.funnel(facts, EVERYTHING, asked).team_rates
    )


def test_an_onion_opens_for_a_rep_one_may_see(facts):
    """The parts sum to the gap."""
    asked = _asked(facts)
    rep = asks.funnel(facts, EVERYTHING, asked).reps[0]

    found = asks.onion(facts, EVERYTHING, asked, rep.rep_id, Step("worked", "demo", is_next=False))

    assert found.parts
    total = sum(part.customers_per_month for part in found.parts)
    assert total == pytest.approx(found.gap_per_month, abs=1e-6)


@pytest.mark.parametrize(
    ("selection", "rule"),
    [
        ({"stage": "worked", "step": WIN_RATE}, "either a stage or a step"),
        ({}, "either a stage or a step"),
        ({"stage": "lunch"}, "stage must be one of"),
        ({"stage": "demo", "outcome": "maybe"}, "outcome must be"),
    ],
)
def test_a_selection_that_names_no_number_is_refused(selection, rule):
    """An address somebody typed gets the rule, not an empty list."""
    with pytest.raises(BadInput, match=rule):
        Selection(**selection)


class _Watched:
    """An engine that counts its answers, and holds each back until a second thread asks, or for 0.2 s."""

    def __init__(self, engine):
        self.engine, self.answers, self.both = engine, 0, Barrier(2)

    def arrow(self, expression):
        self.answers += 1
        with suppress(BrokenBarrierError):
            self.both.wait(0.2)
        return self.engine.arrow(expression)


def test_who_asks_what_is_being_computed_waits_for_it(facts):
    """Two readers open the same page of a new version at once: the tables are asked once."""
    answers = []
    for readers in (1, 2):
        engine = _Watched(facts.engine)
        new = replace(facts, manifest=replace(facts.manifest, version=10_000 + readers), engine=engine)
        with ThreadPoolExecutor(readers) as threads:
            found = list(threads.map(lambda _, new=new: asks.choices(new, EVERYTHING), range(readers)))
        assert found == [asks.choices(facts, EVERYTHING)] * readers
        answers.append(engine.answers)
    assert answers[0] == answers[1] > 0


def test_the_select_says_which_team_the_page_opened_on(facts, small_company):
    """Few reps: everybody; a manager: his own team; whoever picked a team sees that one."""
    manager = Scope(small_company.team, small_company.manager, "manager")

    assert asks.team_picked(facts, EVERYTHING, None) == asks.EVERYBODY
    assert asks.team_picked(facts, manager, None) == asks.MY_TEAM
    assert asks.team_picked(facts, EVERYTHING, "North") == "North"


def test_who_only_leads_does_not_make_it_many_reps(facts, small_company, monkeypatch):
    """Thirty reps and eleven who lead them open on everybody, as thirty reps do."""
    reps = {rep["rep_id"] for rep in small_company.reps if rep["role"] != "manager"}
    monkeypatch.setattr(asks, "FEW_REPS", len(reps))

    assert asks.team_picked(facts, EVERYTHING, None) == asks.EVERYBODY
