"""Every address of the house, by app."""

from django.urls import include, path

handler400 = "fairwitness.front.unread.unreadable"

urlpatterns = [
    path("", include("fairwitness.intake.urls")),  # first: it is asked for most
    path("", include("fairwitness.surveys.urls")),
    path("", include("fairwitness.outreach.urls")),
    path("", include("fairwitness.front.urls")),
    path("report/", include("fairwitness.front.reporter_urls")),
    path("desk/", include("fairwitness.staff.urls")),
    path("desk/", include("fairwitness.governance.urls")),
    path("desk/", include("fairwitness.casework.urls")),
    path("desk/", include("fairwitness.disclosure.urls")),
    path("desk/", include("fairwitness.figures.urls")),
    path("desk/", include("fairwitness.rights.urls")),
]
handler500 = "fairwitness.front.views.fault"
