"""Addresses of this app."""

from django.urls import path

from fairwitness.rights import views

app_name = "rights"
urlpatterns = [
    path("requests", views.requests, name="requests"),
    path("requests/<uuid:request_id>", views.asked, name="asked"),
    path("requests/<uuid:request_id>/hand", views.hand, name="hand"),
    path("requests/<uuid:request_id>/answer", views.answer, name="answer"),
    path("told/<uuid:to_tell_id>", views.told, name="told"),
    path("holds", views.holds, name="holds"),
    path("holds/ask/<uuid:report_id>", views.ask_hold, name="ask_hold"),
    path("holds/<uuid:hold_id>/approve", views.approve_hold, name="approve_hold"),
    path("holds/<uuid:hold_id>/lift", views.lift_hold, name="lift_hold"),
    path("erase/<uuid:report_id>", views.erase, name="erase"),
    path("breaches", views.breaches, name="breaches"),
    path("breaches/<uuid:breach_id>/told", views.regulator_told, name="regulator_told"),
]
