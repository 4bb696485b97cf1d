"""Addresses of this app."""

from django.urls import path

from fairwitness.disclosure import views

app_name = "disclosure"
urlpatterns = [
    path("releases", views.releases, name="releases"),
    path("reports/<uuid:report_id>/release", views.ask, name="request"),
    path("releases/<uuid:release_id>", views.one_release, name="release"),
    path("releases/<uuid:release_id>/prepare", views.prepare, name="prepare"),
    path("releases/<uuid:release_id>/look", views.look, name="look"),
    path("releases/<uuid:release_id>/approve", views.approve, name="approve"),
    path("releases/<uuid:release_id>/hand-over", views.hand_over, name="hand_over"),
    path("releases/<uuid:release_id>/refuse", views.refuse, name="refuse"),
    path("releases/<uuid:release_id>/download", views.download, name="download"),
]
