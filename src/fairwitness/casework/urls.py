"""Addresses of this app."""

from django.urls import path

from fairwitness.casework.views import complaints, incidents, lists, reports

app_name = "casework"
urlpatterns = [
    path("inbox", lists.inbox, name="inbox"),
    path("mine", lists.mine, name="mine"),
    path("due", lists.due, name="due"),
    path("ledger", lists.ledger, name="ledger"),
    path("reports/<uuid:report_id>", reports.report, name="report"),
    path(
        "reports/<uuid:report_id>/open/<slug:section>",
        reports.open_part,
        name="open_part",
    ),
    path(
        "reports/<uuid:report_id>/file/<int:number>",
        reports.save_file,
        name="save_file",
    ),
    path(
        "reports/<uuid:report_id>/incident",
        reports.start_incident,
        name="start_incident",
    ),
    path("reports/<uuid:report_id>/link", reports.link, name="link"),
    path("reports/<uuid:report_id>/code", reports.code_report, name="code"),
    path("reports/<uuid:report_id>/answer", reports.answer, name="answer"),
    path("incidents/<slug:code>", incidents.incident, name="incident"),
    path(
        "incidents/<slug:code>/<uuid:report_id>/open/<slug:section>",
        incidents.open_in_incident,
        name="open_in_incident",
    ),
    path("incidents/<slug:code>/state", incidents.state, name="state"),
    path(
        "incidents/<slug:code>/state/<slug:before>",
        incidents.undo_state,
        name="undo_state",
    ),
    path("incidents/<slug:code>/assign", incidents.assign, name="assign"),
    path("incidents/<slug:code>/task", incidents.task, name="task"),
    path("incidents/<slug:code>/referral", incidents.referral, name="referral"),
    path("incidents/<slug:code>/complain", complaints.complain, name="complain"),
    path("links/<uuid:link_id>/unlink", incidents.unlink, name="unlink"),
    path("tasks/<uuid:task_id>/done", incidents.done, name="done"),
    path("tasks/<uuid:task_id>/undo", incidents.undo_done, name="undo_task"),
    path(
        "referrals/<uuid:referral_id>/<slug:to>", incidents.move, name="move_referral"
    ),
    path("complaints/<uuid:complaint_id>", complaints.complaint, name="complaint"),
    path("complaints/<uuid:complaint_id>/silence", complaints.silence, name="silence"),
    path("steps/<uuid:step_id>/undo", complaints.undo, name="undo_step"),
]
