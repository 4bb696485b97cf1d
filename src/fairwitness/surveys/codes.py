"""The answers of the default questionnaire that are codes; casework codes facts with them.

A code is never renamed and never given another meaning: it is retired, and a new one added.
How each maps to what other centres count is in docs/questionnaires.md.
"""

from enum import StrEnum


class AskedFor(StrEnum):
    """What a question is asked for: the purpose by which the answer may be used."""

    ANSWERS = "answers"
    REPORTS = "reports"
    FIGURES = "figures"


class About(StrEnum):
    """What brings somebody to the survey."""

    HAPPENED_TO_ME = "happened_to_me"
    SAW_OR_HEARD = "saw_or_heard"
    HELP_SOMEBODY = "help_somebody"
    NOTHING_HAPPENED = "nothing_happened"
    RATHER_NOT = "rather_not"


class HowMany(StrEnum):
    """How many times something happened in the period."""

    ONE = "one"
    TWO_OR_THREE = "two_or_three"
    FOUR_TO_TEN = "four_to_ten"
    MORE_THAN_TEN = "more_than_ten"


class AgeBand(StrEnum):
    """How old somebody is, as coarsely as figures need it."""

    UNDER_18 = "under_18"
    FROM_18_TO_24 = "18_to_24"
    FROM_25_TO_39 = "25_to_39"
    FROM_40_TO_59 = "40_to_59"
    FROM_60_TO_74 = "60_to_74"
    FROM_75 = "75_or_over"


class YesNo(StrEnum):
    """Yes or no: under 18, told us before, the other person knows."""

    YES = "yes"
    NO = "no"


class Role(StrEnum):
    """Who tells us: the person it happened to, or a third-party observer."""

    HAPPENED_TO_ME = "happened_to_me"
    SAW_OR_HEARD = "saw_or_heard"
    HELP_SOMEBODY = "help_somebody"


class AboutWhen(StrEnum):
    """When it happened, roughly."""

    THIS_WEEK = "this_week"
    THIS_YEAR = "this_year"
    LONGER_AGO = "longer_ago"
    ONGOING = "ongoing"


class Setting(StrEnum):
    """In what kind of place it happened."""

    WORKPLACE = "workplace"
    MEETING = "meeting"
    ONLINE = "online"
    HOUSING = "housing"
    SCHOOL = "school"
    STREET = "street"
    TRANSPORT = "transport"
    PUBLIC_OFFICE = "public_office"
    POLICE_OR_COURT = "police_or_court"
    HEALTH_CARE = "health_care"
    SHOP_OR_SERVICE = "shop_or_service"
    SPORT_OR_CLUB = "sport_or_club"
    PLACE_OF_WORSHIP = "place_of_worship"
    HOME = "home"
    MEDIA = "media"
    OWN_WORDS = "own_words"


class IncidentType(StrEnum):
    """What kind of act it was, in the words that other centres' lists can be mapped to."""

    WORDS = "words"
    MASS_MESSAGE = "mass_message"
    THREAT = "threat"
    WORSE_TREATMENT = "worse_treatment"
    EXCLUSION = "exclusion"
    DAMAGE = "damage"
    UNWANTED_TOUCHING = "unwanted_touching"
    ATTACK = "attack"
    ATTACK_ON_LIFE = "attack_on_life"
    FOLLOWING = "following"
    OWN_WORDS = "own_words"


class Ground(StrEnum):
    """What it had to do with."""

    AGE = "age"
    DISABILITY = "disability"
    SEX = "sex"
    GENDER_IDENTITY = "gender_identity"
    SEXUAL_ORIENTATION = "sexual_orientation"
    RACE_OR_ORIGIN = "race_or_origin"
    RELIGION_OR_BELIEF = "religion_or_belief"
    NATIONALITY = "nationality"
    LANGUAGE = "language"
    SOCIAL_SITUATION = "social_situation"
    ASSOCIATION = "association"
    NOT_SURE = "not_sure"
    OWN_WORDS = "own_words"


class Told(StrEnum):
    """Who has been told."""

    NOBODY = "nobody"
    FAMILY_OR_FRIENDS = "family_or_friends"
    SOMEBODY_THERE = "somebody_there"
    ORGANISATION = "organisation"
    PUBLIC_BODY = "public_body"
    POLICE = "police"
    LAWYER_OR_ADVICE = "lawyer_or_advice"
    OTHER_CENTRE = "other_centre"
    OWN_WORDS = "own_words"


class WhatCame(StrEnum):
    """What came of telling somebody."""

    WAITING = "waiting"
    NO_ANSWER = "no_answer"
    LISTENED = "listened"
    PUT_RIGHT = "put_right"
    PARTLY_PUT_RIGHT = "partly_put_right"
    TURNED_DOWN = "turned_down"
    MADE_WORSE = "made_worse"


class Gender(StrEnum):
    """How somebody describes their gender."""

    WOMAN = "woman"
    MAN = "man"
    OWN_WORDS = "own_words"


class HeardFrom(StrEnum):
    """How somebody heard of the centre."""

    INVITATION = "invitation"
    SOMEBODY_TOLD_ME = "somebody_told_me"
    ADVICE_PLACE = "advice_place"
    ONLINE = "online"
    POSTER_OR_PRESS = "poster_or_press"
