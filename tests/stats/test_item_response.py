"""Questions on the scale of what takers know."""

import time

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from quintet.kernel.errors import BadInput, NotEnoughData
from quintet.stats.item_response import fit_rasch, fit_two_parameters

LSAT_B = [-3.36, -1.37, -0.28, -1.87, -3.13]
LSAT_A = [0.826, 0.723, 0.891, 0.688, 0.657]
#: Standard errors of the R package ltm on the same data, difficulty and discrimination.
LTM_ERRORS = [0.8669, 0.3073, 0.0997, 0.4341, 0.8714], [0.2581, 0.1867, 0.2326, 0.1851, 0.2100]


def planted(takers, size, seed=0, asked=None):
    """Answers of takers to questions of known places: answers, b, a."""
    rng = np.random.default_rng(seed)
    a, b = np.exp(rng.normal(0, 0.35, size)), rng.normal(0, 1, size)
    knows = rng.normal(size=(takers, 1))
    answers = (rng.random((takers, size)) < 1 / (1 + np.exp(-a * (knows - b)))).astype(float)
    if asked is not None:
        order = rng.permuted(np.tile(np.arange(size), (takers, 1)), axis=1)
        answers[order >= asked] = np.nan
    return answers, b, a


@pytest.fixture(scope="module")
def lsat(shared_data):
    """Bock and Lieberman's LSAT section 6."""
    return np.genfromtxt(shared_data / "irt_ltm" / "LSAT.csv", delimiter=",", skip_header=1)


@pytest.mark.shared_data
def test_the_law_school_exam_has_the_published_parameters(lsat):
    """The R package ltm by plain maximum likelihood: each within .02, and the likelihood within .05."""
    found = fit_two_parameters(lsat, prior=np.inf)

    assert np.abs(found.difficulty - LSAT_B).max() < 0.02
    assert np.abs(found.discrimination - LSAT_A).max() < 0.02
    assert found.log_likelihood == pytest.approx(-2466.65, abs=0.05)
    assert np.abs(found.difficulty_error - LTM_ERRORS[0]).max() < 0.01
    assert np.abs(found.discrimination_error - LTM_ERRORS[1]).max() < 0.01


@pytest.mark.shared_data
def test_the_law_school_exam_with_one_discrimination(lsat):
    """One discrimination for all: .755, and -2466.94."""
    found = fit_rasch(lsat)

    assert found.discrimination == pytest.approx(np.full(5, 0.755), abs=0.001)
    assert found.difficulty == pytest.approx([-3.615, -1.322, -0.318, -1.730, -2.780], abs=0.002)
    assert found.log_likelihood == pytest.approx(-2466.94, abs=0.01)


def test_planted_parameters_are_recovered_with_honest_errors():
    """1,000 takers of 40 questions in a blink: nine in ten 90 % intervals hold the truth."""
    answers, b, a = planted(1_000, 40, seed=1)
    begun = time.process_time()
    found = fit_two_parameters(answers)
    seconds = time.process_time() - begun

    inside_b = np.abs(found.difficulty - b) < 1.645 * found.difficulty_error
    inside_a = np.abs(found.discrimination - a) < 1.645 * found.discrimination_error
    assert np.corrcoef(found.difficulty, b)[0, 1] > 0.98
    assert np.corrcoef(found.discrimination, a)[0, 1] > 0.9
    assert 0.8 <= np.concatenate([inside_a, inside_b]).mean() <= 0.98
    assert seconds < 5.0  # 0.4 on a machine with nothing else to do


def test_questions_missing_by_the_draw_cost_precision_and_nothing_else():
    """A third of the questions each: no drift of the scale, and wider errors."""
    whole, b, _ = planted(1_500, 24, seed=2)
    part, _, _ = planted(1_500, 24, seed=2, asked=8)
    full, drawn = fit_two_parameters(whole), fit_two_parameters(part)

    assert np.corrcoef(drawn.difficulty, b)[0, 1] > 0.95
    assert abs(np.mean(drawn.difficulty - b)) < 0.1
    assert (drawn.difficulty_error > full.difficulty_error).mean() > 0.9


def test_rasch_places_questions_from_sixty_takers():
    """Difficulty is usable long before discrimination is."""
    answers, b, _ = planted(60, 15, seed=3)

    assert np.corrcoef(fit_rasch(answers).difficulty, b)[0, 1] > 0.9


def test_errors_are_those_of_a_likelihood_differentiated_by_numbers():
    """Louis' information equals what nudging each parameter gives."""
    answers, _, _ = planted(400, 5, seed=4)
    found = fit_two_parameters(answers, prior=np.inf)
    node, weight = np.polynomial.hermite_e.hermegauss(61)

    def log_likelihood(both):
        a, b = both[:5], both[5:]
        chance = 1 / (1 + np.exp(-a * (node[:, None] - b)))
        log = answers @ np.log(chance).T + (1 - answers) @ np.log(1 - chance).T
        return np.log(np.exp(log) @ (weight / weight.sum())).sum()

    at = np.concatenate([found.discrimination, found.difficulty])
    hessian = approx_fprime(at, lambda one: approx_fprime(one, log_likelihood, 1e-5), 1e-4)
    errors = np.sqrt(np.diag(np.linalg.inv(-(hessian + hessian.T) / 2)))

    assert found.log_likelihood == pytest.approx(log_likelihood(at), abs=1e-6)
    assert found.discrimination_error == pytest.approx(errors[:5], rel=0.02)
    assert found.difficulty_error == pytest.approx(errors[5:], rel=0.02)


def test_the_prior_draws_discriminations_towards_one():
    """Log discriminations spread less with it than without."""
    answers, _, _ = planted(300, 12, seed=5)
    with_it, without = fit_two_parameters(answers), fit_two_parameters(answers, prior=np.inf)

    assert np.log(with_it.discrimination).std() < np.log(without.discrimination).std()


def test_too_few_takers_or_odd_answers_are_refused():
    """50 place questions, 250 tell how sharp they are; a question everybody got right has no place."""
    answers, _, _ = planted(249, 6, seed=6)
    with pytest.raises(NotEnoughData, match="249 of the") as refused:
        fit_two_parameters(answers)
    assert (refused.value.have, refused.value.need) == (249, 250)
    with pytest.raises(NotEnoughData, match="49 of the"):
        fit_rasch(answers[:49])
    with pytest.raises(NotEnoughData, match="4 questions"):
        fit_rasch(answers[:, :4])
    with pytest.raises(BadInput, match="question 3 are alike"):
        fit_rasch(np.where(np.arange(6) == 2, 1.0, answers))
    with pytest.raises(BadInput, match=r"0\.\.1"):
        fit_rasch(answers - 0.5)
    with pytest.raises(BadInput, match="dimensions"):
        fit_rasch(answers[0])
