"""Addresses of this app."""

from django.urls import path

from fairwitness.casework import views

app_name = "casework"
urlpatterns = [path("inbox", views.inbox, name="inbox")]
