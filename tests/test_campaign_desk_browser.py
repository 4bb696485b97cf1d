"""Returned mail, the form of a draft and the preview of its public page, in a browser and without script."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fairwitness.outreach.actions.returned import take_or_keep
from fairwitness.outreach.models import Source
from fairwitness.outreach.sending import send_due
from fairwitness.outreach.tray import ReturnedMail
from tests.browser import DESKTOP
from tests.invited import make_campaign, make_invited
from tests.journeys.working import at_the_desk
from tests.test_preflight_browser import is_seen_by_everybody
from tests.test_tray import ANSWER, path_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]

LINES = "\n".join(["I moved away in spring, and this was never for me."] * 3)


def test_everybody_can_read_returned_mail_a_draft_and_what_the_public_will_see(
    origin, centre, chromium
):
    make_invited(centre)
    send_due()
    draft = make_campaign(centre, Source.objects.get(), name="autumn")
    mail = ANSWER.format(path=path_of()) + LINES
    assert take_or_keep(mail.encode(), at=timezone.now())

    with at_the_desk(chromium, origin, centre.lea) as lea:
        for address in (
            reverse("outreach:tray"),
            reverse("outreach:returned", args=[ReturnedMail.objects.get().pk]),
            reverse("outreach:edit", args=[draft.name]),
            reverse("front:preview", args=[draft.name]),
            reverse("outreach:close", args=["spring"]),
            reverse("outreach:asked"),
            reverse("outreach:withdraw", args=[draft.source.code]),
        ):
            lea.open(address)
            assert is_seen_by_everybody(lea.page), address
        cookies = lea.page.context.cookies()

    context = chromium.new_context(java_script_enabled=False, viewport=DESKTOP)
    try:
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(origin + reverse("outreach:tray"))
        page.get_by_role("link", name="Open").click()
        assert "I moved away in spring" in page.inner_text("main")
        page.get_by_role("button", name="put it aside").click()
        assert "Nothing waits to be read." in page.inner_text("main")
        page.goto(origin + reverse("outreach:edit", args=[draft.name]))
        page.get_by_role("button", name="Write it down").click()
        page.get_by_role("link", name="What the public will see").click()
        assert page.locator("h1").inner_text() == draft.title
    finally:
        context.close()
