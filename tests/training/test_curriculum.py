"""Modules and tracks: what builds on what, and how a module is finished."""

from dataclasses import replace

import pytest

from quintet.kernel.errors import BadInput
from quintet.training.terms.curriculum import ModuleText, TrackStep, checked_module, checked_steps, in_order
from quintet.training.terms.starter_modules import BY_KEY, MODULES, TRACKS
from taught import NOW, people, taught, told

__all__ = ["people", "taught"]

READING = ModuleText("read", "Read", "reading")
BLOG = ModuleText("blog", "Blog", "hands_on", asks_for={"visits": 100})


def test_modules_that_wait_for_each_other_are_refused_by_name():
    """Nobody could begin; the message says where the circle is."""
    with pytest.raises(BadInput, match="a → b → c → a"):
        in_order({"a": ["b"], "b": ["c"], "c": ["a"]})
    with pytest.raises(BadInput, match="a → a"):
        in_order({"a": ["a"]})


def test_modules_stand_in_an_order_they_can_be_taken_in():
    """Each after what it builds on; the others as they came."""
    assert in_order({"c": ["b"], "b": ["a"], "a": [], "d": []}) == ["a", "b", "c", "d"]


def test_a_long_chain_of_modules_is_put_in_order():
    """Two hundred modules in a row are no circle."""
    chain = {f"m{n:03}": [f"m{n + 1:03}"] if n < 199 else [] for n in range(200)}

    assert in_order(chain) == sorted(chain, reverse=True)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (replace(READING, name=" "), "needs a name"),
        (replace(READING, kind="film"), "kind must be one of"),
        (replace(READING, hours=0), "hours lie in"),
        (replace(READING, moves="worked"), "step it moves"),
        (replace(READING, asks_for={"leads": 1}), "only a hands-on project"),
        (replace(BLOG, asks_for={}), "ends with figures"),
        (replace(BLOG, asks_for={"likes": 5}), "at least 1 of visits, leads"),
        (replace(BLOG, asks_for={"visits": 0}), "at least 1 of visits, leads"),
    ],
)
def test_a_module_nobody_could_take_is_refused(wrong, why):
    """With what to do about it."""
    with pytest.raises(BadInput, match=why):
        checked_module(wrong)


def test_a_track_puts_nothing_before_what_it_builds_on():
    """Only modules of the track count: what one brings along is one's own business."""
    after = {"late": ["early", "elsewhere"]}

    assert len(checked_steps((TrackStep("early", 1), TrackStep("late", 2)), after)) == 2
    with pytest.raises(BadInput, match="'late' builds on 'early'"):
        checked_steps((TrackStep("late", 1), TrackStep("early", 2)), after)
    with pytest.raises(BadInput, match="in the track already"):
        checked_steps((TrackStep("early", 1), TrackStep("early", 2)), after)


def test_the_example_tracks_can_be_taken_as_they_are():
    """Every module is complete and named like those of the simulated company; tracks are in order."""
    from quintet.simulate.people import MODULE_NAMES

    assert set(MODULE_NAMES) <= set(BY_KEY)
    assert len([checked_module(one) for one in MODULES]) == len(BY_KEY)
    after = {one.key: one.after for one in MODULES}
    assert set(in_order(after)) == set(BY_KEY)
    for track in TRACKS:
        assert checked_steps(track.steps, after)
        assert {step.module for step in track.steps} <= set(BY_KEY)
    assert {one.role for one in TRACKS} == {"rep", "manager", "director"}


def test_examples_bring_their_modules_and_are_taken_once(people):
    """With the playbook pages they teach, where there are any."""
    from quintet.training.actions.modules import take_examples
    from quintet.training.actions.playbook import take_examples as take_pages
    from quintet.training.asks.curriculum import modules, track, track_of_role

    by = {"by": people.enablement, "now": NOW}
    take_pages(["what-it-does"], **by)
    assert take_examples(["new-reps"], **by) == 9
    assert take_examples(["new-reps", "new-managers"], **by) == 5

    assert {one.record.key: [page.key for page in one.record.pages.all()] for one in modules()}[
        "product_basics"
    ] == ["what-it-does"]
    assert len(track("new-reps").steps) == 9
    assert track_of_role("manager").record.key == "new-managers"
    assert track_of_role("executive") is None
    with pytest.raises(BadInput, match="no track 'none'"):
        take_examples(["none"], **by)


def test_a_change_that_would_close_a_circle_changes_nothing(people, taught):
    """The module stays as it was."""
    from quintet.training.actions.modules import change_module
    from quintet.training.asks.curriculum import module, text_of

    text = replace(text_of(taught.read), name="New name", after=("play_price",))
    with pytest.raises(BadInput, match="nobody could begin"):
        change_module(text, **taught.by)

    assert module("read_worth").record.name == "Read the worth"


def test_each_kind_is_finished_its_own_way(people, taught):
    """A text by the own word, a role play by who saw it; nobody signs for themselves or skips a step."""
    from quintet.training.actions.completions import say_done, sign_off

    with pytest.raises(BadInput, match="builds on Read the worth"):
        sign_off(people.ann, taught.play, by=people.enablement, now=NOW)
    say_done(people.ann, taught.read, now=NOW)
    with pytest.raises(BadInput, match="not finished by the own word"):
        say_done(people.ann, taught.play, now=NOW)
    with pytest.raises(BadInput, match="nobody signs off their own"):
        sign_off(people.ann, taught.play, by=people.ann, now=NOW)
    sign_off(people.ann, taught.play, by=people.enablement, now=NOW, note="Held the price")

    assert [(one["content"], one["detail"]["finished_by"]) for one in told("module.completed")] == [
        ("read_worth", "own_word"),
        ("play_price", "signed_off"),
    ]
    assert say_done(people.ann, taught.read, now=NOW) is None


def test_a_module_with_an_exam_is_finished_by_it_alone(people, taught):
    """Neither the own word nor a signature stands in for passing."""
    from quintet.training.actions.completions import say_done, sign_off
    from quintet.training.models.exams import Exam

    Exam.objects.create(
        key="worth", name="Worth", module=taught.read, written_by=people.enablement, written_at=NOW
    )

    with pytest.raises(BadInput, match="pass its exam"):
        say_done(people.ann, taught.read, now=NOW)
    with pytest.raises(BadInput, match="pass its exam"):
        sign_off(people.ann, taught.read, by=people.enablement, now=NOW)


def test_what_is_retired_is_taken_no_more_and_holds_up_nobody(people, taught):
    """Who had it keeps it; what builds on it opens."""
    from quintet.training.actions.completions import say_done, sign_off
    from quintet.training.actions.modules import retire_module
    from quintet.training.asks.curriculum import track

    retire_module(taught.read, **taught.by)

    with pytest.raises(BadInput, match="not taught any more"):
        say_done(people.ann, taught.read, now=NOW)
    assert sign_off(people.ann, taught.play, by=people.enablement, now=NOW)
    assert [step.module.key for step in track("new-reps").steps] == ["play_price"]
