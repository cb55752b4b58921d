"""What every page of the site must pass in a real browser, light and dark, wide and narrow."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import rules
from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from quintet.kernel.access import access_of

#: Nothing but colours differs in the dark.
_EVERY_RULE: dict[str, Any] = {}
_COLOURS: dict[str, Any] = {"runOnly": ["color-contrast", "link-in-text-block"]}
#: Who is signed in, by context; the server's thread may hold the database when a page is looked at.
READERS: WeakKeyDictionary[BrowserContext, Any] = WeakKeyDictionary()
NARROW = {"width": 360, "height": 800}
WIDE = {"width": 1280, "height": 900}
_WAIT_FOR_CHARTS = """() =>
    [...document.querySelectorAll('figure.chart')].every(one => one.dataset.drawn)"""
_WAIT_FOR_PARTS = "() => !document.querySelector('[aria-busy=true], .now[hx-get]')"
_SCROLL = """async () => { for (const one of document.querySelectorAll('figure.chart')) {
    one.scrollIntoView();
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))); }
    scrollTo(0, 0); }"""
_VIOLATIONS = """addEventListener('securitypolicyviolation', (event) =>
    (window.policyViolations ??= []).push(`${event.violatedDirective} ${event.blockedURI}`))"""
_OVERFLOW = """() => { const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll('body *')].filter(one => {
        const box = one.getBoundingClientRect();
        if (box.right <= width + 1 || box.width === 0) return false;
        for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
            if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return false;
        return true;
    }).slice(0, 5).map(one => one.outerHTML.slice(0, 120)); }"""
_WIDE_TABLES = """() => { document.querySelectorAll('details').forEach(one => { one.open = true; });
    const width = document.documentElement.clientWidth;
    const hides = (one) => one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).overflowX !== 'visible';
    return [...document.querySelectorAll('table.table')].filter(table => {
        if (table.dataset.wide?.trim() || table.getBoundingClientRect().width === 0) return false;
        const cells = [...table.querySelectorAll('td, th')];
        for (let up = table; up !== document.body; up = up.parentElement) if (hides(up)) return true;
        return table.getBoundingClientRect().right > width + 1 || cells.some(hides);
    }).map(one => [one.closest('[aria-label]')?.getAttribute('aria-label'), one.scrollWidth, 'px in',
        one.parentElement.clientWidth, one.innerText.slice(0, 200)].join(' ')); }"""


#: A form in which nothing can be changed or pressed offers nothing: it is there to read.
_OFFERED = """() => [...document.querySelectorAll('a[href], form, [hx-get], [hx-post]')]
    .filter(one => !one.closest('fieldset:disabled') && (one.tagName !== 'FORM'
        || [...one.elements].some(one => one.matches(':enabled:not(fieldset, [type=hidden])'))))
    .flatMap(one => ['href', 'action', 'hx-get', 'hx-post'].map(name => one.getAttribute(name)))
    .filter(one => one?.startsWith('/'))"""


def assert_page_is_sound(page: Page, url: str) -> None:
    """Open a page and stop at a console error, a policy violation, an axe finding or sideways overflow.

    And at a link, a form or a part that its reader would be refused.

    Args:
        page: a page of a context that is signed in.
        url: the full address.
    """
    said = _listen(page)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size(WIDE)
        _open(page, url)
        assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
        assert_accessible(page, f"{url} ({theme})", _EVERY_RULE if theme == "light" else _COLOURS)
        assert_nothing_offered_is_refused(page, url)
        assert_no_table_scrolls(page, f"{url} ({theme}, 1280 px)")
        page.set_viewport_size(NARROW)
        assert_no_overflow(page, f"{url} ({theme}, 360 px)")
        assert_no_table_scrolls(page, f"{url} ({theme}, 360 px)")
        assert_quiet(page, said)


def assert_page_is_quiet(page: Page, url: str) -> None:
    """Open a page drawn by a package: no console error and no policy violation; its looks are its own."""
    said = _listen(page)
    page.goto(url, wait_until="load")
    assert_quiet(page, said)


def assert_quiet(page: Page, said: list[str]) -> None:
    """The browser had nothing to complain about."""
    assert not said, f"{page.url}: the console says {said}"
    assert not page.evaluate("window.policyViolations ?? []"), f"{page.url} breaks the policy"


def _listen(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: _note(said, message))
    page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
    page.add_init_script(_VIOLATIONS)
    return said


def _open(page: Page, url: str) -> None:
    page.goto(url, wait_until="load")
    page.wait_for_function(_WAIT_FOR_PARTS, timeout=20_000)
    page.evaluate(_SCROLL)
    page.wait_for_function(_WAIT_FOR_CHARTS, timeout=20_000)


def _note(said: list[str], message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        said.append(f"{message.type}: {message.text}")


def assert_nothing_offered_is_refused(page: Page, where: str) -> None:
    """Every address on the page is one that its reader may open or post to."""
    reader = READERS.get(page.context)
    if reader is None:
        return
    needed = {one: access_of(_view(one)) for one in page.evaluate(_OFFERED)}
    refused = [
        f"{one} needs {rule}"
        for one, rule in needed.items()
        if rule and "." in rule and not rules.has_perm(rule, reader)
    ]
    assert not refused, f"{where} offers {reader.role} what is refused: {refused}"


def _view(address: str) -> Callable[..., Any]:
    """The view of an address; anything for one of a package, which has no rule of ours."""
    try:
        return resolve(urlsplit(address).path).func
    except Resolver404:
        return str


def assert_accessible(page: Page, where: str, options: dict[str, Any] | None = None) -> None:
    """Axe finds nothing, best practices included; by some of its rules where told."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=options or _EVERY_RULE).response["violations"]
    told = [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"]
    ]
    assert not told, f"axe on {where}:\n" + "\n".join(told[:12])


def assert_no_overflow(page: Page, where: str) -> None:
    """Nothing sticks out to the right."""
    sticking_out = page.evaluate(_OVERFLOW)
    scrolls = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not scrolls, f"{where} scrolls sideways: {sticking_out}"


def assert_no_table_scrolls(page: Page, where: str) -> None:
    """Every cell is seen without scrolling a table sideways; a wide one says why in `data-wide`."""
    wide = page.evaluate(_WIDE_TABLES)
    assert not wide, f"{where} has tables that scroll sideways, or cut their cells: {wide}"
