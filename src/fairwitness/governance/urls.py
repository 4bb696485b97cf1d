"""Addresses of this app."""

from django.urls import path

from fairwitness.governance.views import centre, lists

app_name = "governance"
urlpatterns = [
    path("settings", centre.settings, name="settings"),
    path("settings/centre", centre.controller, name="controller"),
    path("settings/interests", centre.declarations, name="declarations"),
    path("settings/promise", centre.promise, name="promise"),
    path("settings/areas", centre.areas, name="areas"),
    path("settings/helplines", centre.helplines, name="helplines"),
    path(
        "settings/helplines/<int:line_id>/remove",
        centre.remove_helpline,
        name="remove_helpline",
    ),
    path("settings/notice", centre.notice, name="notice"),
    path("settings/recovery", centre.drills, name="drills"),
    path("settings/purposes", lists.purposes, name="purposes"),
    path("settings/purposes/<slug:code>", lists.purpose, name="purpose"),
    path(
        "settings/purposes/<slug:code>/approve",
        lists.approve_purpose,
        name="approve_purpose",
    ),
    path("settings/places", lists.processors, name="processors"),
    path(
        "settings/places/<int:processor_id>/remove",
        lists.remove_processor,
        name="remove_processor",
    ),
    path("settings/recipients", lists.recipients, name="recipients"),
    path("settings/recipients/<uuid:recipient_id>", lists.recipient, name="recipient"),
    path(
        "settings/recipients/<uuid:recipient_id>/end",
        lists.end_recipient,
        name="end_recipient",
    ),
    path("settings/keys/<int:key_id>/confirm", lists.confirm_key, name="confirm_key"),
    path("settings/questions", lists.questions, name="questions"),
    path("settings/questions/<uuid:question_id>", lists.question, name="question"),
    path(
        "settings/questions/<uuid:question_id>/show",
        lists.show_question,
        name="show_question",
    ),
]
