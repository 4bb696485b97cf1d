"""Addresses of the public pages. The reporter's own page has its own list."""

from django.urls import path

from fairwitness.front import asked, editions, public, views

app_name = "front"
urlpatterns = [
    path("", views.home, name="home"),
    path("who-we-are", public.who_we_are, name="who_we_are"),
    path("notice", public.notice, name="notice"),
    path("notice/<slug:hash_of>", public.notice_as_told, name="notice_as_told"),
    path("policy", public.policy, name="policy"),
    path("limits", views.limits, name="limits"),
    path("named", public.named, name="named"),
    path("named/received", public.received, name="received"),
    path("questions", public.questions, name="questions"),
    path("questions/ask", public.ask, name="ask"),
    path("questions/asked", public.asked, name="asked"),
    path("figures", editions.figures, name="figures"),
    path("editions/", editions.editions, name="editions"),
    path("editions/<int:number>/", editions.edition, name="edition"),
    path(
        "editions/<int:number>/<path:name>", editions.edition_file, name="edition_file"
    ),
    path("campaigns", asked.campaigns, name="campaigns"),
    path("campaigns/<slug:name>", asked.campaign, name="campaign"),
    path("desk/campaign-page/<slug:name>", asked.preview, name="preview"),
    path("leave", views.leave, name="leave"),
    path("left", views.left, name="left"),
    path("language", views.language, name="language"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.icon, name="icon"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
