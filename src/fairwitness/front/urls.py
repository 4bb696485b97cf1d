"""Addresses of this app."""

from django.urls import URLPattern

app_name = "front"
urlpatterns: list[URLPattern] = []
