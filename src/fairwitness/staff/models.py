"""The people who work here, and the roles they hold."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from fairwitness.refusal import NotAllowed
from fairwitness.staff.roles import May, Role, may
from fairwitness.vault.models import KeyPair


class User(AbstractBaseUser):
    """A member of staff: signs in with a password and a one-time code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    sign_in_secret = models.BinaryField(null=True)  # sealed under a key outside the database
    last_code = models.CharField(max_length=8, blank=True)  # a code serves once
    key = models.OneToOneField(KeyPair, on_delete=models.PROTECT, null=True)

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[BaseUserManager["User"]] = BaseUserManager()

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
            models.UniqueConstraint(
                fields=["user", "role"], name="a_role_is_held_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role}"

