"""Addresses of the survey part, and of the desk of questionnaires."""

from django.urls import path

from fairwitness.surveys import views
from fairwitness.surveys.desk import beside, publishing, shelf, trial

app_name = "surveys"
SHELF = "desk/questionnaires/"
ONE = f"{SHELF}<str:word>/"
urlpatterns = [
    path("answer/", views.page, name="page"),
    path("answer/check/", views.check, name="check"),
    path("answer/over/", views.over, name="over"),
    path("answer/spent/", views.spent, name="spent"),
    path("answer/thanks/", views.thanks, name="thanks"),
    path("answer/<str:step>/", views.page, name="page"),
    path("shown/<slug:digest>", views.enclosure, name="enclosure"),
    path(SHELF, shelf.questionnaires, name="questionnaires"),
    path(f"{SHELF}upload", shelf.upload, name="upload"),
    path(ONE, shelf.source, name="source"),
    path(f"{ONE}sheet/<int:number>", shelf.sheet, name="sheet"),
    path(f"{ONE}file", shelf.source_file, name="source_file"),
    path(f"{ONE}files", beside.files, name="files"),
    path(f"{ONE}files/<str:name>", beside.companion_file, name="companion_file"),
    path(f"{ONE}bundle", beside.bundle, name="bundle"),
    path(f"{ONE}publish", publishing.publish, name="publish"),
    path(f"{ONE}discard", shelf.discard, name="discard"),
    path(f"{ONE}to/<str:other>", publishing.comparison, name="compare"),
    path(f"{ONE}preview", trial.preview, name="preview"),
    path(f"{ONE}preview/page/", trial.preview_page, name="preview_page"),
    path(f"{ONE}preview/page/<str:step>", trial.preview_page, name="preview_page"),
    path(f"{ONE}preview/check", trial.preview_check, name="preview_check"),
    path(f"{ONE}preview/phone", trial.preview_phone, name="preview_phone"),
]
