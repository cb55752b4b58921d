"""Roles: their rounds in order, what is scored in each, and what a process lacks."""

import pytest

from hiring_process import NOW, told
from quintet.hiring.terms.process import RoundText, gaps
from quintet.kernel.errors import BadInput

KNOWN = {"curiosity": "Curiosity", "coaching_gain": "Points gained"}
TALK = RoundText("Talk", "interview", ("curiosity",))
PLAY = RoundText("Play", "role_play", ("coaching_gain",), by_phone=True)


def test_a_process_says_what_it_lacks():
    """No round, no role play by phone for a phone role, nothing coached, criteria nobody scores."""
    gains = frozenset({"coaching_gain"})

    def found(*rounds, by_phone=True):
        return [one.sentence for one in gaps(list(rounds), by_phone=by_phone, known=KNOWN, gains=gains)]

    assert found() == ["It has no round: add the first one below."]
    assert found(TALK, PLAY) == []
    short = found(TALK)
    assert len(short) == 3
    assert "role play by phone" in short[0]
    assert short[2] == "Scored in no round: Points gained."
    assert "Scored in no round: Curiosity." in found(PLAY)
    assert not any("phone" in one for one in found(TALK, by_phone=False))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (RoundText(" ", "interview", ("curiosity",)), "needs a name"),
        (RoundText("Talk", "lunch", ("curiosity",)), "a round is one of"),
        (RoundText("Talk", "interview", ()), "scores nothing"),
        (RoundText("Talk", "interview", ("charm",)), "not among the criteria in use"),
        (RoundText("Interview", "interview", ("curiosity",)), "another name"),
    ],
)
def test_a_round_that_cannot_be_scored_is_refused(process, wrong, why):
    """And so is a second one of the same name: scores are told apart by it."""
    from quintet.hiring.actions.roles import add_round

    with pytest.raises(BadInput, match=why):
        add_round(process.role, wrong, by=process.people.recruiter, now=NOW)


@pytest.mark.django_db
def test_rounds_move_retire_and_change(process):
    """The order is told to the ledger; a scored round keeps its name; a retired one keeps its scores."""
    from quintet.hiring.actions.roles import change_round, move_up, retire_round
    from quintet.hiring.asks.roles import role

    by = {"by": process.people.recruiter, "now": NOW}
    move_up(process.play, **by)
    move_up(process.play, **by)
    assert [one.record.name for one in role(process.role.key).rounds] == ["Role play", "Interview"]
    assert [one["name"] for one in told("process.written")[-1]["detail"]["rounds"]] == [
        "Role play",
        "Interview",
    ]

    process.scored(process.card(process.candidate(), process.people.interviewer))
    with pytest.raises(BadInput, match="keeps its name"):
        change_round(process.interview, RoundText("Chat", "interview", ("curiosity",)), **by)
    change_round(process.interview, RoundText("Interview", "exercise", ("curiosity",)), **by)
    retire_round(process.interview, **by)
    assert [one.record.name for one in role(process.role.key).rounds] == ["Role play"]
    with pytest.raises(BadInput, match="choose one that is"):
        process.card(process.candidate("Di"), process.people.interviewer)
