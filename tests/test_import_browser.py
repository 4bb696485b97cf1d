"""A list on its way in, in a browser: how far it has come is shown in place, and the end by itself."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fairwitness.outreach.actions import take_upload
from fairwitness.outreach.actions.uploads import work_on_upload
from fairwitness.outreach.views import imports
from tests.invited import make_source
from tests.journeys.working import at_the_desk
from tests.test_preflight_browser import is_seen_by_everybody

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "keystore"]),
]
LIST = b"email\nann@members.example\nnobody\nbo@members.example\n"


def test_a_list_comes_in_before_the_eyes_of_whoever_brought_it(
    centre, origin, chromium, monkeypatch
):
    monkeypatch.setattr(imports, "LOOK_AGAIN_SECONDS", 1)
    source, today = make_source(centre), timezone.localdate()
    taken = take_upload(LIST, source=source, by=centre.lea.user, on=today)

    with at_the_desk(chromium, origin, centre.lea, is_unlocked=False) as lea:
        lea.open(reverse("outreach:import", args=[taken.pk]))
        assert is_seen_by_everybody(lea.page)
        work_on_upload(on=today, most=1)
        lea.page.locator("dd.number", has_text="1").first.wait_for()
        assert "under way" in lea.text
        work_on_upload(on=today)
        lea.page.get_by_text("Rows that stayed out").wait_for()
        assert "done" in lea.text
        lea.open(reverse("outreach:source", args=[source.code]))
        assert is_seen_by_everybody(lea.page)
