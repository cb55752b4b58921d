"""Pay by plain arithmetic: a worked month of three reps, each rule, and a year under another plan."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given as properties
from hypothesis import strategies as st

from builders import interaction, offered
from paid_month import ANN, BOB, CAT, RULES, joined, paid_month, won
from quintet.facts.published import Facts
from quintet.facts.refresh import rebuild
from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.kernel.money import Money
from quintet.ledger.interactions import Interactions
from quintet.management.formula.pay import (
    after_months,
    lines,
    paid_for,
    statement,
    statements,
)
from quintet.management.formula.pay_replay import replay
from quintet.management.metrics.pay import read_book
from quintet.management.terms.pay import (
    Accelerator,
    Deal,
    LineKind,
    MrrChange,
    PayBook,
    PayRules,
    Person,
    PersonSpell,
    PlanVersion,
)

D = Decimal
END = date(2026, 3, 31)
PLAN = PlanVersion(1, date(2025, 1, 1), RULES)


@pytest.fixture
def load(home):
    """Put interactions into the ledger, compute everything, and read what pay is counted from."""

    def loaded(*rows, zone="UTC", plans=(PLAN,)):
        Interactions(home).append(offered(*rows))
        rebuild(home, zone=zone, now=datetime(2026, 4, 1, tzinfo=UTC))
        return read_book(Facts.published(home), plans, zone)

    return loaded


def told(one):
    """The lines of a statement as kind, customer, amount."""
    return [(str(line.kind), line.label, line.amount) for line in one.lines]


# ---------------------------------------------------------------- the worked month


def test_the_worked_month_is_plain_arithmetic(load):
    """Each line of three statements, as one works it out on paper; no float comes near a sum."""
    book = load(*paid_month())

    ann, bob, cat = (statement(book, rep, END) for rep in (ANN, BOB, CAT))

    assert told(ann) == [
        ("base", "", D("3000.00")),  # 3000 × 31 / 31
        ("commission", "Elm", D("600.00")),  # 300 × 2
        ("retention", "Oak", D("100.00")),  # 200 × 0.5, signed 10 December, there on 10 March
        ("accelerator", "Fir", D("200.00")),  # 300 + 400 signed, quota 500: 200 above it × (3 − 2)
        ("commission", "Fir", D("800.00")),  # 400 × 2
    ]
    assert told(bob) == [
        ("base", "", D("1548.39")),  # 3000 × 16 / 31 = 1548.387…
        ("commission", "Ash", D("501.00")),  # 250.50 × 2: he won it, whoever owns the lead now
    ]
    assert told(cat) == [
        ("base", "", D("3000.00")),
        ("clawback", "Yew", D("-350.00")),  # half of 300 × 2 + 50 above 250 × 1 + 50 added × 1 = 700
        ("expansion", "Box", D("30.00")),  # 130 − 100; the dip to 80 pays nothing and takes nothing
    ]
    totals = [one.total for one in (ann, bob, cat)]
    assert totals == [Money(D(text), "USD") for text in ("4700.00", "2049.39", "2680.00")]
    assert sum(totals, Money(D(0), "USD")) == Money(D("9429.39"), "USD")


def test_a_re_assigned_lead_pays_who_won_it_and_nobody_else(load):
    """Ann had it first and Cat has it now; the line opens the customer, which names both."""
    book = load(*paid_month())
    (ash,) = (deal for deal in book.deals if deal.label == "Ash")

    assert (ash.rep_id, ash.owner_id) == (BOB, CAT)
    assert [line.label for line in lines(book, ANN, date(2026, 3, 1), END) if line.label == "Ash"] == []
    assert [line.label for line in lines(book, CAT, date(2026, 3, 1), END) if line.label == "Ash"] == []
    assert [line.amount for line in paid_for(book, ash, END)] == [D("501.00")]


def test_a_churned_customer_over_its_life(load):
    """What Yew paid in January and February, and what March took back: three months, one list."""
    book = load(*paid_month())
    (yew,) = (deal for deal in book.deals if deal.label == "Yew")

    assert [(line.day, str(line.kind), line.amount) for line in paid_for(book, yew, END)] == [
        (date(2026, 1, 15), "accelerator", D("50.00")),
        (date(2026, 1, 15), "commission", D("600.00")),
        (date(2026, 2, 10), "expansion", D("50.00")),
        (date(2026, 3, 12), "clawback", D("-350.00")),
    ]


def test_a_statement_grows_day_by_day(load):
    """As of any day: what happened later does not count yet, and the base accrues by days."""
    book = load(*paid_month())
    days = [date(2026, 3, day) for day in range(1, 32)]

    so_far = [statement(book, CAT, day) for day in days]

    assert so_far[10].total.amount == D("1064.52")  # 3000 × 11 / 31, the day before Yew left
    assert so_far[11].total.amount == D("811.29")  # 3000 × 12 / 31 − 350
    assert so_far[-1].total.amount == D("2680.00")
    assert all(len(one.lines) <= len(other.lines) for one, other in pairwise(so_far))


def test_customers_without_a_plan_of_their_month_pay_nothing(load):
    """Before the first plan there is no statement; a customer signed then carries no promise."""
    book = load(*paid_month(), plans=(replace(PLAN, valid_from=date(2026, 3, 1)),))

    assert statement(book, CAT, date(2026, 2, 28)) is None
    assert told(statement(book, CAT, END)) == [
        ("base", "", D("3000.00")),
        ("expansion", "Box", D("30.00")),  # by the plan of the month it fell into
    ]


def test_a_day_is_the_one_on_the_teams_wall(load):
    """Signed at 23:30 on the last of March in New York is April in UTC, and March on the statement."""
    rows = [joined("ann", "2025-01-01"), *won("Oak", "ann", "2026-04-01 03:30", "100.00")]

    book = load(*rows, zone="America/New_York")

    assert statement(book, ANN, END).signed == D("100.00")


def test_another_currency_is_not_paid_and_not_added(load):
    """It is listed with the reason; the quota does not count it either."""
    book = load(*paid_month(), *won("Gum", "ann", "2026-03-30 10:00", "900.00", currency="EUR"))

    ann = statement(book, ANN, END)

    assert ann.total == Money(D("4700.00"), "USD")
    assert ann.signed == D("700.00")
    assert [(one.label, one.why) for one in ann.unpaid] == [
        ("Gum", "signed in EUR, the plan pays on USD and converts nothing")
    ]


def test_a_loose_subscription_row_finds_its_customer(load):
    """Rows that name only the lead belong to what it bought, as in the facts."""
    grown = interaction("subscription.changed", "2026-03-09", lead="Elm", amount=310, currency="USD")

    book = load(*paid_month(), grown)

    assert ("expansion", "Elm", D("10.00")) in told(statement(book, ANN, END))


# ---------------------------------------------------------------- the rules, one at a time


def deal(number, day, mrr, **more):
    """A customer of rep 1."""
    at = datetime.combine(day, datetime.min.time())
    return Deal(number, f"c{number}", 1, at, day, D(str(mrr)), D(str(mrr)) * 12, "USD", **more)


def book_of(*deals, rules=RULES, quotas=None, person=None):
    """A book of rep 1, who is always here, under one plan."""
    people = {1: person or Person(1, "Ann", date(2020, 1, 1))}
    return PayBook((PlanVersion(1, date(2020, 1, 1), rules),), deals, quotas or {}, people)


def paid(book, kind, on=END):
    """What a rule paid rep 1 in the month of a day."""
    return statement(book, 1, on).by_kind[kind]


def test_accelerators_are_marginal():
    """The rate above a line is paid for what lies above it: reaching the line never costs what lies below."""
    quotas = {(1, date(2026, 3, 1)): D(100)}
    march = date(2026, 3, 5)

    at, above, far = (
        paid(book_of(deal(1, march, mrr), quotas=quotas), LineKind.ACCELERATOR) for mrr in (100, 101, 200)
    )

    assert (at, above, far) == (D(0), D("1.00"), D("150.00"))  # 50 × 1 + 50 × 2


def test_without_a_quota_nothing_is_accelerated():
    """There is no attainment to be above."""
    assert paid(book_of(deal(1, date(2026, 3, 5), 900)), LineKind.ACCELERATOR) == 0


@pytest.mark.parametrize(
    ("gone", "taken"), [(date(2026, 3, 14), D("-100.00")), (date(2026, 3, 15), D(0)), (None, D(0))]
)
def test_clawback_ends_with_its_months(gone, taken):
    """Signed on 15 September and six months: the fourteenth of March is early, the fifteenth is not."""
    rules = replace(RULES, retention_rate=D(0))
    book = book_of(deal(1, date(2025, 9, 15), 100, cancelled_on=gone), rules=rules)

    assert paid(book, LineKind.CLAWBACK) == taken


@pytest.mark.parametrize(
    ("gone", "bonus"), [(None, D("50.00")), (date(2026, 3, 28), D(0)), (date(2026, 3, 29), D("50.00"))]
)
def test_retention_is_judged_on_its_day(gone, bonus):
    """Signed on 28 December and three months: whoever is there at the end of 28 March brings the bonus."""
    book = book_of(deal(1, date(2025, 12, 28), 100, cancelled_on=gone))

    assert paid(book, LineKind.RETENTION) == bonus


def test_the_last_day_of_a_short_month_stands_for_the_31st():
    """Three months after the last of November is the last of February."""
    assert after_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert after_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


def test_expansion_pays_above_the_most_ever_paid():
    """Down and up again is no growth."""
    steps = ((1, 150), (2, 60), (3, 150), (4, 170))
    changes = tuple(MrrChange(date(2026, 3, day), D(mrr)) for day, mrr in steps)

    assert paid(book_of(deal(1, date(2026, 2, 5), 100, changes=changes)), LineKind.EXPANSION) == D("70.00")


def test_nobody_is_paid_after_leaving():
    """Neither base nor bonus, and nothing is taken back; what is signed in his name is told."""
    person = Person(1, "Ann", date(2020, 1, 1), date(2026, 3, 10))
    book = book_of(
        deal(1, date(2025, 12, 11), 100),
        deal(2, date(2026, 1, 20), 100, cancelled_on=date(2026, 3, 20)),
        deal(3, date(2026, 3, 12), 100),
        person=person,
    )

    one = statement(book, 1, END)

    assert [(line.kind, line.amount) for line in one.lines] == [(LineKind.BASE, D("967.74"))]  # 10 of 31 days
    assert [found.why for found in one.unpaid] == ["signed after Ann had left, on 10 Mar 2026"]


def test_the_plan_pays_reps():
    """A manager's base and customers are not its business; the month she became one, her role decides."""
    spells = (PersonSpell(date(2020, 1, 1), "rep"), PersonSpell(date(2026, 3, 10), "manager"))
    person = Person(1, "Ann", date(2020, 1, 1), spells=spells)
    book = book_of(deal(1, date(2026, 3, 9), 100), deal(2, date(2026, 3, 10), 100), person=person)

    one = statement(book, 1, END)

    assert [line.label for line in one.lines] == ["c1"]
    assert [found.why for found in one.unpaid] == ["signed as manager: the plan pays reps"]


@properties(
    st.lists(st.tuples(st.integers(1, 31), st.integers(1, 10**7)), min_size=1, max_size=12),
    st.integers(1, 10**7),
    st.integers(1, 31),
)
def test_a_statement_adds_up_in_any_cut(signed, quota_cents, cut):
    """The month's lines are those to a day and those after it; their sum is the closed form of the tiers."""
    deals = [
        deal(n, date(2026, 3, day), D(cents) / 100) for n, (day, cents) in enumerate(sorted(signed), start=1)
    ]
    quota_ = D(quota_cents) / 100
    book = book_of(*deals, quotas={(1, date(2026, 3, 1)): quota_})
    whole, part = statement(book, 1, END), statement(book, 1, date(2026, 3, cut))
    total = sum(one.mrr for one in deals)

    expected = 2 * total + max(total - quota_, 0) + max(total - quota_ * D("1.5"), 0)

    variable = whole.total.amount - whole.by_kind[LineKind.BASE]
    assert abs(variable - expected) <= D("0.01") * len(whole.lines)
    early = [line for line in whole.lines if line.opportunity_id and line.day <= date(2026, 3, cut)]
    assert [line for line in part.lines if line.opportunity_id] == early


# ---------------------------------------------------------------- plans in words and on paper


def test_a_plan_survives_being_kept():
    """To the last digit."""
    assert PayRules.of_json(RULES.as_json()) == RULES


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"currency": "usd"}, "ISO 4217"),
        ({"basis": "calls"}, "counts mrr or amount"),
        ({"base": D(-1)}, "base salary must lie in"),
        ({"rate": D(101)}, "rate must lie in 0..100"),
        ({"clawback_share": D(120)}, "share taken back"),
        ({"retention_months": 0}, "months to the retention bonus"),
        ({"accelerators": (Accelerator(D(100), D(3)), Accelerator(D(90), D(4)))}, "accelerators rise"),
        ({"accelerators": (Accelerator(D(100), D(1)),)}, "accelerators rise"),
    ],
)
def test_a_rule_nobody_could_be_paid_by_is_refused(changed, said):
    """The message names the value and the rule."""
    with pytest.raises(BadInput, match=said):
        replace(RULES, **changed)


# ---------------------------------------------------------------- replay


def test_the_year_under_another_plan(load):
    """Each rep's gain is the difference of his statements; the total is what the plan costs more."""
    book = load(*paid_month())
    other = replace(RULES, base=D(2000), rate=D("2.9"), accelerators=(), clawback_share=D(100))
    months = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]

    found = replay(book, other, END)

    assert (found.start, found.end) == (date(2025, 12, 1), date(2026, 2, 28))
    for row in found.rows:
        for rules, total in ((RULES, row.before), (other, row.after)):
            sums = [statement(book.under(rules), row.rep_id, day) for day in months]
            assert sum(one.total.amount for one in sums if one) == total.amount
    by_name = {row.name: row.change for row in found.rows}
    assert by_name == {"Ann": D("-2820.00"), "Cat": D("-2690.00")}  # −3000 + 200 × 0.9; − 50 + 400 × 0.9
    assert found.after.amount - found.before.amount == D("-5510.00")
    assert found.pays_for[LineKind.ACCELERATOR] == (D("50.00"), D("0.00"))
    assert sum(after for _, after in found.pays_for.values()) == found.after.amount
    assert found.signed == D("600.00")


def test_the_same_plan_changes_nothing(load):
    """The negative control."""
    book = load(*paid_month())

    found = replay(book, RULES, END)

    assert {row.change for row in found.rows} == {D(0)}
    assert found.before == found.after


def test_a_first_plan_is_beside_nothing(load):
    """There is nobody to gain or lose yet; the cost is told."""
    found = replay(load(*paid_month(), plans=()), RULES, END)

    assert found.is_first
    assert (found.before, found.after) == (Money(D(0), "USD"), Money(D("19300.00"), "USD"))


def test_plans_in_two_currencies_are_not_compared(load):
    """Money does not convert itself."""
    with pytest.raises(BadInput, match="cannot combine"):
        replay(load(*paid_month()), replace(RULES, currency="EUR"), END).rows[0].change  # noqa: B018


def test_without_a_whole_month_there_is_nothing_to_replay(load):
    """A young company is told so."""
    rows = [joined("ann", "2026-03-01"), *won("Oak", "ann", "2026-03-10", "10.00")]

    with pytest.raises(NotEnoughData, match="nothing to replay"):
        replay(load(*rows), RULES, END)


def test_the_team_reconciles_with_the_facts(small_company):
    """Over a simulated company: what statements count as signed is what customers in the facts say."""
    facts = small_company.facts
    plans = (PlanVersion(1, date(2025, 1, 1), replace(RULES, accelerators=())),)
    book = read_book(facts, plans, facts.manifest.zone)

    found = statements(book, date(2025, 6, 30), {*book.people, *book.of_rep})

    june = [one for one in book.deals if (one.signed_on.year, one.signed_on.month) == (2025, 6)]
    assert len(june) > 10
    reps = {rep for rep, person in book.people.items() if person.role_on(date(2025, 6, 30)) == "rep"}
    assert sum(one.signed for one in found) == sum(one.mrr for one in june if one.rep_id in reps)
    for one in found:
        assert one.by_kind[LineKind.COMMISSION] == 2 * one.signed
