"""Takes uploaded files into memory alone: what somebody sends never touches the disk in clear."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler


class TooLarge(UploadedFile):  # type: ignore[type-arg] # generic only in stubs
    """A file of which nothing was kept but its name and size."""


class InMemoryOnly(MemoryFileUploadHandler):
    """Keeps the files of a post of at most FILE_UPLOAD_MAX_MEMORY_SIZE; of a larger one none.

    A view that is marked with `staff.asking.takes_up_to` says itself how much it takes.
    """

    def handle_raw_input(  # type: ignore[override] # named as Django names them
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 as above
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> None:
        """Decide by its length whether a post is kept."""
        match = getattr(self.request, "resolver_match", None)
        most = getattr(
            match and match.func, "most_bytes", settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        )
        self.activated = content_length <= most

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take a piece of a file, or let it go."""
        if self.activated:
            super().receive_data_chunk(raw_data, start)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:  # type: ignore[type-arg] # as above
        """The file, or the word that it was too large."""
        if self.activated:
            return super().file_complete(file_size)
        return TooLarge(BytesIO(), self.file_name, self.content_type, file_size)
