import numpy as np
import pytest
from scipy import optimize

from quintet.kernel.errors import BadInput
from quintet.stats import case_mix
from quintet.stats.case_mix import fit_case_mix
from quintet.stats.homogeneity import fit_homogeneity
from quintet.stats.rates import fit_rates

SEGMENT = np.array([-0.6, 0.0, 0.6])


def _team(rng, reps=12, leads=300, weak=()):
    """Reps who serve one segment each, by three sources; `weak` ones convert at 40 % of their odds."""
    segment = np.arange(reps) % 3
    known, won = np.zeros((reps, 9)), np.zeros((reps, 9))
    for rep in range(reps):
        for source in range(3):
            place = segment[rep] * 3 + source
            odds = SEGMENT[segment[rep]] + 0.2 * source + (np.log(0.4) if rep in weak else 0.0)
            known[rep, place] = leads // 3
            won[rep, place] = rng.binomial(leads // 3, 1 / (1 + np.exp(-odds)))
    levels = np.array([np.arange(9) // 3, np.arange(9) % 3, np.arange(9)])
    return won, known, levels, segment


def test_offsets_recover_the_planted_segments():
    """Reps who serve harder leads have the offset of their segment, to a tenth of log-odds."""
    errors = []
    for seed in range(20):
        won, known, levels, segment = _team(np.random.default_rng(seed))
        offset = fit_case_mix(won, known, levels, np.ones(12, dtype=bool)).offset
        errors.append(offset - SEGMENT[segment])
    assert np.sqrt(np.mean(np.square(errors))) < 0.1
    assert abs(np.mean(errors)) < 0.03


def test_a_weak_rep_is_not_taken_for_a_hard_segment():
    """His own leads are left out: his offset is that of the others of his segment."""
    found = []
    for seed in range(20):
        won, known, levels, _ = _team(np.random.default_rng(seed), weak=(0,))
        found.append(fit_case_mix(won, known, levels, np.ones(12, dtype=bool)).offset[0])
    assert np.mean(found) == pytest.approx(SEGMENT[0], abs=0.12)


def test_what_follows_in_a_few_steps_is_what_solving_says(monkeypatch):
    """Reps of unlike size, one of whom serves a segment alone: each offset as if solved for from scratch."""
    won, known, levels, _ = _team(np.random.default_rng(3), reps=13)
    scale = np.linspace(0.1, 3.0, 13)[:, None]
    known, won = np.floor(known * scale), np.floor(won * scale)
    known[12], won[12] = 0.0, 0.0
    known[12, 8], won[12, 8] = 400.0, 150.0
    known[:12, 8], won[:12, 8] = 0.0, 0.0
    judged = np.ones(13, dtype=bool)
    quick = fit_case_mix(won, known, levels, judged).offset
    monkeypatch.setattr(case_mix, "_REFINED", 0)

    assert quick == pytest.approx(fit_case_mix(won, known, levels, judged).offset, abs=1e-7)
    assert np.ptp(quick) > 0.3


def test_teams_over_the_same_leads_share_what_is_everybodys(monkeypatch):
    """Another team of the same company costs no new rounds, and other counts are not taken for the same."""
    won, known, levels, _ = _team(np.random.default_rng(11))
    fit_case_mix(won, known, levels, np.arange(12) < 6)
    fresh = fit_case_mix(won + 0.0, known, levels, np.arange(12) >= 6).offset
    rounds = []
    monkeypatch.setattr(case_mix, "_improved", lambda *_: rounds.append(1) or 1 / 0)

    assert fit_case_mix(won, known, levels, np.arange(12) >= 6).offset == pytest.approx(fresh)
    with pytest.raises(ZeroDivisionError):
        fit_case_mix(won, known + 1.0, levels, np.arange(12) >= 6)


def test_a_segment_of_one_rep_is_not_adjusted_for():
    """Nobody else shows whether it is hard or he is weak, so it is left to him."""
    won = np.array([[0.0, 30.0]] + [[90.0, 0.0]] * 6)
    known = np.array([[0.0, 180.0]] + [[180.0, 0.0]] * 6)
    offset = fit_case_mix(won, known, [[0, 1]], np.ones(7, dtype=bool)).offset
    assert abs(offset[0]) < 0.01


def test_equal_leads_have_no_offset():
    """Where everybody got the same leads nothing is adjusted."""
    rng = np.random.default_rng(1)
    known = np.tile([100.0, 50.0], (8, 1))
    won = rng.binomial(known.astype(int), [0.3, 0.6])
    offset = fit_case_mix(won, known, [[0, 1]], np.ones(8, dtype=bool)).offset
    assert np.abs(offset).max() < 1e-9


def test_the_standard_are_the_leads_of_those_judged():
    """A team that serves the hard segment alone is compared on its own leads."""
    won, known, levels, segment = _team(np.random.default_rng(3))
    judged = segment == 0
    stranger = int(np.flatnonzero(segment == 2)[0])
    judged[stranger] = True
    offset = fit_case_mix(won, known, levels, judged).offset
    assert np.abs(offset[segment == 0]).max() < 0.3
    assert offset[stranger] > 0.9
    assert not offset[~judged].any()


def _restricted_likelihood(log_spread, answer, precision, mean, blocks):
    """The restricted likelihood of a normal model, up to a constant, by its whole covariance matrix."""
    spread = np.exp(log_spread)
    cover = np.diag(1 / precision) + sum(s**2 * b @ b.T for s, b in zip(spread, blocks, strict=True))
    inverse = np.linalg.inv(cover)
    weight = mean @ inverse @ mean
    rest = answer - mean * (mean @ inverse @ answer) / weight
    return np.linalg.slogdet(cover)[1] / 2 + np.log(weight) / 2 + rest @ inverse @ rest / 2


def test_the_spreads_are_where_the_restricted_likelihood_is_highest():
    """An optimiser that knows only the covariance of the working answers finds the same spreads."""
    rng = np.random.default_rng(4)
    levels = np.array([np.arange(12) // 3, np.arange(12) % 3])
    known = rng.poisson(60, (10, 12)) + 1.0
    hard = rng.normal(0, 0.5, 4)[levels[0]] + rng.normal(0, 0.4, 3)[levels[1]]
    won = rng.binomial(known.astype(int), 1 / (1 + np.exp(-hard - rng.normal(0, 0.4, 10)[:, None])))
    rep, stratum = np.divmod(np.arange(120), 12)
    blocks = [np.eye(10)[rep], np.eye(4)[levels[0][stratum]], np.eye(3)[levels[1][stratum]]]
    odds, mean, log_spread = np.zeros(120), np.ones(120), np.log([0.4, 0.4, 0.4])
    for _ in range(12):
        rate = 1 / (1 + np.exp(-odds))
        precision = known.ravel() * rate * (1 - rate)
        answer = odds + (won.ravel() - known.ravel() * rate) / precision
        told = (answer, precision, mean, blocks)
        log_spread = optimize.minimize(_restricted_likelihood, log_spread, told, method="BFGS").x
        spread = np.exp(log_spread)
        common = sum(s**2 * b @ b.T for s, b in zip(spread, blocks, strict=True))
        inverse = np.linalg.inv(np.diag(1 / precision) + common)
        centre = mean @ inverse @ answer / (mean @ inverse @ mean)
        odds = centre + common @ inverse @ (answer - centre)
    found = fit_case_mix(won, known, levels, np.ones(10, dtype=bool))
    np.testing.assert_allclose([found.rep_spread, *found.strata_spread], spread, atol=2e-3)


def _any_company(rng):
    """Few or many reps with few or many leads of several kinds, which differ much, little or not."""
    reps, levels = int(rng.choice([3, 8, 30, 200])), rng.integers(2, 7, 2)
    strata = int(levels.prod())
    level = np.array([np.arange(strata) // levels[1], np.arange(strata) % levels[1], np.arange(strata)])
    busy = rng.choice([0.5, 3.0, 20.0, 200.0]) * rng.gamma(0.5, 2.0, (reps, 1))
    known = rng.poisson(np.broadcast_to(busy, (reps, strata))).astype(float)
    known *= rng.random((reps, strata)) < rng.choice([0.3, 1.0])
    odds = rng.choice([-4.0, -2.0, 0.0]) + rng.normal(0.0, rng.choice([0.0, 0.1, 0.3, 1.0]), (reps, 1))
    for one in level:
        odds = odds + rng.normal(0.0, rng.choice([0.0, 0.1, 0.3, 1.0]), one.max() + 1)[one]
    return rng.binomial(known.astype(int), 1 / (1 + np.exp(-odds))).astype(float), known, level


@pytest.mark.parametrize(("reps", "strata"), [(0.1, 0.25), (0.5, 0.5), (1.0, 0.05)])
def test_what_is_found_is_where_any_start_would_end(monkeypatch, reps, strata):
    """No spread gets stuck on the way: each offset is within 0.01 log-odds of where nothing moves at all."""
    rng = np.random.default_rng(20)
    companies = [_any_company(rng) for _ in range(120)]
    quick = [fit_case_mix(*one, np.ones(len(one[0]), dtype=bool)).offset for one in companies]
    case_mix._effects.cache_clear()
    monkeypatch.setattr(case_mix, "_STILL", 1e-8)
    monkeypatch.setattr(case_mix, "_START_REPS", reps)
    monkeypatch.setattr(case_mix, "_START_STRATA", strata)
    slow = [fit_case_mix(*one, np.ones(len(one[0]), dtype=bool)).offset for one in companies]
    case_mix._effects.cache_clear()
    away = [np.abs(one - two).max() for one, two in zip(quick, slow, strict=True)]
    assert max(away) < 0.01
    assert np.mean(away) < 1e-3


def test_reps_without_leads_are_not_adjusted():
    """Neither where the judged have none nor where nobody has."""
    won, known, levels, _ = _team(np.random.default_rng(3))
    known[:2], won[:2] = 0.0, 0.0
    assert not fit_case_mix(won, known, levels, np.arange(12) < 2).offset.any()
    assert not fit_case_mix(0.0 * won, 0.0 * known, levels, np.ones(12, dtype=bool)).offset.any()


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_nobody_or_everybody_converts_nothing_is_adjusted(share):
    """There is no difference to learn from."""
    _, known, levels, _ = _team(np.random.default_rng(3))
    found = fit_case_mix(share * known, known, levels, np.ones(12, dtype=bool))
    assert np.abs(found.offset).max() < 0.01


@pytest.mark.parametrize("seed", range(4))
def test_thin_and_one_sided_counts_converge(seed):
    """A handful of leads, or kinds that always convert, leave effects that stand still and are finite."""
    rng = np.random.default_rng(seed)
    levels = np.array([np.arange(12) // 3, np.arange(12) % 3, np.arange(12)])
    for _ in range(25):
        known = rng.poisson(np.exp(rng.normal(0, 2)) * rng.gamma(0.3, 1, (8, 12)))
        known[0, 0] += 1
        odds = rng.normal(-1.5, 2) + rng.normal(0, 2, 8)[:, None] + rng.normal(0, 2, 12)
        won = rng.binomial(known, 1 / (1 + np.exp(-odds)))
        found = fit_case_mix(won, known, levels, np.ones(8, dtype=bool))
        assert np.isfinite(found.offset).all()
        assert np.all(found.strata_spread <= 4.0)


def test_more_conversions_than_leads_are_refused():
    """A count that cannot be is an error, not an estimate."""
    with pytest.raises(BadInput, match="converted be the smaller"):
        fit_case_mix([[5.0]], [[4.0]], [[0]], [True])


def test_rates_with_an_offset_are_for_standard_leads():
    """Reps alike but for their leads get one rate; on their own leads each has his own."""
    tried = np.full(8, 2000)
    offset = np.array([-0.5, 0.5] * 4)
    won = np.rint(tried / (1 + np.exp(-offset - 0.2)))
    fit = fit_rates(won, tried - won, offset=offset)
    standard = 1 / (1 + np.exp(-0.2))
    assert fit.mean == pytest.approx(standard, abs=0.01)
    assert fit.team_mean == pytest.approx(standard, abs=0.01)
    assert fit.on_own_leads(fit.mean) == pytest.approx(won / tried, abs=0.01)
    assert fit.on_own_leads(fit.draws).shape == fit.draws.shape
    assert float(fit.on_own_leads(0.5, 1)) == pytest.approx(1 / (1 + np.exp(-0.5)))


def test_an_offset_of_nothing_changes_nothing():
    """Without differing leads the fit is the same in every digit."""
    plain = fit_rates([9, 25, 24, 18], [62, 55, 56, 42])
    shifted = fit_rates([9, 25, 24, 18], [62, 55, 56, 42], offset=np.zeros(4))
    assert plain.mean.tolist() == shifted.mean.tolist()
    near = fit_rates([9, 25, 24, 18], [62, 55, 56, 42], offset=np.full(4, 1e-12))
    assert near.mean == pytest.approx(plain.mean, abs=1e-9)


def test_young_leads_and_offsets_go_together():
    """Leads of which half of the outcomes are known count half, shifted or not."""
    rng = np.random.default_rng(5)
    offset = np.array([-0.6, 0.6] * 10)
    rate = 1 / (1 + np.exp(-offset + 0.5))
    old = rng.binomial(400, rate)
    young = rng.binomial(400, rate * 0.5)
    rest = np.stack([400 - old, 400 - young], axis=1)
    fit = fit_rates(old + young, rest, [1.0, 0.5], offset=offset)
    assert fit.team_mean == pytest.approx(1 / (1 + np.exp(0.5)), abs=0.02)


@pytest.mark.parametrize("tried", [400, 12])
def test_reps_whose_leads_alone_differ_do_not_differ(tried):
    """With the leads taken into account identical reps are alike; without, they seem to differ."""
    offset = np.array([-1.0, 1.0] * 15)
    rng = np.random.default_rng(2)
    p_values = []
    for _ in range(40):
        won = rng.binomial(tried, 1 / (1 + np.exp(-offset)))
        p_values.append(fit_homogeneity(won, np.full(30, tried), offset=offset).p_value)
    assert 0.3 < np.mean(p_values) < 0.7
    assert fit_homogeneity(won, np.full(30, tried)).p_value < 0.05
