"""Every component in chromium: seen, walked by keyboard, printed, without script or style."""

import re
from urllib.parse import parse_qs
from urllib.request import urlopen

import pytest

from tests.browser import (
    DESKTOP,
    PHONE,
    SEEN,
    asked_elsewhere,
    complaints,
    sideways,
    violations,
    window,
)
from tests.gallery.pages import PAGES, REPORTER_PAGES

pytestmark = pytest.mark.browser

# Every rule is asked once; in the other views only those of `SEEN`.
DARK: dict[str, object] = {"color_scheme": "dark"}
VIEWS: dict[str, tuple[dict[str, object], str, tuple[str, ...]]] = {
    "phone, light": ({"viewport": PHONE}, "", ()),
    "phone, dark, right to left": (
        {"viewport": PHONE, **DARK},
        "?language=ar&training=1",
        SEEN,
    ),
    "desktop, dark": ({"viewport": DESKTOP, **DARK}, "?training=1", SEEN),
}
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')]
  .map(one => one.closest('label') || one)
  .filter(one => one.getClientRects().length && !one.closest('.skip, .told'))
  .filter(one => !(one.matches('p > a, dd > a') && !one.closest('.danger') && one.parentElement.textContent.trim() !== one.textContent.trim()))
  .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 47.5)"""
FOCUS = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const box = one.getBoundingClientRect(), bar = document.querySelector('.bar');
  const lowest = bar && getComputedStyle(bar).position === 'sticky' && !bar.contains(one)
    ? bar.getBoundingClientRect().bottom : 0;
  return {
    what: one.outerHTML.slice(0, 80),
    outline: getComputedStyle(one).outlineStyle,
    hidden: box.top < lowest - 0.5 || box.top > innerHeight - 1,
    leaves: !!one.closest('form[data-leave]'),
  };
}"""
# What a phone of 2016 does not know; the page must stand without it.
MODERN = re.compile(
    r"[\w-]*-(inline|block)(-start|-end)?(-[\w]+)?\s*:[^;}]*;?|\b(gap|inset[\w-]*|field-sizing|accent-color"
    r"|text-underline-offset|font-synthesis|text-decoration-thickness)\s*:[^;}]*;?|display:\s*grid\s*;?"
)
MODERN_RULES = re.compile(
    r"[^{}]*:(has|focus-visible)\([^{}]*{[^}]*}|[^{}]*:focus-visible[^{}]*{[^}]*}"
)


@pytest.fixture(params=VIEWS)
def view(request):
    """Each way of looking at a page."""
    return VIEWS[request.param]


def test_axe_finds_nothing_and_no_page_runs_off_its_side(chromium, gallery, view):
    options, query, rules = view
    found = []

    with window(chromium, **options) as page:
        for name in PAGES:
            page.goto(f"{gallery}/{name}{query}")
            page.evaluate(UNFOLD)
            found += [(name, told) for told in violations(page, rules=rules)]
            found += [
                (name, f"{wide} px too wide") for wide in [sideways(page)] if wide
            ]
            found += [] if page.locator("h1").count() == 1 else [(name, "headings")]

    assert found == []


def test_nothing_is_asked_of_other_hosts_and_the_policy_is_kept(chromium, gallery):
    with window(chromium) as page:
        elsewhere, told = asked_elsewhere(page, gallery), complaints(page)
        for name in PAGES:
            page.goto(f"{gallery}/{name}")

    assert (elsewhere, told) == ([], [])


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_everything_a_reporter_touches_is_48_pixels_high(chromium, gallery, size):
    small = []

    with window(chromium, viewport=size) as page:
        for name in REPORTER_PAGES:
            page.goto(f"{gallery}/{name}")
            page.evaluate(UNFOLD)
            small += [(name, *one) for one in page.evaluate(SMALL_TARGETS)]

    assert small == []


def test_everything_staff_touch_is_24_pixels_high_with_room_around(chromium, gallery):
    with window(chromium, viewport=DESKTOP) as page:
        page.goto(f"{gallery}/case")
        page.evaluate(UNFOLD)
        small = page.evaluate(SMALL_TARGETS.replace("47.5", "24"))

    assert small == []


def test_the_keyboard_reaches_everything_and_is_seen_where_it_is(chromium, gallery):
    lost = []

    with window(chromium) as page:
        for name in PAGES:
            page.goto(f"{gallery}/{name}")
            page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
            page.evaluate(UNFOLD)
            for _ in range(80):
                page.keyboard.press("Tab")
                here = page.evaluate(FOCUS)
                if here is None:
                    break
                if here["outline"] == "none" or here["hidden"]:
                    lost.append((name, here))
            assert here is None, name

    assert lost == []


def test_leaving_comes_first_for_the_keyboard(chromium, gallery):
    later = []

    with window(chromium) as page:
        for name in REPORTER_PAGES:
            page.goto(f"{gallery}/{name}")
            first = page.locator(
                "a[href], button, input, select, textarea, summary, [tabindex]"
            ).first
            later += [] if first.evaluate("one => one.matches('.leave')") else [name]
        page.goto(f"{gallery}/ask")
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)

    assert later == []
    assert here["leaves"]


def test_leaving_stays_in_sight_however_far_one_scrolls(chromium, gallery):
    with window(chromium) as page:
        page.goto(f"{gallery}/own")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        top = page.locator(".leave").evaluate("one => one.getBoundingClientRect().top")

    assert 0 <= top < 64


def test_the_error_summary_has_the_focus_and_leads_to_the_field(chromium, gallery):
    with window(chromium) as page:
        page.goto(f"{gallery}/mend")
        began = page.evaluate("document.activeElement.className")
        title = page.title()
        page.locator(".errors a").first.click()
        ended = page.evaluate("document.activeElement.id")

    assert (began, ended) == ("errors", "when")
    assert title.startswith("Error: ")


def test_a_skip_link_leads_past_the_bar(chromium, gallery):
    with window(chromium, viewport=DESKTOP) as page:
        page.goto(f"{gallery}/case")
        page.keyboard.press("Tab")
        left = page.locator(".skip").evaluate("one => one.getBoundingClientRect().left")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        is_inside = page.evaluate("!!document.activeElement.closest('main')")

    assert left >= 0
    assert is_inside


def test_leaving_blanks_the_page_and_does_not_come_back(chromium, gallery):
    with window(chromium) as page:
        page.goto(f"{gallery}/ask")
        page.goto(f"{gallery}/tell")
        with page.expect_request(lambda one: one.url.endswith("/leave/")) as left:
            page.locator(".leave").click()
        page.wait_for_url(f"{gallery}/elsewhere")
        page.go_back()
        back = page.url

    assert left.value.method == "POST"
    assert back == f"{gallery}/ask"


def test_the_page_is_blank_before_the_other_site_is_asked_for(chromium, gallery):
    look = (
        "addEventListener('submit', () => sessionStorage.setItem('seen',"
        " document.title.trim() + document.body.offsetHeight))"
    )

    with window(chromium) as page:
        page.add_init_script(look)
        page.goto(f"{gallery}/tell")
        page.locator(".leave").click()
        page.wait_for_url(f"{gallery}/elsewhere")
        seen = page.evaluate("sessionStorage.getItem('seen')")

    assert seen == "0"


def test_shift_three_times_leaves(chromium, gallery):
    with window(chromium) as page:
        page.goto(f"{gallery}/tell")
        for _ in range(3):
            page.keyboard.press("Shift")
        page.wait_for_url(f"{gallery}/elsewhere")

    assert True


def test_capitals_do_not_leave(chromium, gallery):
    with window(chromium) as page:
        page.goto(f"{gallery}/tell")
        page.locator("textarea").focus()
        for letter in "WHO":
            page.keyboard.press(f"Shift+{letter}")
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.keyboard.press("x")
        page.keyboard.press("Shift")
        page.wait_for_timeout(200)
        url, typed = page.url, page.locator("textarea").input_value()

    assert url == f"{gallery}/tell"
    assert typed.startswith("WHOx")


def test_leaving_works_without_script(chromium, gallery):
    with window(chromium, java_script_enabled=False) as page:
        page.goto(f"{gallery}/tell")
        page.locator(".leave").click()
        page.wait_for_url(f"{gallery}/elsewhere")
        text = page.content()

    assert "Form" not in text


@pytest.mark.parametrize("name", ["kept", "unsaved"])
def test_what_was_typed_is_sent_again_with_one_button(chromium, gallery, name):
    with window(chromium, java_script_enabled=False) as page:
        page.goto(f"{gallery}/{name}")
        assert page.locator("details .told").first.is_hidden()
        with page.expect_request(lambda one: one.method == "POST") as sent:
            page.locator("main form button").click()

    posted = sent.value.post_data or ""

    assert "account=Since+March" in posted
    assert "csrfmiddlewaretoken" in posted


def fetched(address: str) -> str:
    """What lies at an address of the gallery."""
    with urlopen(address) as answer:  # noqa: S310 # our own server
        return str(answer.read().decode())


@pytest.mark.parametrize("name", REPORTER_PAGES)
def test_a_reporters_page_weighs_at_most_40_kilobytes_and_its_title_betrays_nothing(
    gallery, name
):
    page = fetched(f"{gallery}/{name}")
    parts = re.findall(r'(?:href|src)="([^"]+\.(?:css|js|svg|png|woff2?))"', page)
    weight = len(page.encode()) + sum(
        len(fetched(gallery + one).encode()) for one in set(parts)
    )
    title = re.search(r"<title>\s*(.*?)\s*</title>", page, re.DOTALL)

    assert any(one.endswith(".css") for one in parts)
    assert weight <= 40_000
    assert title
    assert title.group(1)
    assert not re.search(
        r"harbour|trust|harass|discrim|incident|report", title.group(1), re.I
    )


def test_the_receipt_prints_on_one_page_without_the_name_of_the_centre(
    chromium, gallery
):
    with window(chromium, color_scheme="dark") as page:
        page.goto(f"{gallery}/receipt")
        sheet = page.pdf(format="A4")
        page.emulate_media(media="print")
        ink = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        text = page.locator("body").inner_text()

    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    assert ink == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert "maple" in text
    assert not re.search("Harbour|Leave|I have it", text)


def test_a_phone_of_2016_still_shows_one_column(chromium, gallery):
    old: dict[str, str] = {}

    def plain(route):
        address = route.request.url
        if address not in old:
            old[address] = MODERN.sub("", MODERN_RULES.sub("", fetched(address)))
        route.fulfill(body=old[address], content_type="text/css")

    wide = []
    with window(chromium) as page:
        page.route("**/*.css", plain)
        for name in REPORTER_PAGES:
            for query in ("", "?language=ar"):
                page.goto(f"{gallery}/{name}{query}")
                page.evaluate(UNFOLD)
                wide += [(name, query)] if sideways(page) else []
                page.keyboard.press("Tab")
                assert page.evaluate(FOCUS)["outline"] == "solid"

    assert wide == []


def test_a_page_can_be_read_and_answered_without_any_style(chromium, gallery):
    with window(chromium) as page:
        page.route("**/*.css", lambda route: route.abort())
        page.goto(f"{gallery}/ask")
        text = page.locator("body").inner_text()
        page.get_by_label("It happened to me").check()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/elsewhere")

    order = ["Leave quickly", "In danger now?", "Back", "Part 1 of 4", "What brings you here?", "It happened to me", "Continue"]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_wider_spaced_text_is_not_cut_off(chromium, gallery):
    spaced = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }"
    wide = []

    with window(chromium, bypass_csp=True) as page:
        for name in PAGES:
            page.goto(f"{gallery}/{name}")
            page.add_style_tag(content=spaced)
            wide += [name] if sideways(page) else []

    assert wide == []


def test_changing_the_language_takes_what_was_typed_along(chromium, gallery):
    with window(chromium, java_script_enabled=False) as page:
        page.goto(f"{gallery}/tell")
        page.locator("textarea").fill("Since March")
        with page.expect_request(lambda one: one.method == "POST") as sent:
            page.get_by_role("button", name="العربية").first.click()

    assert parse_qs(sent.value.post_data or "") == {
        "account": ["Since March"],
        "language": ["ar"],
    }


def test_every_fragment_in_another_language_says_so(chromium, gallery):
    with window(chromium) as page:
        page.goto(f"{gallery}/ask?language=ar")
        html = page.evaluate(
            "[document.documentElement.lang, document.documentElement.dir]"
        )
        english = page.get_by_role("button", name="English").first.evaluate(
            "one => [one.lang, one.dir]"
        )

    assert (html, english) == (["ar", "rtl"], ["en", "ltr"])


def test_keys_walk_the_rows_of_the_desk(chromium, gallery):
    with window(chromium, viewport=DESKTOP) as page:
        page.goto(f"{gallery}/inbox")
        for key in "jjk":
            page.keyboard.press(key)
        here = page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        page.wait_for_url("**/case")

    assert here == "today"


def test_two_keys_go_to_a_page_of_the_desk(chromium, gallery):
    with window(chromium, viewport=DESKTOP) as page:
        page.goto(f"{gallery}/inbox")
        page.keyboard.press("g")
        page.keyboard.press("m")
        page.wait_for_url("**/casework/mine/")

        assert page.url.endswith("/mine/")


def test_keys_can_be_switched_off_and_stay_off(chromium, gallery):
    with window(chromium, viewport=DESKTOP) as page:
        page.goto(f"{gallery}/inbox")
        page.keyboard.press("?")
        page.locator("#keys-on").uncheck()
        page.goto(f"{gallery}/inbox")
        page.keyboard.press("j")
        here = page.evaluate("document.activeElement.tagName")

    assert here == "BODY"


def test_keys_are_silent_while_somebody_types(chromium, gallery):
    with window(chromium, viewport=DESKTOP) as page:
        page.goto(f"{gallery}/campaign")
        page.locator("#id_name").press_sequentially("gi?")
        typed = page.locator("#id_name").input_value()
        url = page.url

    assert "gi?" in typed
    assert url == f"{gallery}/campaign"


def test_only_keys_that_do_something_are_listed(chromium, gallery):
    with window(chromium, viewport=DESKTOP) as page:
        page.goto(f"{gallery}/case")
        page.keyboard.press("?")
        listed = page.locator(".keys kbd:visible").all_inner_texts()

    assert "g i" in listed
    assert "j" not in listed


def test_no_key_opens_what_is_sealed(chromium, gallery):
    with window(chromium, viewport=DESKTOP) as page:
        page.goto(f"{gallery}/case")
        page.locator(".sealed summary").first.click()
        page.locator(".sealed select").first.focus()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(200)

        assert page.url == f"{gallery}/case"


def test_without_script_no_key_is_promised(chromium, gallery):
    with window(chromium, viewport=DESKTOP, java_script_enabled=False) as page:
        page.goto(f"{gallery}/inbox")

        assert page.locator(".keys").is_hidden()
        assert page.locator(".toast").is_visible()


def test_a_toast_waits_for_whoever_is_about_to_undo(chromium, gallery):
    with window(chromium, viewport=DESKTOP) as page:
        page.clock.install()
        page.goto(f"{gallery}/inbox")
        page.locator(".toast button").focus()
        page.clock.fast_forward(21_000)
        stays = page.locator(".toast").is_visible()
        page.evaluate("document.activeElement.blur()")
        page.clock.fast_forward(21_000)

        assert stays
        assert page.locator(".toast").is_hidden()
