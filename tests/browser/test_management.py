"""The funnel pages in a real browser, on a company with reps, leads and planted weaknesses."""

import pytest

from browser_checks import assert_page_is_sound
from small_company import small_company

__all__ = ["small_company"]

_ALL_DRAWN = """() => {
    const charts = [...document.querySelectorAll('figure.chart')];
    return charts.length > 5 && charts.every(one => one.dataset.drawn); }"""
#: How light the letters of the first chart are on paper, 0 to 255: the median of what is drawn.
_LETTERS = """() => {
    const canvas = document.querySelector('figure.chart canvas');
    const inverted = getComputedStyle(canvas.closest('.chart-plot')).filter.startsWith('invert');
    const width = Math.round(canvas.width / 6);  // the names of the reps stand on the left
    const data = canvas.getContext('2d').getImageData(0, 0, width, canvas.height).data;
    const light = [];
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) {
        const grey = (data[at] + data[at + 1] + data[at + 2]) / 3;
        light.push(inverted ? 255 - grey : grey);
    }
    light.sort((one, two) => one - two);
    return light[Math.floor(light.length / 2)]; }"""


@pytest.fixture(autouse=True)
def _of_the_company(small_company, settings):
    """The site serves the small company."""
    settings.HOME = small_company.home


@pytest.mark.parametrize(
    "address",
    [
        "/management/",
        "/management/?period=2025Q3",
        "/management/rep/{rep}/",
        "/management/records/?stage=demo",
        "/management/today/",
        "/management/targets/",
    ],
)
def test_page_is_sound(as_role, live_server, small_company, address):
    """No console error, no policy violation, axe clean in light and dark, nothing sticks out at 360 px."""
    rep = min(small_company.team)

    assert_page_is_sound(as_role("executive"), live_server.url + address.format(rep=rep))


def test_a_manager_walks_from_the_funnel_to_the_records(as_role, live_server, small_company):
    """Sentence → rep → number → the list it counts: the way a manager checks a claim."""
    page = as_role("manager", rep_id=small_company.manager)
    page.goto(live_server.url + "/management/")

    page.locator(".reading-name").first.click()
    page.get_by_role("heading", name="Step by step, beside the peers").wait_for()
    tile = page.locator(".metric-value a").first
    count = tile.inner_text()
    tile.click()

    assert page.locator(".record-count").inner_text().split(" of ")[1].split(" ")[0] == count


def test_filters_change_the_page(as_role, live_server):
    """Another period shows other counts, and the choice stays chosen."""
    page = as_role("executive")
    page.goto(live_server.url + "/management/")
    before = page.locator(".metric-value").first.inner_text()

    page.get_by_label("Period").select_option("2025-02")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**period=2025-02**")

    assert page.locator(".metric-value").first.inner_text() != before
    assert page.get_by_label("Period").input_value() == "2025-02"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_paper_has_every_chart_and_is_light(as_role, live_server, theme):
    """Nobody scrolled: each chart is drawn all the same, and dark letters are on white."""
    page = as_role("executive")
    page.emulate_media(color_scheme=theme)
    page.goto(live_server.url + "/management/")
    page.wait_for_function(_ALL_DRAWN)

    for _ in range(2):  # a browser may prepare the paper twice
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme=theme)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.chart-caption')).color")
        == "rgb(81, 96, 110)"
    )
    assert page.evaluate(_LETTERS) < 130

    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme


def test_of_a_chart_not_drawn_paper_has_the_numbers(as_role, live_server):
    """Whoever prints before the charts are there gets their tables, and finds them closed again after."""
    page = as_role("executive")
    page.route("**/vega.min*.js", lambda route: route.abort())
    page.goto(live_server.url + "/management/")
    numbers = page.locator(".chart-table .table").first

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert numbers.is_visible()

    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not numbers.is_visible()
