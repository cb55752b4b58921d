"""What somebody would decide who knew the planted truth: no formula can do better, but for luck."""

import numpy as np

from quintet.simulate.people import MODULES
from quintet.simulate.spec import I8
from quintet.simulate.stepped import gut
from quintet.simulate.stepped.company import SteppedCompany
from quintet.simulate.stepped.plan import MODULES_TAKEN


def hired(company: SteppedCompany) -> list[int]:
    """Whoever brings the most skill, all of it added up."""
    return [int(np.argmax(company.plan.skills[row].sum(axis=1))) for row in company.due()]


def taught(company: SteppedCompany) -> list[list[int]]:
    """What takes most months off the ramp comes first."""
    months = np.array(list(MODULES.values()))
    best = np.argsort(-months, kind="stable")[:MODULES_TAKEN].tolist()
    return [best for _ in company.due()]


def coached(company: SteppedCompany) -> list[tuple[int, int]]:
    """Whoever has most to gain, on the skill he lacks most."""
    reps = company.present()
    lacking = company.spec.skill_spread - company.skill[reps]
    skill = lacking.argmax(axis=1)
    order = np.argsort(-lacking.max(axis=1), kind="stable")
    return [(int(reps[at]), int(skill[at])) for at in order]


def worked(company: SteppedCompany) -> I8:
    """The best leads of each rep."""
    waiting = company.waiting()
    return gut.worked(company, waiting.lead_id[np.argsort(-waiting.quality, kind="stable")])
