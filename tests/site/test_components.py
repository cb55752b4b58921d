import re
from datetime import date, datetime
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from quintet.kernel.errors import NotEnoughData
from quintet.kernel.finding import Finding, Status
from quintet.site.components import numbers
from quintet.site.components.bars import rate_bar
from quintet.site.components.records import as_record_list
from quintet.site.navigation import SECTIONS


class Words(HTMLParser):
    """The text of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep what is not blank."""
        if data.strip():
            self.found.append(data.strip())


def draw(source: str, **values: object) -> str:
    """The HTML of a template with our tags loaded."""
    context = Context({"request": RequestFactory().get("/page/?month=3"), **values})
    return Template("{% load quintet %}" + source).render(context)


def words(source: str, **values: object) -> str:
    """What a person reads of it."""
    parser = Words()
    parser.feed(draw(source, **values))
    return " ".join(parser.found).replace("\xa0", " ")


def test_a_rate_says_everything_in_words():
    """Value, interval, counts and peers stand beside the bar, which screen readers skip."""
    text = words('{% rate 0.127 lo=0.08 hi=0.19 won=9 n=71 baseline=0.25 label="Demo → customer" %}')

    assert text == "Demo → customer 13% 8–19% 9 of 71 peers 25%"


def test_no_rate_is_a_dash():
    """Nothing tried: no bar, no zero."""
    html = draw("{% rate None %}")

    assert "–" in html
    assert "<svg" not in html


def test_the_bar_stays_inside():
    """What lies beyond the right end is drawn at the end; the whisker goes from lo to hi."""
    bar = rate_bar(0.5, 0.2, 1.4, 0.3, top=1.0)

    assert (bar.value, bar.lo, bar.hi, bar.baseline, bar.whisker) == (50, 20, 100, 30, 80)


def test_a_tile_shows_interval_and_n():
    """No number without how sure and from how many; it opens its records."""
    html = draw('{% metric_tile "Customers a month" 4.6 lo=3.1 hi=6.4 n=1214 href="/records/" %}')

    assert "3.1–6.4" in html
    assert "1,214" in html
    assert 'href="/records/"' in html


def test_a_silent_finding_says_what_is_missing():
    """Have, need, and the day to expect it; no number."""
    silent = Finding(
        "Ramp",
        "Class",
        "months",
        Status.SILENT,
        3,
        12,
        "km",
        reason="Too young.",
        expected_on=date(2026, 9, 1),
    )

    text = words("{% finding silent %}", silent=silent)

    assert "Not enough data yet Too young. 3 of 12 records: 9 missing." in text
    assert "At the present pace, enough by 1 Sep 2026" in text


def test_a_finding_that_speaks_is_a_tile():
    """Estimate as its unit wants it, with interval and n."""
    speaking = Finding("Close", "Rep", "rate", Status.SPEAKS, 71, 30, "bb", estimate=0.127, lo=0.08, hi=0.19)

    assert words("{% finding answer %}", answer=speaking) == "Close 13% 8–19% n = 71"


def test_not_enough_takes_the_error():
    """What the formula raised is what the page says."""
    error = NotEnoughData("too little", have=140, need=400, unit="matured leads")

    text = words("{% not_enough error %}", error=error)

    assert "140 of 400 matured leads: 260 missing" in text


@pytest.mark.parametrize(
    ("p", "shown", "tone"),
    [
        (0.97, "P = 0.97", "bad"),
        (0.62, "P = 0.62", "neutral"),
        (0.9999, "P > 0.99", "bad"),
        (0.001, "P < 0.01", "neutral"),
    ],
)
def test_a_doubtful_probability_has_no_colour(p, shown, tone):
    """Below 0.9 the badge stays neutral whatever the page asked for."""
    html = (
        draw('{% probability p tone="bad" %}', p=p)
        .replace("&nbsp;", " ")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
    )

    assert shown in html
    assert f"tone-{tone}" in html


def test_a_chart_comes_with_its_numbers():
    """The same rows as a table, and the spec as data, not as code."""
    html = draw(
        '{% chart "won" spec columns=columns rows=rows title="Won" %}',
        spec={"mark": "bar", "title": "</script><script>alert(1)"},
        columns=[("month", "Month", "text"), ("rate", "Won", "rate")],
        rows=[{"month": "Jan", "rate": 0.5}],
    )

    assert "<td>Jan</td>" in html
    assert ">50%<" in html
    assert "<script>alert" not in html
    assert 'type="application/json"' in html


ROWS = [{"rep": name, "won": won} for name, won in (("cy", 3), ("ann", None), ("bo", 7))]


def _list(query: str, **rest: object):
    request = RequestFactory().get(f"/?{query}")
    return as_record_list(
        {"columns": [("rep", "Rep"), ("won", "Won", "number")], "rows": ROWS, **rest}, request
    )


def test_every_icon_that_is_named_is_in_the_sprite(root):
    """A name nobody drew leaves a hole that no page complains of."""
    source = root / "src" / "quintet"
    sprite = (source / "site/static/quintet/img/icons.svg").read_text()
    drawn = set(re.findall(r'id="([a-z-]+)"', sprite))
    texts = "\n".join(path.read_text() for path in source.rglob("*.html"))
    named = set(re.findall(r'{%\s*icon\s+"([^"]+)"', texts)) | set(re.findall(r'picture="([^"]+)"', texts))
    named |= {entry.icon for section in SECTIONS for entry in section.entries}

    assert len(named) > 20
    assert named - drawn == set()


def test_a_list_sorts_by_any_column():
    """Rows without a value come last both ways."""
    assert [row["rep"] for row in _list("records_sort=won").rows] == ["cy", "bo", "ann"]
    assert [row["rep"] for row in _list("records_sort=-won").rows] == ["bo", "cy", "ann"]
    assert [row["rep"] for row in _list("records_sort=rep").rows] == ["ann", "bo", "cy"]


@pytest.mark.parametrize(
    ("page", "shown"), [("2", ["bo"]), ("99", ["bo"]), ("x", ["cy", "ann"]), ("0", ["cy", "ann"])]
)
def test_a_list_has_pages(page, shown):
    """Page numbers that make no sense show the nearest page."""
    assert [row["rep"] for row in _list(f"records_page={page}", page_size=2).rows] == shown


def test_an_unknown_column_sorts_nothing():
    """A made-up address is harmless."""
    assert [row["rep"] for row in _list("records_sort=password").rows] == ["cy", "ann", "bo"]


def test_links_of_a_list_keep_the_page_s_filters():
    """Sorting does not lose the month that was chosen."""
    html = draw(
        '{% record_list records "records" %}',
        records={"columns": [("rep", "Rep")], "rows": ROWS, "page_size": 2},
    )

    assert "month=3" in html
    assert "records_page=2" in html
    assert "csv=records" in html


def test_progress_stops_asking_when_it_is_done():
    """A finished job is not polled again."""
    assert 'hx-get="/x/"' in draw('{% progress "/x/" done=1 total=4 %}')
    assert "hx-get" not in draw('{% progress "/x/" done=4 total=4 state="done" %}')


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (numbers.percent(0.4213), "42%"),
        (numbers.percent(0.0312), "3.1%"),
        (numbers.percent(0), "0%"),
        (numbers.number(1234567), "1,234,567"),
        (numbers.number(1.84), "1.8"),
        (numbers.number(None), "–"),
        (numbers.money(12300, "USD"), "12,300\u202fUSD"),
        (numbers.interval(0.021, 0.049, "rate"), "2.1–4.9%"),
        (numbers.interval(0.08, 0.19, "rate"), "8–19%"),
        (numbers.cell(date(2026, 3, 2), "date"), "2 Mar 2026"),
        (numbers.cell(datetime(2026, 3, 2, 9, 5), "instant"), "2 Mar 2026 09:05"),  # noqa: DTZ001  facts are UTC without a zone
        (numbers.cell(value=True, kind="text"), "yes"),
        (numbers.cell(None, "number"), "–"),
        (numbers.cell(2026, "text"), "2026"),
    ],
)
def test_how_numbers_are_written(written, expected):
    """Never with more digits than they deserve."""
    assert written == expected


def test_no_component_carries_inline_style_or_code():
    """The content security policy would block it."""
    from pathlib import Path

    import quintet.site

    for path in Path(quintet.site.__file__).parent.glob("templates/**/*.html"):
        text = path.read_text()
        assert " style=" not in text, path
        assert " onclick=" not in text, path
        assert "<style" not in text, path


def test_every_component_is_documented(root):
    """docs/components.md shows an example of each tag."""
    from quintet.site.templatetags.quintet import register

    text = (root / "docs/components.md").read_text()
    helpers = {"form_field"}  # used by the form template alone
    assert not [name for name in register.tags if name not in helpers and f"{{% {name} " not in text]


def test_each_choice_of_a_question_has_its_line():
    """Radio buttons are labels of their own; what holds them is not drawn as one of them."""
    from django import forms

    class Asked(forms.Form):
        why = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "No need"), ("b", "Too small")])

    drawn = str(Asked()["why"].as_field_group())

    assert drawn.count('<label class="form-check"') == 2
    assert 'type="radio"' in drawn
    assert '<div id="id_why">' in drawn


def test_markdown_shows_typed_html_as_typed():
    """What somebody pastes into a page runs nowhere: no tag, no script address, no style, no picture."""
    html = draw(
        "{{ text|markdown }}",
        text="<script>x</script> [a](javascript:x) <b onclick=x>b</b> ![c](https://c.test/c.png)\n\n"
        "|a|\n|-:|\n|1|",
    )

    assert "<script" not in html
    assert "<b" not in html
    assert "<img" not in html
    assert "style=" not in html
    assert 'href="javascript' not in html
    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert '<td class="text-end">1</td>' in html


def test_markdown_headings_stand_below_the_page_s_own_and_skip_no_level():
    """A page has one h1; who begins with the third level gets the second."""
    html = draw("{{ text|markdown }}", text="### One\n\n###### Two\n\n### Three")

    assert html.split() == ["<h2>One</h2>", "<h3>Two</h3>", "<h2>Three</h2>"]


def test_markdown_links_tell_the_other_side_nothing():
    """The address of an inner page is not given to a site that is linked."""
    assert 'rel="noopener noreferrer nofollow"' in draw("{{ text|markdown }}", text="[a](https://a.test)")
