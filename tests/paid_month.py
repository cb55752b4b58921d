"""March 2026 of three reps, worked by hand in docs/formulas/pay.md; a lead re-assigned, a customer lost."""

from decimal import Decimal

from builders import interaction, ref_id
from quintet.management.terms.pay import Accelerator, PayRules

D = Decimal
ANN, BOB, CAT = (ref_id("rep", name) for name in ("ann", "bob", "cat"))
RULES = PayRules(
    currency="USD",
    base=D(3000),
    rate=D(2),
    accelerators=(Accelerator(D(100), D(3)), Accelerator(D(150), D(4))),
    expansion_rate=D(1),
    retention_rate=D("0.5"),
    retention_months=3,
    clawback_share=D(50),
    clawback_months=6,
)


def joined(rep: str, day: str, role: str = "rep") -> dict[str, object]:
    """A person joined."""
    detail = f'{{"name": "{rep.title()}", "role": "{role}", "team": "East", "joined_on": "{day}"}}'
    return interaction("rep.joined", f"{day} 08:00", rep=rep, detail=detail)


def quota(rep: str, month: str, amount: float) -> dict[str, object]:
    """A quota was set."""
    return interaction("quota.set", f"{month}-01 09:00", rep=rep, amount=amount, currency="USD")


def won(lead: str, rep: str, when: str, mrr: str, currency: str = "USD") -> list[dict[str, object]]:
    """A lead came to a rep and he won it."""
    row = {"lead": lead, "opportunity": f"deal {lead}", "rep": rep}
    return [
        interaction("lead.created", "2025-12-01", lead=lead, rep=rep, detail=f'{{"label": "{lead}"}}'),
        interaction("opportunity.created", "2025-12-02", **row),
        interaction(
            "opportunity.won",
            when,
            **row,
            amount=12 * float(mrr),
            currency=currency,
            detail=f'{{"mrr": "{mrr}"}}',
        ),
    ]


def subscription(lead: str, what: str, when: str, mrr: float) -> dict[str, object]:
    """A subscription changed or ended."""
    names = {"lead": lead, "opportunity": f"deal {lead}"}
    return interaction(f"subscription.{what}", when, **names, amount=mrr, currency="USD")


def given(lead: str, rep: str, when: str) -> dict[str, object]:
    """A lead was given to a rep."""
    return interaction("lead.assigned", when, lead=lead, rep=rep)


def paid_month() -> list[dict[str, object]]:
    """Everything that happened."""
    return [
        joined("ann", "2025-01-01"),
        joined("bob", "2026-03-16"),
        joined("cat", "2025-06-01"),
        *(quota(rep, "2026-03", 500) for rep in ("ann", "bob", "cat")),
        quota("cat", "2026-01", 250),
        # Ann: one signed in December and still there, two in March
        *won("Oak", "ann", "2025-12-10 15:00", "200.00"),
        *won("Elm", "ann", "2026-03-03 15:00", "300.00"),
        *won("Fir", "ann", "2026-03-17 15:00", "400.00"),
        # Ash came to Ann, was given to Bob who won it, and belongs to Cat now
        *won("Ash", "bob", "2026-03-20 15:00", "250.50"),
        given("Ash", "ann", "2026-03-02 09:00"),
        given("Ash", "bob", "2026-03-18 09:00"),
        given("Ash", "cat", "2026-03-25 09:00"),
        # Yew grew, then left within six months; Box shrank, then grew
        *won("Yew", "cat", "2026-01-15 15:00", "300.00"),
        subscription("Yew", "changed", "2026-02-10 12:00", 350),
        subscription("Yew", "cancelled", "2026-03-12 12:00", 350),
        *won("Box", "cat", "2026-02-02 15:00", "100.00"),
        subscription("Box", "changed", "2026-03-05 12:00", 80),
        subscription("Box", "changed", "2026-03-25 12:00", 130),
        interaction("email.sent", "2026-03-31 18:00", lead="Elm", rep="ann"),
    ]
