"""What the centre binds itself to: words, numbers, places, people, notices, doors."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.governance import (
    actions,
    checking,
    context,
    countries,
    notices,
    places,
    promises,
    readiness,
)
from fairwitness.governance.models import (
    Area,
    Controller,
    Declaration,
    Helpline,
    Notice,
    Purpose,
    Question,
)
from fairwitness.governance.wording import (
    Placeholder,
    VagueWords,
    reading_grade,
    require_plain,
    vague_words,
)
from fairwitness.ledger.models import Entry
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.roles import Role
from fairwitness.vault.age_file import NotAnAgeKey
from tests.governed import (
    AGE_KEYS,
    a_controller,
    a_processor,
    a_recipient,
    govern,
    make_member,
)

TODAY = date(2026, 11, 22)
CHECKLIST = {
    "controller", "representative", "officer", "purposes", "bases", "interests",
    "categories", "recipients", "transfers", "kept", "rights", "withdraw", "complain",
    "source", "obligation", "automated",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _training(settings):
    settings.IS_TRAINING = True


@pytest.fixture
def coordinator(db):
    return make_member("Lea", Role.COORDINATOR)


@pytest.fixture
def lead(db):
    return make_member("Pia", Role.PROTECTION)


@pytest.fixture
def bound(coordinator):
    govern(by=coordinator, on=TODAY)
    return coordinator


# Words


@pytest.mark.parametrize(
    "said",
    [
        "We may share this with relevant parties.",
        "Our Partners may see it.",
        "third parties we trust",
        "We pass it on where appropriate.",
        "Permission will be sought.",
        "We will try to obtain consent.",
        "We answer as soon as possible.",
        "نشاركها مع الجهات المعنية",
    ],
)
def test_words_that_name_nobody_are_refused_by_name(said):
    found = vague_words(said)

    with pytest.raises(VagueWords) as refusal:
        require_plain(said)
    assert found[0].words in str(refusal.value)
    assert found[0].instead in str(refusal.value)


def test_plain_words_pass():
    require_plain(
        "City Legal Aid advises people on their rights.",
        "We part with nothing. The party was late. The partition stands.",
    )


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Zs"]), max_size=80))
def test_the_linter_only_names_words_that_stand_in_the_text(said):
    assert all(one.words in said for one in vague_words(said))


@pytest.mark.parametrize("said", ["TBD", " tbd ", "Lorem ipsum dolor", "n/a", "test"])
def test_a_placeholder_is_refused_even_in_training(said):
    with pytest.raises(Placeholder):
        require_plain(said)


def test_an_example_is_refused_outside_training(settings):
    settings.IS_TRAINING = False

    with pytest.raises(Placeholder, match="example"):
        require_plain("Example Trust")


def test_short_sentences_ask_for_less_school_than_long_ones():
    plain = reading_grade("We read it. We tell you by Friday.")
    hard = reading_grade(
        "Notwithstanding organisational considerations, communications regarding"
        " accountability are subsequently disseminated to participants."
    )

    assert plain < 5
    assert hard > 12


# Countries and days


@pytest.mark.parametrize("code", countries.known())
def test_every_country_has_what_a_centre_needs(code):
    home = countries.country(code)

    assert home.registration.fits(home.registration.sample)
    assert set(home.purposes) == set(Purpose.Serves.values)
    assert home.emergency.isdigit()
    assert all(text.basis in home.bases for text in home.purposes.values())
    assert all(line.hours and line.tel for line in home.helplines)


def test_an_invented_registration_number_does_not_pass_in_a_real_country(
    settings, coordinator
):
    settings.IS_TRAINING = False
    zeros = a_controller(country="GB", registration_number="ZA000000")

    with pytest.raises(checking.WrongAnswer, match="ZA000000"):
        actions.set_controller(zeros, by=coordinator, on=TODAY)


@pytest.mark.parametrize(
    ("number", "fits"),
    [("ZA123456", True), ("Z1234567", True), ("A123", False), ("ZA12345", False)],
)
def test_the_registration_number_follows_the_scheme_of_the_country(number, fits):
    assert countries.country("GB").registration.fits(number) is fits


def test_help_lines_speak_the_language_of_the_page():
    with translation.override("ar"):
        hours = countries.country("GB").helplines[0].hours

    assert hours == "ليلاً ونهاراً"


def test_a_promise_skips_weekends_and_holidays(coordinator):
    actions.set_controller(
        a_controller(country="DE", registration_number="VR 12345"),
        by=coordinator,
        on=TODAY,
    )
    actions.promise(
        read_within=3, answer_within=5, by=coordinator, from_on=date(2026, 1, 1)
    )

    due = promises.due(date(2026, 12, 23))  # a Wednesday; Friday is a holiday

    assert due == promises.Due(date(2026, 12, 29), date(2026, 12, 31))


def test_the_newest_promise_holds_from_its_day_on(bound):
    actions.promise(read_within=1, answer_within=1, by=bound, from_on=date(2026, 12, 1))

    assert promises.due(date(2026, 11, 30)).read_by == date(2026, 12, 3)
    assert promises.due(date(2026, 12, 1)).read_by == date(2026, 12, 2)


def test_without_a_promise_no_day_is_named(db):
    with pytest.raises(promises.NothingPromised):
        promises.due(TODAY)


def test_without_a_purpose_nobody_knows_how_long_it_is_kept(db):
    with pytest.raises(promises.NothingPromised):
        promises.kept_until(Purpose.Serves.REPORTS, on=TODAY)


def test_reports_are_kept_as_long_as_their_purpose_says(bound):
    assert promises.kept_until(Purpose.Serves.REPORTS, on=TODAY) == date(2031, 11, 22)


def test_a_month_after_the_31st_is_the_last_of_a_shorter_month():
    assert promises.months_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert promises.months_after(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert promises.months_after(date(2026, 11, 15), 2) == date(2027, 1, 15)


# Acts


def test_only_those_who_may_govern_bind_the_centre(db):
    ina = make_member("Ina", Role.STATISTICIAN)

    with pytest.raises(NotAllowed):
        actions.set_controller(a_controller(), by=ina, on=TODAY)
    with pytest.raises(NotAllowed):
        actions.publish_notice("en", by=ina, on=TODAY)
    with pytest.raises(NotAllowed):
        actions.add_recipient(a_recipient(), by=ina, on=TODAY)


@pytest.mark.parametrize(
    "lacking",
    ["legal_name", "legal_form", "postal_address", "email", "funders", "centre_name"],
)
def test_a_controller_without_its_name_or_address_is_refused(coordinator, lacking):
    with pytest.raises(actions.Incomplete, match=lacking.replace("_", " ")):
        actions.set_controller(a_controller(**{lacking: ""}), by=coordinator, on=TODAY)
    assert not Controller.objects.exists()


@pytest.mark.parametrize(
    "name", ["Trust\r\nBcc: x@y.example", "Trust\x00", "Tr\u2028ust", "Trust\u202e"]
)
def test_a_name_that_would_change_a_letter_is_refused(coordinator, name):
    with pytest.raises(checking.WrongAnswer, match="one line"):
        actions.set_controller(a_controller(legal_name=name), by=coordinator, on=TODAY)
    assert not Controller.objects.exists()


def test_an_ended_registration_is_refused(coordinator):
    ended = a_controller(registration_ends_on=date(2026, 11, 21))

    with pytest.raises(checking.WrongAnswer, match="ended"):
        actions.set_controller(ended, by=coordinator, on=TODAY)


def test_a_registration_says_until_when_it_holds(coordinator):
    with pytest.raises(checking.WrongAnswer, match="until when"):
        actions.set_controller(
            a_controller(registration_ends_on=None), by=coordinator, on=TODAY
        )


def test_no_number_needs_a_signed_reason(coordinator):
    nameless = a_controller(
        registration_number="", exemption_reason="We hold only members' names."
    )
    signed = a_controller(
        registration_number="",
        registration_ends_on=None,
        exemption_reason="We hold only members' names.",
        exemption_signed_by="Mara Quill, chair",
    )

    with pytest.raises(checking.WrongAnswer, match="who signs"):
        actions.set_controller(nameless, by=coordinator, on=TODAY)
    actions.set_controller(signed, by=coordinator, on=TODAY)


@pytest.mark.parametrize(
    "address", ["http://weather.example/", "https://127.0.0.1/", "javascript:alert(1)"]
)
def test_leaving_quickly_leads_to_another_site_over_tls(coordinator, address):
    with pytest.raises(Refused):
        actions.set_controller(a_controller(exit_url=address), by=coordinator, on=TODAY)


def test_an_unknown_country_is_refused_and_the_known_ones_are_named(coordinator):
    with pytest.raises(checking.WrongAnswer, match="DE, GB, IE"):
        actions.set_controller(a_controller(country="QQ"), by=coordinator, on=TODAY)


def test_the_invented_country_serves_for_training_only(settings, coordinator):
    settings.IS_TRAINING = False

    with pytest.raises(checking.WrongAnswer, match="invented"):
        actions.set_controller(a_controller(), by=coordinator, on=TODAY)


def test_there_is_one_controller_however_often_it_is_set(coordinator):
    actions.set_controller(a_controller(), by=coordinator, on=TODAY)
    actions.set_controller(
        a_controller(legal_name="Quay Trust"), by=coordinator, on=TODAY
    )

    assert Controller.objects.get().legal_name == "Quay Trust"


def test_a_purpose_needs_a_basis_and_its_conditions(coordinator):
    actions.set_controller(a_controller(), by=coordinator, on=TODAY)
    text = {
        "code": "reports",
        "basis_note": "They tell us by choice.",
        "kept_months": 60,
    }

    with pytest.raises(checking.WrongAnswer, match="basis"):
        actions.add_purpose(
            Purpose(basis="recognised_legitimate_interests", **text),
            by=coordinator,
            on=TODAY,
        )
    with pytest.raises(checking.WrongAnswer, match="Art 9"):
        actions.add_purpose(Purpose(basis="consent", **text), by=coordinator, on=TODAY)
    with pytest.raises(checking.WrongAnswer, match="Art 10"):
        actions.add_purpose(
            Purpose(basis="consent", special_category_condition="section 9", **text),
            by=coordinator,
            on=TODAY,
        )


def test_a_purpose_that_is_rewritten_must_be_approved_again(bound):
    text = countries.country("XX").purposes["staff"]

    actions.add_purpose(Purpose(code="staff", **text.__dict__), by=bound, on=TODAY)

    assert Purpose.objects.get(code="staff").approved_by is None


def test_purposes_come_after_the_country(coordinator):
    with pytest.raises(checking.WrongAnswer, match="who runs"):
        actions.add_purpose(
            Purpose(code="staff", basis="consent", basis_note="x y", kept_months=1),
            by=coordinator,
            on=TODAY,
        )


def test_data_goes_abroad_only_with_a_reason(bound):
    with pytest.raises(checking.WrongAnswer, match="United States"):
        actions.add_processor(
            a_processor(host="mail.cloud.example", country="US"), by=bound, on=TODAY
        )


def test_a_country_that_nobody_can_name_is_refused(bound):
    with pytest.raises(checking.WrongAnswer, match="QQ"):
        actions.add_recipient(a_recipient(country="QQ"), by=bound, on=TODAY)


@pytest.mark.parametrize("name", ["Relevant authorities", "Our partners", "TBD"])
def test_a_recipient_is_an_organisation_with_a_name(bound, name):
    with pytest.raises(Refused):
        actions.add_recipient(a_recipient(name=name), by=bound, on=TODAY)


def test_a_recipient_stands_on_the_list_once(bound):
    actions.add_recipient(a_recipient(), by=bound, on=TODAY)

    with pytest.raises(actions.Incomplete, match="name"):
        actions.add_recipient(a_recipient(), by=bound, on=TODAY)


def test_a_key_counts_only_after_a_second_person_confirmed_it(bound, lead):
    recipient = actions.add_recipient(a_recipient(), by=bound, on=TODAY)
    key = actions.add_recipient_key(recipient, AGE_KEYS[0], by=bound, on=TODAY)

    with pytest.raises(actions.SecondPersonNeeded):
        actions.confirm_recipient_key(key, by=bound, on=TODAY)
    assert recipient.key_in_force is None
    actions.confirm_recipient_key(key, by=lead, on=TODAY)
    assert recipient.key_in_force == key


def test_a_new_key_ends_the_one_before_it(bound, lead):
    recipient = actions.add_recipient(a_recipient(), by=bound, on=TODAY)
    first, second = (
        actions.add_recipient_key(recipient, key, by=bound, on=TODAY)
        for key in AGE_KEYS
    )
    actions.confirm_recipient_key(first, by=lead, on=TODAY)

    actions.confirm_recipient_key(second, by=lead, on=TODAY)

    assert recipient.key_in_force == second
    with pytest.raises(Refused):
        actions.confirm_recipient_key(first, by=lead, on=TODAY)


def test_what_is_no_age_key_is_refused(bound):
    recipient = actions.add_recipient(a_recipient(), by=bound, on=TODAY)

    with pytest.raises(NotAnAgeKey):
        actions.add_recipient_key(recipient, "age1nonsense", by=bound, on=TODAY)


def test_an_ended_recipient_leaves_the_list_with_its_keys(bound, lead):
    recipient = actions.add_recipient(a_recipient(), by=bound, on=TODAY)
    key = actions.add_recipient_key(recipient, AGE_KEYS[0], by=bound, on=TODAY)
    actions.confirm_recipient_key(key, by=lead, on=TODAY)

    actions.end_recipient(recipient, by=bound, on=TODAY)

    assert recipient.key_in_force is None
    with pytest.raises(Refused, match="ended"):
        actions.add_recipient_key(recipient, AGE_KEYS[1], by=bound, on=TODAY)


@pytest.mark.parametrize(("read", "answer"), [(0, 5), (6, 5)])
def test_a_promise_gives_time_to_read_before_the_answer(bound, read, answer):
    with pytest.raises(actions.Incomplete):
        actions.promise(read_within=read, answer_within=answer, by=bound, from_on=TODAY)


def test_interests_and_areas_and_lines_are_real(bound):
    with pytest.raises(Placeholder):
        actions.declare(
            Declaration(
                officer="TBD", office="chair", interests="None.", declared_on=TODAY
            ),
            by=bound,
        )
    with pytest.raises(Placeholder):
        actions.add_area(Area(code="one", name="lorem"), by=bound)
    with pytest.raises(checking.WrongAnswer, match="telephone"):
        actions.add_helpline(Helpline(name="Night Line", number="ring us"), by=bound)


def test_every_act_leaves_a_line_in_the_ledger(bound):
    acts = set(Entry.objects.values_list("act", flat=True))

    assert {
        "governance.controller_set",
        "governance.interests_declared",
        "governance.purpose_approved",
        "governance.processor_added",
        "governance.promised",
        "governance.notice_published",
    } <= acts


# Questions


def test_a_question_is_shown_after_a_person_has_read_it(bound):
    question = actions.ask_question(" Who pays you? ", on=TODAY)

    actions.show_question(question, by=bound)
    actions.answer_question(question, "Members do.", by=bound, on=TODAY)

    question.refresh_from_db()
    assert (question.text, question.state) == ("Who pays you?", "answered")


def test_a_declined_question_keeps_its_day_and_loses_its_words(bound):
    question = actions.ask_question("Is Mr So-and-so a liar?", on=TODAY)

    actions.decline_question(question, by=bound)

    question.refresh_from_db()
    assert (question.text, question.asked_on) == ("", TODAY)
    with pytest.raises(Refused, match="already"):
        actions.show_question(question, by=bound)


def test_an_empty_or_overlong_question_is_refused(db):
    with pytest.raises(actions.Incomplete):
        actions.ask_question("   ", on=TODAY)
    with pytest.raises(actions.Incomplete):
        actions.ask_question("?" * 2001, on=TODAY)


def test_an_answer_in_vague_words_is_refused(bound):
    question = actions.ask_question("Who gets my report?", on=TODAY)

    with pytest.raises(VagueWords):
        actions.answer_question(question, "Relevant parties.", by=bound, on=TODAY)
    assert Question.objects.get().answer == ""


# Notices


def test_the_notice_has_every_part_of_the_checklist_in_each_language(bound):
    for language in notices.languages():
        body = notices.current(language).body

        assert {part["name"] for part in body["parts"]} == CHECKLIST
        assert all(part["says"] for part in body["parts"])


def test_the_first_layer_is_short_and_plain(bound):
    top = " ".join(notices.current("en").body["top"])

    assert len(top.split()) <= 150
    assert reading_grade(top) <= 8


def test_every_part_reads_below_grade_nine_where_the_words_are_ours(bound):
    ours = [
        part
        for part in notices.current("en").body["parts"]
        if part["name"] not in {"bases", "interests", "complain"}
    ]

    assert all(reading_grade(" ".join(part["says"])) <= 9 for part in ours)


def test_the_notice_says_where_a_report_lies_and_by_whom(bound):
    assert (
        "Your report is held in Leipzig, Germany, by Quay Hosting."
        in notices.current("en").body["top"]
    )


def test_the_notice_carries_the_registration_number(bound):
    parts = {part["name"]: part["says"] for part in notices.current("en").body["parts"]}

    assert "ZA000000" in parts["controller"][0]


def test_the_notice_names_recipients_and_renews_itself(bound):
    before = notices.current("en")

    actions.add_recipient(a_recipient(), by=bound, on=TODAY)

    after = notices.current("en")
    said = next(part for part in after.body["parts"] if part["name"] == "recipients")
    assert after.hash != before.hash
    assert any("Ombuds Office" in line for line in said["says"])
    assert Notice.objects.filter(pk=before.hash).exists()


def test_the_same_rows_make_the_same_notice(bound):
    before = notices.current("en").hash

    again = actions.publish_notice("en", by=bound, on=date(2027, 1, 1))

    assert again.hash == before == notices.hash_of(again.body)


def test_a_notice_is_never_changed_not_even_by_the_database(bound):
    notice = notices.current("en")

    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(language="de")


def test_a_notice_that_cannot_be_made_yet_says_what_is_missing(coordinator):
    with pytest.raises(notices.NoNotice, match="who runs"):
        actions.publish_notice("en", by=coordinator, on=TODAY)
    with pytest.raises(notices.NoNotice):
        notices.current("en")


def test_a_language_that_we_do_not_speak_has_no_notice(bound):
    with pytest.raises(actions.Incomplete):
        actions.publish_notice("tlh", by=bound, on=TODAY)


# Doors


def _missing():
    return {condition.code for condition in readiness.missing()}


def test_a_centre_that_said_nothing_misses_everything(db):
    assert {
        "controller", "registration", "interests", "purposes", "places", "promise",
        "people", "keys", "slots", "notice",
    } <= _missing()  # fmt: skip
    assert not readiness.is_open()


def test_what_was_said_is_not_missed(bound):
    assert not _missing() & {
        "controller", "registration", "interests", "purposes", "places", "promise",
        "notice",
    }  # fmt: skip


def test_the_doors_close_when_the_registration_ends(bound, time_machine):
    time_machine.move_to(date(2100, 1, 1))

    assert "registration" in _missing()


def test_an_unnamed_mail_host_closes_the_doors(bound, settings):
    settings.EMAIL_HOST = "smtp.elsewhere.example"

    assert places.unnamed()[0].host == "smtp.elsewhere.example"
    assert "places" in _missing()


def test_an_unnamed_database_host_closes_the_doors(bound, settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", "db.elsewhere.example")

    assert "places" in _missing()


def test_every_condition_says_why_and_how_to_mend_it():
    assert all(one.title and one.why and one.mend for one in readiness.conditions())


@pytest.mark.django_db(transaction=True)
def test_a_yes_holds_for_a_moment_and_a_no_never_does(monkeypatch):
    asked = []

    def answer():
        asked.append(1)
        return asked != [1]

    condition = readiness.Condition("it", "it", "why", "mend", is_met=answer)
    monkeypatch.setattr(readiness, "_conditions", {"it": condition})
    readiness.forget()

    answers = [readiness.is_open() for _each in range(4)]

    assert (answers, len(asked)) == ([False, True, True, True], 2)
    readiness.forget()


def test_an_answer_inside_a_transaction_is_not_kept(db, monkeypatch):
    asked = []
    condition = readiness.Condition(
        "it", "it", "why", "mend", is_met=lambda: not asked.append(1)
    )
    monkeypatch.setattr(readiness, "_conditions", {"it": condition})

    assert readiness.is_open()
    assert readiness.is_open()
    assert len(asked) == 2


# What pages know


def test_pages_know_the_centre_and_read_it_only_when_they_ask(
    bound, rf, django_assert_num_queries
):
    with django_assert_num_queries(0):
        told = context.centre(rf.get("/"))
        assert told["language"].dir == "ltr"
    with django_assert_num_queries(1):
        assert told["centre"].name == "Harbour Members' Trust"
        assert told["centre"].emergency_number == "555"
        assert told["centre"].exit_url == "https://weather.example/"


def test_own_help_lines_stand_before_those_of_the_country(bound, rf):
    actions.add_helpline(
        Helpline(name="Quay Line", number="0300 000 003", hours="evenings"), by=bound
    )

    names = [line.name for line in context.centre(rf.get("/"))["centre"].helplines]

    assert names == ["Quay Line", "Night Line", "Harbour Advice"]


def test_arabic_runs_from_right_to_left(rf, db):
    with translation.override("ar"):
        told = context.centre(rf.get("/"))

    assert (told["language"].dir, told["language"].name) == ("rtl", "العربية")


def test_a_centre_that_is_not_set_up_still_has_pages(db, rf):
    told = context.centre(rf.get("/"))

    assert (told["centre"].name, told["centre"].helplines) == ("", [])
