"""The people who work here, the roles they hold, and the waits after wrong codes."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.refusal import NotAllowed
from fairwitness.staff.roles import May, Role, may
from fairwitness.vault.models import KeyPair


class User(AbstractBaseUser):
    """A member of staff: signs in with a password and a one-time code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    sign_in_secret = models.BinaryField(
        null=True
    )  # sealed under a key outside the database
    last_code = models.PositiveBigIntegerField(
        default=0
    )  # the step of the last code: each serves once
    key = models.OneToOneField(KeyPair, on_delete=models.PROTECT, null=True)
    last_login = None  # nobody needs to know when a colleague came

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager["User"]()

    def __str__(self) -> str:
        return self.name

    @property
    def actor_id(self) -> str:
        return str(self.id)

    @property
    def holds(self) -> frozenset[Role]:
        """The roles that this person holds today."""
        return frozenset(Role(held.role) for held in self.roles.all())

    def may(self, what: May) -> bool:
        return self.is_active and may(self.holds, what)

    def must(self, what: May) -> None:
        """Refuse unless a role of this person allows it."""
        if not self.may(what):
            raise NotAllowed(what.refusal)


class RoleHeld(models.Model):
    """One role of one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="a_role_is_held_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"


class Wait(models.Model):
    """That somebody must wait before the next try, whether or not such a name exists.

    The name is kept as an HMAC under a key outside the database, for an hour at most.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return "[wait]"


class Recovery(models.Model):
    """That somebody asked the trustees for a key, or for a rehearsal; the answer opens with their words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recoveries")
    key = models.ForeignKey(KeyPair, on_delete=models.CASCADE, related_name="+")
    answer_to = models.BinaryField()  # the public half of the asking key
    test = models.BinaryField(default=b"")  # of a rehearsal
    asked_on = models.DateField()
    done_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=models.Q(done_on=None),
                name="one_open_recovery_per_member_and_key",
            )
        ]

    def __str__(self) -> str:
        return f"recovery asked on {self.asked_on}"


class Rehearsal(models.Model):
    """The day on which the recovery of a key was tried to the end, and worked; nothing was changed."""

    class Way(models.TextChoices):
        SHEET = "sheet", _("by its recovery sheet")
        TRUSTEES = "trustees", _("by two trustees")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.ForeignKey(KeyPair, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    way = models.CharField(max_length=10, choices=Way)
    done_on = models.DateField()

    def __str__(self) -> str:
        return f"recovery tried on {self.done_on}"
