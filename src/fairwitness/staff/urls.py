"""Addresses of this app."""

from django.urls import path

from fairwitness.staff import recovery_views, views

app_name = "staff"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("lock", views.lock, name="lock"),
    path("unlock", views.unlock_key, name="unlock"),
    path("passphrase", views.passphrase, name="passphrase"),
    path("recover", views.recover, name="recover"),
    path("sheet", recovery_views.sheet_kept, name="sheet_kept"),
    path("rehearse", recovery_views.rehearse, name="rehearse"),
    path("trustees", recovery_views.trustees, name="trustees"),
    path(
        "trustees/<uuid:asked_id>",
        recovery_views.trustees_answer,
        name="trustees_answer",
    ),
    path(
        "trustees/<uuid:asked_id>/paper",
        recovery_views.trustees_paper,
        name="trustees_paper",
    ),
    path("account", views.account, name="account"),
    path("colleagues", views.colleagues, name="colleagues"),
    path("colleagues/invite", views.invite, name="invite"),
    path("colleagues/<uuid:name_id>", views.colleague, name="colleague"),
    path(
        "colleagues/<uuid:name_id>/suspend",
        views.suspend_colleague,
        name="suspend_colleague",
    ),
    path("colleagues/<uuid:name_id>/renew", views.renew, name="renew"),
    path("colleagues/<uuid:name_id>/key", views.hand_key, name="hand_key"),
]
