"""Addresses of this app."""

from django.urls import path

from fairwitness.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("lock", views.lock, name="lock"),
    path("unlock", views.unlock_key, name="unlock"),
    path("passphrase", views.passphrase, name="passphrase"),
    path("recover", views.recover, name="recover"),
    path("account", views.account, name="account"),
    path("colleagues", views.colleagues, name="colleagues"),
    path("colleagues/invite", views.invite, name="invite"),
    path("colleagues/<uuid:name_id>", views.colleague, name="colleague"),
    path(
        "colleagues/<uuid:name_id>/suspend",
        views.suspend_colleague,
        name="suspend_colleague",
    ),
    path("colleagues/<uuid:name_id>/key", views.hand_key, name="hand_key"),
]
