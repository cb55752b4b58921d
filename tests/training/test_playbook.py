"""The playbook: every version kept, differences read as a person reads them, certificates unsettled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quintet.kernel.errors import BadInput
from quintet.training.terms.playbook import Fate, PageText, Written, checked, diff
from quintet.training.terms.starter_pages import BY_KEY, STARTER
from quintet.training.terms.words import SECTIONS
from taught import NOW, learned, people, taught, told

__all__ = ["people", "taught"]

PAGE = PageText("price", "objections", "Price", "Ask: beside what?", "won")


def shape(lines):
    """The passages of a comparison as pairs."""
    return [[(one.fate.value, one.text) for one in line.passages] for line in lines]


def test_a_change_within_a_paragraph_is_shown_word_by_word():
    """What stands and what went stand side by side, so that a reader sees only the difference."""
    assert shape(diff("Ask what it costs them today.", "Ask what it saves them today.")) == [
        [("same", "Ask what it "), ("removed", "costs"), ("added", "saves"), ("same", " them today.")]
    ]


def test_unlike_paragraphs_are_shown_one_after_the_other():
    """Word by word two different sentences would read as neither."""
    found = diff("Never name a price first.", "Three customers say so: Acme, Beta, Corp.")

    assert shape(found) == [
        [("removed", "Never name a price first.")],
        [("added", "Three customers say so: Acme, Beta, Corp.")],
    ]


def test_what_did_not_change_is_folded_and_counted():
    """A long page shows the change and its neighbours, and says how much it leaves out."""
    before = "\n\n".join(f"Paragraph {number}" for number in range(10))
    found = diff(before, before.replace("Paragraph 9", "Paragraph 9, new"))

    assert shape(found)[:2] == [[("folded", "8 paragraphs unchanged")], [("same", "Paragraph 8")]]
    assert len(found) == 3


@pytest.mark.parametrize("text", ["", "a", "a\n\nb\n\nc", "x" * 400, "| a | b |\n|--|--|"])
def test_a_comparison_loses_and_invents_nothing(text):
    """Without the removed words it is the new text, without the added ones the old, folds aside."""
    other = text.replace("a", "a long word") + "\n\nOne more."
    for was, now in ((text, other), (other, text)):
        lines = diff(was, now)
        folded = any(one.fate is Fate.FOLDED for line in lines for one in line.passages)
        for gone, wanted in ((Fate.ADDED, was), (Fate.REMOVED, now)):
            kept = ["".join(one.text for one in line.passages if one.fate is not gone) for line in lines]
            assert folded or [line for line in kept if line] == [line for line in wanted.split("\n") if line]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": " "}, "needs a title"),
        ({"body": "\n"}, "says nothing yet"),
        ({"body": "x" * 40_001}, "40,000 characters"),
        ({"section": "mood"}, "section must be one of"),
        ({"moves": "worked"}, "step it moves"),
    ],
)
def test_a_page_nobody_could_sell_by_is_refused(wrong, why):
    """With what to do about it."""
    with pytest.raises(BadInput, match=why):
        checked(replace(PAGE, **wrong))


def test_the_examples_ask_about_every_section():
    """The five sections of the seed are there, each page is complete, and keys are unique."""
    assert {one.section for one in map(checked, STARTER)} == set(SECTIONS)
    assert len(BY_KEY) == len(STARTER)


def test_a_page_is_rewritten_with_a_reason_and_its_past_stays(people, taught):
    """An equal version and one without a reason are refused; the newest is in use."""
    from quintet.training.actions.playbook import rewrite
    from quintet.training.asks.playbook import page, versions

    new = replace(PAGE, body="Ask: beside what? Then wait.")
    with pytest.raises(BadInput, match="nothing changed"):
        rewrite(PAGE, Written("again"), **taught.by)
    with pytest.raises(BadInput, match="say what changed"):
        rewrite(new, Written(" "), **taught.by)
    rewrite(new, Written("Waiting was forgotten"), **taught.by)

    assert page("price").version.number == 2
    assert [one.record.number for one in versions("price")] == [2, 1]
    assert versions("price")[0].lines[-1].passages[-1].text.strip() == "Then wait."
    assert [one["detail"]["version"] for one in told("page.written") if one["content"] == "price"] == [1, 2]


def test_a_step_or_section_may_change_without_a_word_of_the_text(people, taught):
    """Binding a page to another step is a version, too: what it was written for changed."""
    from quintet.training.actions.playbook import rewrite
    from quintet.training.asks.playbook import beside, page

    rewrite(replace(PAGE, moves="demo"), Written("It belongs earlier"), **taught.by)

    assert page("price").page.moves == "demo"
    assert [one.key for one in beside("demo")] == ["price"]
    assert beside("won") == ()


def test_a_correction_leaves_certificates_alone_and_a_change_that_matters_ends_them(people, taught):
    """The writer says which it is; the rep is told, with the page to read."""
    from quintet.training.actions.playbook import rewrite
    from quintet.training.asks.certificates import holding
    from quintet.training.models.certificates import Notice

    learned(taught, people.ann)
    rewrite(replace(PAGE, body="Ask: beside what??"), Written("A typo"), **taught.by)
    assert len(holding(people.ann, NOW)) == 1

    later = NOW + timedelta(days=1)
    new = replace(PAGE, body="Ask: what does it cost you today?")
    rewrite(new, Written("Beside what? sounded rude", unsettles=True), by=people.enablement, now=later)

    assert holding(people.ann, later) == []
    notice = Notice.objects.filter(user=people.ann).first()
    assert "Price has changed. Beside what? sounded rude" in notice.text
    assert notice.address == "playbook-page price"
    assert [one["content"] for one in told("certificate.revoked")] == ["first"]


def test_what_is_not_on_the_page_in_use_is_not_shown_beside_the_work(people, taught):
    """Pages for another kind of lead and those taken out stay away; pages for this kind come first."""
    from quintet.training.actions.playbook import retire, write
    from quintet.training.asks.playbook import beside

    only = PageText("big", "objections", "A big one", "Bring the board.", "won", context="enterprise")
    write(only, **taught.by)

    assert [one.key for one in beside("won")] == ["big", "price"]
    assert [one.key for one in beside("won", "small business")] == ["price"]
    retire(taught.price.page, **taught.by)
    assert [one.key for one in beside("won")] == ["big"]


def test_examples_are_taken_once(people):
    """A second time only what is missing; what one filled in is never written over."""
    from quintet.training.actions.playbook import rewrite, take_examples
    from quintet.training.asks.playbook import page

    by = {"by": people.enablement, "now": NOW}
    assert take_examples(BY_KEY, **by) == len(BY_KEY)
    one = BY_KEY["what-it-does"]
    rewrite(replace(one, body="Ours."), Written("Filled in"), **by)

    assert take_examples(BY_KEY, **by) == 0
    assert page("what-it-does").version.body == "Ours."
    with pytest.raises(BadInput, match="no page 'nothing'"):
        take_examples(["nothing"], **by)
