"""The coding book: the codes of facts, with the words by which staff and readers know them.

The codes that a reporter can choose are those of the default questionnaire; a test keeps
the two alike. A code is never renamed: it is retired, and a new one added.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IncidentType(models.TextChoices):
    """What kind of act it was."""

    WORDS = "words", _("hurtful words or signs")
    MASS_MESSAGE = "mass_message", _("a message sent to many")
    THREAT = "threat", _("a threat")
    WORSE_TREATMENT = "worse_treatment", _("worse treatment than others")
    EXCLUSION = "exclusion", _("being kept out")
    DAMAGE = "damage", _("damage to things")
    UNWANTED_TOUCHING = "unwanted_touching", _("unwanted touching")
    ATTACK = "attack", _("an attack on a person")
    ATTACK_ON_LIFE = "attack_on_life", _("an attack that could have killed")
    FOLLOWING = "following", _("being followed or watched")
    OWN_WORDS = "own_words", _("something else")


class Ground(models.TextChoices):
    """What it had to do with."""

    AGE = "age", _("age")
    DISABILITY = "disability", _("disability")
    SEX = "sex", _("sex")
    GENDER_IDENTITY = "gender_identity", _("gender identity")
    SEXUAL_ORIENTATION = "sexual_orientation", _("sexual orientation")
    RACE_OR_ORIGIN = "race_or_origin", _("race or origin")
    RELIGION_OR_BELIEF = "religion_or_belief", _("religion or belief")
    NATIONALITY = "nationality", _("nationality")
    LANGUAGE = "language", _("language")
    SOCIAL_SITUATION = "social_situation", _("social situation")
    ASSOCIATION = "association", _("being close to somebody of whom this is true")
    NOT_SURE = "not_sure", _("not known")
    OWN_WORDS = "own_words", _("something else")


class Setting(models.TextChoices):
    """In what kind of place it happened."""

    WORKPLACE = "workplace", _("at work")
    MEETING = "meeting", _("at a meeting")
    ONLINE = "online", _("online")
    HOUSING = "housing", _("about a home to live in")
    SCHOOL = "school", _("at a school or university")
    STREET = "street", _("in a street or public place")
    TRANSPORT = "transport", _("in a bus, train or taxi")
    PUBLIC_OFFICE = "public_office", _("at a public office")
    POLICE_OR_COURT = "police_or_court", _("with the police or a court")
    HEALTH_CARE = "health_care", _("in health care")
    SHOP_OR_SERVICE = "shop_or_service", _("in a shop or service")
    SPORT_OR_CLUB = "sport_or_club", _("in sport or a club")
    PLACE_OF_WORSHIP = "place_of_worship", _("at a place of worship")
    HOME = "home", _("at home")
    MEDIA = "media", _("in the media")
    OWN_WORDS = "own_words", _("somewhere else")


class AgeBand(models.TextChoices):
    """How old the person affected is, as coarsely as figures need it."""

    UNDER_18 = "under_18", _("under 18")
    FROM_18_TO_24 = "18_to_24", _("18 to 24")
    FROM_25_TO_39 = "25_to_39", _("25 to 39")
    FROM_40_TO_59 = "40_to_59", _("40 to 59")
    FROM_60_TO_74 = "60_to_74", _("60 to 74")
    FROM_75 = "75_or_over", _("75 or over")


class Outcome(models.TextChoices):
    """What came of it where somebody was told."""

    WAITING = "waiting", _("still waiting")
    NO_ANSWER = "no_answer", _("no answer")
    LISTENED = "listened", _("somebody listened")
    PUT_RIGHT = "put_right", _("put right")
    PARTLY_PUT_RIGHT = "partly_put_right", _("partly put right")
    TURNED_DOWN = "turned_down", _("turned down")
    MADE_WORSE = "made_worse", _("made worse")


class Role(models.TextChoices):
    """Who told us of it."""

    VICTIM = "victim", _("the person it happened to")
    OBSERVER = "observer", _("a third-party observer")


class DetectedBy(models.TextChoices):
    """How we came to know of it: told is not the same as found."""

    TOLD = "told", _("somebody told us")
    PARTNER = "partner", _("another organisation told us")
    FOUND = "found", _("we found it ourselves")


class Reason(models.TextChoices):
    """Why something waits to be counted, or is not counted."""

    SECOND_PERSON = "second_person", _("waits for a second person to code it")
    REPORTER = "reporter", _("waits for an answer of the reporter")
    NOT_CONFIRMED = "not_confirmed", _("nobody else could confirm it")
    NO_GROUND = "no_ground", _("not discrimination or harassment")
    ELSEWHERE = "elsewhere", _("outside our area")
    TOLD_TWICE = "told_twice", _("the same person told it before")
    NOT_REAL = "not_real", _("a test, or not meant")
