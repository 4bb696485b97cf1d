"""Addresses of the form on which somebody tells us what happened, and of the one for calls."""

from django.urls import path

from fairwitness.intake.views import calls, form, receipt

app_name = "intake"
urlpatterns = [
    path("tell/", form.tell, name="tell"),
    path("tell/form/", form.page, name="page"),
    path("tell/form/<str:step>/", form.page, name="page"),
    path("tell/saved/", form.saved, name="saved"),
    path("tell/check/", form.check, name="check"),
    path("tell/delete/", form.delete, name="delete"),
    path("tell/receipt/", receipt.receipt, name="receipt"),
    path("tell/receipt/receipt.txt", receipt.receipt_file, name="receipt_file"),
    path("tell/receipt/kept/", receipt.keep, name="keep"),
    path("tell/close/", form.close, name="close"),
    path("desk/calls/", calls.call, name="call"),
    path("desk/calls/form", calls.call_form, name="call_form"),
    path("desk/calls/check", calls.call_check, name="call_check"),
    path("desk/calls/about", calls.call_about, name="call_about"),
    path("desk/calls/stop", calls.call_stop, name="call_stop"),
    path("desk/calls/code", calls.call_code, name="call_code"),
    path("desk/calls/consent", calls.call_consent, name="call_consent"),
    path("desk/calls/over", calls.call_over, name="call_over"),
]
