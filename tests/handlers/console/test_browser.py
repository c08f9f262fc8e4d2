"""The console in a real browser.  Where the page logs an error, a broken content policy too, the test fails."""

from dataclasses import replace

import pytest
from aiohttp import web
from playwright.async_api import expect

from bot.domain.gate import GateState
from bot.domain.policy import Stage
from bot.domain.release import ReleaseState
from bot.domain.run import Run
from tests.handlers.console.world import ANN, BOB, NIGHT, approved_by, checkout, ended, gate, running_console

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


async def sign_in(page, world, secret="ann-secret"):
    await page.goto(world.url + "/")
    await page.get_by_label("Your token").fill(secret)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(world.url + "/")


def card_of(page, release):
    return page.locator(f"#release-{release.id}")


async def test_a_click_approves_and_another_takes_it_back(world, page):
    waiting = gate()
    release = await world.add(checkout(waiting))
    await sign_in(page, world)

    card = card_of(page, release)
    await card.get_by_text("Approve 1.8.2", exact=True).click()
    await expect(card.get_by_text("Everybody gets 1.8.2.")).to_be_visible()
    await card.get_by_role("button", name="Approve", exact=True).click()

    receipt = page.locator("#receipt")
    await expect(receipt).to_contain_text("You approved shop/checkout#142 at")
    await expect(card.get_by_text("Needs 1 more of @sre. ann approved")).to_be_visible()
    assert (await world.release(release)).gate(waiting.id).approval_of(ANN)

    await receipt.get_by_role("button", name="Take back").click()

    await expect(receipt).to_contain_text("You took back your approval of shop/checkout#142")
    await expect(card.get_by_text("Needs 2 of @sre.")).to_be_visible()


async def test_a_reject_is_not_sent_without_a_reason(world, page):
    release = await world.add(checkout(gate()))
    await sign_in(page, world)

    card = card_of(page, release)
    await card.get_by_text("Roll back to 1.8.1", exact=True).first.click()
    await expect(card.get_by_label("Reason")).to_be_focused()
    await card.get_by_role("button", name="Roll back", exact=True).click()
    assert (await world.release(release)).state is ReleaseState.PROGRESSING
    await card.get_by_label("Reason").fill("totals are wrong")
    await card.get_by_role("button", name="Roll back", exact=True).click()

    await expect(page.locator("#receipt")).to_contain_text("You rejected shop/checkout#142")
    await expect(page.locator("#moves")).to_contain_text("totals are wrong")


async def test_everything_works_without_script(world, browser):
    waiting = gate()
    release = await world.add(checkout(waiting))
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page, world)

    assert "This page stays as it is until it is loaded again." in await page.content()
    card = card_of(page, release)
    await card.get_by_text("Approve 1.8.2", exact=True).click()
    await card.get_by_role("button", name="Approve", exact=True).click()
    await expect(page.locator("#receipt")).to_contain_text("You approved shop/checkout#142 at 24 Nov 02:00:00 UTC.")
    await page.get_by_role("link", name="Details of shop/checkout#142").click()
    await page.get_by_text("Roll back to 1.8.1", exact=True).first.click()
    await page.get_by_label("Reason").fill("totals are wrong")
    await page.get_by_role("button", name="Roll back", exact=True).click()

    await expect(page.locator("#receipt")).to_contain_text("You rejected")
    assert (await world.release(release)).state is ReleaseState.ROLLING_BACK
    await context.close()


async def test_news_arrive_without_a_reload(world, page):
    await sign_in(page, world)
    await expect(page.get_by_text("Nothing waits for anybody.")).to_be_visible()

    waiting = gate()
    release = await world.add(checkout(waiting))

    await expect(page.locator("#waits")).to_contain_text("ready for promotion")
    await expect(page).to_have_title("(1) Now · Pointsman")
    await expect(page.locator("#said")).to_contain_text("Approve? checkout 1.8.2")
    await expect(page.get_by_text("Nothing waits for anybody.")).to_be_hidden()

    await world.add(ended(release, ReleaseState.PROMOTED))

    await expect(page.locator("#over")).to_contain_text("promoted")
    await expect(page.locator("#waits-count")).to_have_text("0")
    await expect(page).to_have_title("Now · Pointsman")


async def test_the_page_of_a_release_is_live_too(world, page):
    waiting = gate()
    release = await world.add(checkout(waiting))
    await sign_in(page, world)
    await page.goto(f"{world.url}/releases/{release.id}")
    await expect(page.locator("#gates")).to_contain_text("0 of 2")

    await world.add(replace(release, gates=(replace(waiting, approvals=(approved_by(BOB),)),)))

    await expect(page.locator("#gates")).to_contain_text("1 of 2")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("ready for promotion")


async def test_a_reason_that_is_being_written_is_left_alone_while_the_card_changes_around_it(world, page):
    waiting = gate()
    release = await world.add(checkout(waiting))
    await sign_in(page, world)
    card = card_of(page, release)
    await card.get_by_text("Roll back to 1.8.1", exact=True).first.click()
    await page.keyboard.type("totals ")

    now_more = replace(release, run=replace(release.run, weight=60))
    await world.add(now_more)
    await expect(card).to_contain_text("60 % of the traffic")
    await page.keyboard.type("are wrong")

    await expect(card.get_by_label("Reason")).to_have_value("totals are wrong")
    await expect(card.get_by_label("Reason")).to_be_focused()

    await world.add(ended(now_more, ReleaseState.PROMOTED))

    await expect(card).to_contain_text("What you are answering is not asked any more.")
    await expect(card.get_by_label("Reason")).to_have_value("totals are wrong")

    await card.get_by_text("Not now: Roll back to 1.8.1").click()

    await expect(page.locator("#over")).to_contain_text("promoted")
    await expect(page.locator("#waits")).to_be_empty()


async def test_what_holds_the_focus_keeps_it(world, page):
    release = await world.add(checkout(gate()))
    await sign_in(page, world)
    more = page.get_by_role("link", name="Details of shop/checkout#142")
    await more.focus()

    await world.add(replace(release, run=replace(release.run, weight=60)))

    await expect(card_of(page, release)).to_contain_text("60 % of the traffic")
    await expect(more).to_be_focused()


async def test_the_way_to_take_an_approval_back_goes_when_the_engine_was_told(world, page):
    mine = gate(quorum=1, state=GateState.OPEN, approvals=(approved_by(ANN),))
    release = await world.add(checkout(mine))
    await sign_in(page, world)
    await page.get_by_role("button", name="Take back my approval").click()
    await page.get_by_text("Approve 1.8.2", exact=True).click()
    await page.get_by_role("button", name="Approve", exact=True).click()
    await expect(page.locator("#receipt").get_by_role("button", name="Take back")).to_be_visible()

    told = (await world.release(release)).gate(mine.id)
    await world.add(replace(release, gates=(replace(told, told_at=world.now),)))

    await expect(page.locator("#receipt").get_by_role("button", name="Take back")).to_have_count(0)


async def test_what_comes_from_outside_stays_text_in_what_arrives_live(world, page):
    await sign_in(page, world)
    await expect(page.get_by_text("Nothing waits for anybody.")).to_be_visible()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))

    release = checkout(gate(step=EVIL), after={EVIL: f"{EVIL}:{EVIL}"}, revision=EVIL)
    await world.add(replace(release, run=replace(release.run, text=EVIL)))

    await expect(page.locator("#waits")).to_contain_text(EVIL)
    assert await page.locator("#waits img, #waits script").count() == 0


async def test_times_are_told_in_the_readers_own_zone(world, browser):
    await world.add(checkout(gate()))
    context = await browser.new_context(timezone_id="Europe/Rome")
    page = await context.new_page()
    await page.clock.set_fixed_time(NIGHT)
    await sign_in(page, world)

    deadline = page.locator("time", has_text="05:00 CET")

    await expect(deadline).to_have_attribute("title", "24 Nov 04:00 UTC")
    await context.close()


async def test_a_broken_stream_is_told_in_words(sqlite_url, browser):
    page = await browser.new_page()
    async with running_console(sqlite_url) as world:
        await world.add(checkout(gate()))
        await sign_in(page, world)
        await expect(page.get_by_text("ready for promotion")).to_be_visible()

    await expect(page.locator("#liveness")).to_contain_text("Not live, reconnecting.")
    await page.close()


async def test_who_signs_out_elsewhere_is_told_so(world, browser):
    context = await browser.new_context()
    page, other = await context.new_page(), await context.new_page()
    await sign_in(page, world)
    await other.goto(world.url + "/")
    await other.get_by_role("button", name="Sign out").click()
    await expect(other.get_by_label("Your token")).to_be_visible()

    await world.console.on_shutdown(web.Application())  # Every stream ends, and is asked for again.

    await expect(page.locator("#liveness")).to_contain_text("you are signed out")
    await expect(page.locator("#liveness").get_by_role("link", name="Sign in")).to_be_visible()
    await context.close()


async def test_after_a_refusal_the_address_is_a_page_again(world, browser):
    page = await browser.new_page()  # The answer 403 is logged as an error by the browser itself.
    waiting = gate()
    release = await world.add(checkout(waiting))
    await sign_in(page, world, "eve-secret")
    await card_of(page, release).get_by_text("Approve 1.8.2", exact=True).click()
    await card_of(page, release).get_by_role("button", name="Approve", exact=True).click()

    await expect(page.get_by_role("alert")).to_contain_text("You may not approve shop/checkout#142; @sre may.")
    assert page.url == world.url + "/"
    await page.close()


@pytest.mark.parametrize("path", ["/", "/audit", "/insights", "/releases/{id}"])
async def test_on_a_phone_nothing_is_cut_off_and_everything_can_be_hit(world, page, path):
    start = gate(Stage.START, quorum=1)
    name = "payments-reconciliation-worker-for-the-whole-of-europe"
    await world.add(checkout(start, name=name, state=ReleaseState.WAITING, run=Run()))
    release = await world.add(checkout(gate(approvals=(approved_by(BOB),))))
    await page.set_viewport_size({"width": 320, "height": 640})
    await sign_in(page, world)

    await page.goto(world.url + path.format(id=release.id))

    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    small = await page.evaluate(
        """[...document.querySelectorAll("button, .button, nav a, input:not([type=hidden]), .brand")]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_can_be_read_in_the_light_and_in_the_dark(world, page, scheme):
    """Contrast of every text with what stands behind it, as WCAG 2 counts it: 4.5 at least."""
    await world.add(ended(checkout(number=141), ReleaseState.PROMOTED))
    await world.add(ended(checkout(number=17, name="search"), ReleaseState.ROLLED_BACK))
    release = await world.add(checkout(gate(approvals=(approved_by(BOB),))))
    await page.emulate_media(color_scheme=scheme)
    await sign_in(page, world)
    await card_of(page, release).get_by_text("Roll back to 1.8.1", exact=True).first.click()

    assert await page.evaluate(FAINT) == []
    for path in (f"/releases/{release.id}", "/audit", "/insights"):
        await page.goto(world.url + path)
        assert await page.evaluate(FAINT) == []


FAINT = """() => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const f = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b);
  };
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const color = parts(getComputedStyle(e).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest(".sr, .skip, noscript")) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(behind(e))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.push(`${e.outerHTML.slice(0, 80)} ${contrast.toFixed(2)}`);
  }
  return found;
}"""
