import numpy as np
import pytest

from quintet.simulate.journeys import CALL, NEVER, cohort
from quintet.simulate.spec import DAY, HOUR
from quintet.simulate.world import DELAYS, KAPPA

FUNNEL = """
    SELECT lead_id,
      min(occurred_at) FILTER (kind = 'lead.created') AS created,
      min(occurred_at) FILTER (kind IN ('call.attempted', 'email.sent')) AS worked,
      min(occurred_at) FILTER (outcome = 'connected' OR kind = 'email.replied') AS connected,
      min(occurred_at) FILTER (kind = 'meeting.held' AND content = 'qualifying') AS qualified,
      min(occurred_at) FILTER (kind = 'meeting.held' AND content = 'demo') AS demo,
      min(occurred_at) FILTER (kind = 'opportunity.won') AS won,
      max(occurred_at) FILTER (kind IN ('web.visited', 'form.submitted', 'campaign.touched')) AS touched,
      count(*) FILTER (kind = 'opportunity.won') AS wins,
      count(*) FILTER (kind = 'opportunity.lost') AS losses
    FROM interactions WHERE lead_id IS NOT NULL GROUP BY 1"""


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("touched", "created"),
        ("created", "worked"),
        ("worked", "connected"),
        ("connected", "qualified"),
        ("qualified", "demo"),
        ("demo", "won"),
    ],
)
def test_the_funnel_is_never_out_of_order(asked, earlier, later):
    """A lead that reached a stage has reached the one before, and not later."""
    wrong = (
        f"SELECT count(*), count({later}) FILTER ({later} < {earlier} OR {earlier} IS NULL) FROM ({FUNNEL})"
    )
    ((leads, misplaced),) = asked(wrong)
    if (earlier, later) == ("touched", "created"):
        ((misplaced,),) = asked(f"SELECT count(*) FROM ({FUNNEL}) WHERE touched > created")
    assert leads > 1000
    assert misplaced == 0


def test_an_opportunity_ends_once(asked):
    """Nothing is both won and lost, or won twice."""
    assert asked(f"SELECT count(*) FROM ({FUNNEL}) WHERE wins + losses > 1") == [(0,)]


def test_nobody_is_tried_again_after_the_first_conversation(asked):
    """Attempts stop when the lead is reached."""
    late = f"""SELECT count(*) FROM interactions JOIN ({FUNNEL}) USING (lead_id)
               WHERE kind IN ('call.attempted', 'email.sent') AND occurred_at > connected"""
    assert asked(late) == [(0,)]


def test_people_work_in_working_hours(asked):
    """Calls and meetings happen from 9:00 to 17:30 on working days where the team works."""
    rows = asked("""SELECT extract(hour FROM occurred_at AT TIME ZONE 'America/New_York') AS hour, count(*)
                    FROM interactions WHERE kind IN ('call.attempted', 'meeting.held') GROUP BY 1""")
    assert {hour for hour, _ in rows} == set(range(9, 18))
    assert asked("""SELECT count(*) FROM interactions WHERE kind IN ('call.attempted', 'meeting.held')
                    AND isodow(occurred_at AT TIME ZONE 'America/New_York') > 5""") == [(0,)]


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("qualifying_held", lambda c: c.connected, lambda c: _first_held(c.qualifying)),
        ("demo_held", lambda c: c.qualifying.held, lambda c: _first_held(c.demo)),
        ("negotiation", lambda c: c.demo.held, lambda c: c.ending.negotiation),
        ("won", lambda c: c.ending.negotiation, lambda c: c.ending.won),
        ("lost", lambda c: c.connected, lambda c: c.ending.disqualified),
    ],
)
def test_delays_are_those_of_the_truth(large, name, since, until):
    """The median wait is the planted one, plus at most a day and a half to the next working morning."""
    leads = cohort(large.world, 4)
    there = np.flatnonzero((until(leads) < NEVER) & (since(leads) < NEVER))
    days = (until(leads)[there] - since(leads)[there]) / DAY
    median, spread = DELAYS[name]

    assert median - 0.2 < np.median(days) < median * 1.05 + 1.5
    assert np.quantile(days, 0.9) < 1.15 * median * np.exp(1.2816 * spread) + 2.5


def _first_held(meeting):
    return np.where(meeting.rebooked < NEVER, NEVER, meeting.held)


def test_the_chance_to_connect_falls_with_every_attempt_as_planted(large):
    """Beta-geometric: the hazard at attempt k is kappa / (kappa + k - 1) of the first."""
    months = [cohort(large.world, month) for month in range(12)]
    skill, segments = large.world.people.skill, large.world.people.segment_of_team
    assert len(segments) > 3
    planted, seen = [], []
    for number in range(1, 9):
        expected, connected = [], []
        for leads in months:
            tries = leads.attempts
            row = tries.lead
            mean = large.world.hazard[leads.segment[row], tries.channel]
            shift = 0.5 * leads.visits.quality[row] + skill[leads.rep[row], 1]
            kappa = large.world.kappa[leads.segment[row]]
            chosen = tries.number == number
            expected.append((1 / (1 + np.exp(-mean - shift)) * kappa / (kappa + number - 1))[chosen])
            connected.append(tries.connected[chosen])
        planted.append(np.concatenate(expected).mean())
        seen.append(np.concatenate(connected).mean())
    assert seen == pytest.approx(planted, rel=0.03)
    assert seen[0] > 1.5 * seen[-1]
    assert min(KAPPA.values()) > 1


def test_mail_is_answered_later_and_the_phone_at_once(large):
    """A conversation by phone starts with the call; an answer to an e-mail takes hours."""
    tries = cohort(large.world, 2).attempts
    call = tries.connected & (tries.channel == CALL)
    mail = tries.connected & (tries.channel != CALL)

    assert (tries.connect_at[call] == tries.at[call]).all()
    assert np.median(tries.connect_at[mail] - tries.at[mail]) > HOUR
