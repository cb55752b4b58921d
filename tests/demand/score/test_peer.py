import numpy as np
import pytest

#: team, country, state, e-mail and phone state (one value), source, stage; won, lost or open
LEADS = (
    (1, 0, 0, 0, 0, False), (1, 1, 1, 1, 1, False), (1, 2, 2, 2, 2, True), (1, 0, 1, 2, 1, None),
    (1, 1, 1, 1, 0, None), (2, 0, 1, 1, 2, False), (2, 0, 1, 2, 1, False), (2, 0, 2, 2, 0, True),
    (2, 0, 1, 2, 1, None), (2, 1, 0, 1, 1, None), (3, 1, 1, 1, 2, True), (3, 0, 1, 0, 0, False),
    (3, 1, 2, 2, 0, False), (3, 0, 1, 2, 1, None),
)  # fmt: skip


def odoo_leads(third_team):
    """The fourteen leads of the peer's own published test."""
    from odoo_scoring import OdooLead

    for team, country, state, source, stage, won in LEADS:
        values = {
            "country": str(country),
            "state": str(state),
            "email": "",
            "phone": "",
            "source": str(source),
        }
        yield OdooLead(third_team if team == 3 else team, stage, values, won)


@pytest.mark.parametrize(
    ("third_team", "place", "published"), [(3, 3, 33.49), (3, 8, 7.74), (3, 13, 35.09), (None, 13, 35.19)]
)
def test_the_peer_gives_its_published_figures(third_team, place, published):
    """Our writing of Odoo's predictive lead scoring is right: its own test's four figures."""
    from odoo_scoring import frequencies, probability

    leads = list(odoo_leads(third_team))
    assert 100 * probability(leads[place], frequencies(leads, stages=4)) == pytest.approx(
        published, abs=0.005
    )


def test_the_peer_on_arrays_is_the_peer_lead_by_lead(make):
    """The fast form used in the benchmark says the same as the plain one."""
    from odoo_scoring import OdooLead, frequencies, odoo_scores, probability
    from quintet.demand.formula.score.features import Scale, fit_fields

    rng = np.random.default_rng(3)
    source, size, won = rng.integers(0, 3, 200), rng.integers(0, 4, 200), rng.random(200) < 0.3
    fields = {"source": [f"a{k}" for k in source], "size": [f"b{k}" for k in size]}
    examples = make([9.0] * 200, [1.0 if did else None for did in won], fields=fields)
    rows = zip(source, size, won, strict=True)
    leads = [OdooLead(1, 0, {"source": f"a{a}", "size": f"b{b}"}, bool(did)) for a, b, did in rows]
    tables = frequencies(leads, stages=1)

    fast = odoo_scores(fit_fields(examples, ["source", "size"], Scale(3, 1)), examples, won, examples)
    assert fast == pytest.approx([probability(lead, tables) for lead in leads], abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("leads", [300, 1_000, 10_000])
def test_ours_beats_the_peer_on_the_same_later_leads(leads):
    """Log loss beyond doubt and error by tenths, at every size."""
    from lead_score import beside_odoo

    found = beside_odoo(leads, seed=2).compared
    assert found.log_loss_gain.lo > 0
    assert found.skills[0].decile_error < found.skills[1].decile_error
