"""Sends the keystore's two tables to their own database, and nothing else."""

from typing import Any

from django.db.models import Model

KEYSTORE = "keystore"
KEPT_THERE = {"shredkey", "burnedslot"}


class KeystoreRouter:
    """Shred keys live apart, because their backups are forgotten within a week."""

    def _place(self, app_label: str, model_name: str | None) -> str:
        is_kept = app_label == "vault" and model_name in KEPT_THERE
        return KEYSTORE if is_kept else "default"

    def db_for_read(self, model: type[Model], **_: Any) -> str:
        return self._place(model._meta.app_label, model._meta.model_name)

    def db_for_write(self, model: type[Model], **_: Any) -> str:
        return self._place(model._meta.app_label, model._meta.model_name)

    def allow_relation(self, one: Model, other: Model, **_: Any) -> bool:
        # By their own model, not by type(): the user of a request comes wrapped.
        return self.db_for_write(one._meta.model) == self.db_for_write(
            other._meta.model
        )

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **_: Any
    ) -> bool:
        if model_name is None:
            return db == "default"
        return self._place(app_label, model_name) == db
