"""Addresses of the reporter's own page. No address ever holds a code."""

from django.urls import path

from fairwitness.front import (
    reporter_choices,
    reporter_pages,
    reporter_upkeep,
    reporter_visits,
)

app_name = "reporter"
urlpatterns = [
    path("", reporter_visits.enter, name="enter"),
    path("close/", reporter_visits.close, name="close"),
    path("later/", reporter_visits.later, name="later"),
    path("page/", reporter_pages.page, name="page"),
    path("sent/", reporter_pages.sent, name="sent"),
    path("package/", reporter_pages.package, name="package"),
    path("copy/", reporter_pages.download, name="download"),
    path("messages/", reporter_pages.messages, name="messages"),
    path("add/", reporter_pages.add, {"kind": "addition"}, name="add"),
    path("correct/", reporter_pages.add, {"kind": "correction"}, name="correct"),
    path("who/<uuid:recipient>/", reporter_choices.recipient, name="recipient"),
    path("who/<uuid:recipient>/back/", reporter_choices.take_back, name="take_back"),
    path("news/", reporter_choices.news, name="news"),
    path("about/", reporter_choices.about, name="about"),
    path("about/<str:step>/", reporter_choices.about, name="about"),
    path("me/", reporter_choices.who, name="who"),
    path("count/", reporter_choices.count, name="count"),
    path("evidence/", reporter_upkeep.evidence, name="evidence"),
    path("code/", reporter_upkeep.code, name="code"),
    path("erase/", reporter_upkeep.erase, name="erase"),
]
