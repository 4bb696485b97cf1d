"""Addresses of the form on which somebody tells us what happened. It never closes."""

from django.urls import path

from fairwitness.intake.views import form, receipt

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
]
