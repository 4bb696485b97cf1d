"""Addresses of the survey part."""

from django.urls import path

from fairwitness.surveys import views

app_name = "surveys"
urlpatterns = [
    path("answer/", views.page, name="page"),
    path("answer/check/", views.check, name="check"),
    path("answer/spent/", views.spent, name="spent"),
    path("answer/thanks/", views.thanks, name="thanks"),
    path("answer/<str:step>/", views.page, name="page"),
]
