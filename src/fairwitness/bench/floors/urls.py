"""Addresses of the floor. They exist only in the servers that the bench starts."""

from django.urls import path

from fairwitness.bench.floors import views

urlpatterns = [
    path("floor/page/<int:size>/", views.page),
    path("floor/step/<int:size>/<str:row>/", views.step),
    path("floor/last/<int:size>/<str:row>/", views.step, {"is_last": True}),
    path("floor/sealed/<int:size>/<str:row>/", views.page_after_row),
    path("floor/bare/<int:size>/", views.bare),
    path("single/", views.single),
]
