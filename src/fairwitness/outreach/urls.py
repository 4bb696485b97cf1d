"""Addresses of this app."""

from django.urls import path

from fairwitness.outreach.views import (
    asked,
    desk,
    drafting,
    imports,
    links,
    mail,
    mine,
    post,
    tray,
)

app_name = "outreach"
urlpatterns = [
    path("i/<str:key>", links.landing, name="landing"),
    path("i/<str:key>/passed-on", links.forwarded, name="forwarded"),
    path("passed-on", links.forwarded, name="forwarded"),
    path("leave/<str:key>", links.leave, name="leave"),
    path("mine/<str:key>", mine.mine, name="mine"),
    path("forget/<str:key>", mine.forget, name="forget"),
    path("desk/campaigns/", desk.campaigns, name="campaigns"),
    path("desk/campaigns/<slug:name>/", desk.campaign, name="campaign"),
    path("desk/campaigns/<slug:name>/edit", drafting.edit, name="edit"),
    path("desk/campaigns/<slug:name>/launch", desk.launch, name="launch"),
    path("desk/campaigns/<slug:name>/close", desk.close, name="close"),
    path("desk/campaigns/<slug:name>/again", post.again, name="again"),
    path("desk/campaigns/<slug:name>/keep/<str:mark>", desk.keep, name="keep"),
    path("desk/campaigns/<slug:name>/<str:step>", desk.change, name="change"),
    path("desk/returned-mail/", tray.tray, name="tray"),
    path("desk/returned-mail/<uuid:mail_id>/", tray.returned, name="returned"),
    path("desk/returned-mail/<uuid:mail_id>/<str:verdict>", tray.settle, name="settle"),
    path("desk/address", asked.asked, name="asked"),
    path("desk/pace", post.pace, name="pace"),
    path("desk/mail/", mail.mail, name="mail"),
    path("desk/mail/check", mail.check, name="check_mail"),
    path("desk/mail/letter", mail.letter, name="mail_letter"),
    path("desk/mail/letter/back", mail.bring, name="mail_bring"),
    path("desk/mail/letter/ourselves", mail.to_ourselves, name="mail_to_ourselves"),
    path("desk/mail/<slug:name>", mail.step, name="mail_step"),
    path("desk/draft-campaign", drafting.draft, name="draft"),
    path("desk/sources/", desk.sources, name="sources"),
    path("desk/sources/<slug:code>/", imports.source, name="source"),
    path("desk/sources/<slug:code>/withdraw", imports.withdraw, name="withdraw"),
    path("desk/imports/<uuid:import_id>/", imports.progress, name="import"),
    path(
        "desk/imports/<uuid:import_id>/refused-rows.csv",
        imports.refused_rows,
        name="refused_rows",
    ),
    path("desk/add-source", desk.add, name="add_source"),
]
