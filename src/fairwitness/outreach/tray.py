"""Mail that came back and that no rule understands, sealed until somebody has read it."""

import uuid

from django.db import models

from fairwitness.vault.models import KeyPair


class ReturnedMail(models.Model):
    """A mail for people to read, enclosed under a key of its own; it goes when it is settled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.ForeignKey(
        "outreach.Delivery", on_delete=models.SET_NULL, null=True, related_name="+"
    )  # that its signed return path names
    contact = models.ForeignKey(
        "outreach.Contact", on_delete=models.CASCADE, null=True, related_name="+"
    )  # who got that letter: when they are forgotten, it goes too
    envelope = models.BinaryField()
    came_on = models.DateField()

    def __str__(self) -> str:
        return "[returned mail]"


class ReturnedKey(models.Model):
    """The key of such a mail, sealed to one member of staff who runs campaigns."""

    mail = models.ForeignKey(
        ReturnedMail, on_delete=models.CASCADE, related_name="keys"
    )
    holder = models.ForeignKey(KeyPair, on_delete=models.CASCADE, related_name="+")
    envelope = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mail", "holder"], name="one_key_of_a_mail_for_each"
            )
        ]

    def __str__(self) -> str:
        return "[key of a returned mail]"
