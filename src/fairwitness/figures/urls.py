"""Addresses of the desk's pages of editions."""

from django.urls import path

from fairwitness.figures import views

app_name = "figures"
urlpatterns = [
    path("figures/", views.editions, name="editions"),
    path("figures/<int:number>/", views.edition, name="edition"),
    path("figures/<int:number>/paper.pdf", views.paper, name="paper"),
    path("figures/<int:number>/discard/", views.discard, name="discard"),
]
