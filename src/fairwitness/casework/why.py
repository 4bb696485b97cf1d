"""The short lists of reasons: why something sealed is opened, why reports are linked or not."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """Why a sealed section is opened."""

    FIRST = "first_reading", _("First reading")
    WORK = "working", _("Working on the case")
    CODE = "coding", _("Coding it")
    ANSWER = "answering", _("Answering the reporter")
    COMPARE = "comparing", _("Comparing it with another report")


class Linked(models.TextChoices):
    """Why a report is said to tell of an incident."""

    FIRST = "first", _("it is the first to tell of it")
    SAME_TIME_AND_PLACE = "time_and_place", _("same time, same place")
    SAME_PEOPLE = "people", _("the same people are named")
    REPORTER_SAID = "reporter_said", _("the reporter says so")
    COURSE = "course", _("it belongs to the same course of conduct")


class Unlinked(models.TextChoices):
    """Why a link is taken back."""

    UNDONE = "undone", _("undone at once")
    ANOTHER_EVENT = "another_event", _("it tells of something else")
    MISTAKE = "mistake", _("it was linked by mistake")
