"""Gathers what the product says into the Arabic catalogue, and compiles it (`make messages`).

It is Django's makemessages with three differences: a comment for the translator may stand in the
line of its string, no translation is guessed, and no date changes from run to run.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.core.management.commands import makemessages
from django.utils.translation import templatize

import fairwitness

SOURCE = Path(fairwitness.__file__).parent
CATALOGUE = Path("locale", "ar", "LC_MESSAGES", "django.po")
DATES = re.compile(r'^"(?:POT-Creation|PO-Revision)-Date: .*\\n"\n', re.MULTILINE)
COMMENT = re.compile(r"(\{# Translators:.*?#\})")


class _File(makemessages.BuildFile):
    """A file whose comments for translators each end their line, so that none is dropped."""

    def preprocess(self) -> None:
        """Turn a template into what xgettext reads."""
        if self.is_templatized:
            text = Path(self.path).read_text(encoding="utf-8")
            ready = templatize(COMMENT.sub(r"\1\n", text), origin=self.path[2:])
            Path(self.work_path).write_text(ready, encoding="utf-8")


class Gather(makemessages.Command):
    """Makemessages that guesses no translation."""

    build_file_class = _File
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
    settings_available = (
        False  # the catalogue lies beside the files it is gathered from
    )


def gather(source: Path) -> Path:
    """Bring the catalogue of this copy of the package up to what its files say.

    Leaves the working directory as it was. Needs GNU gettext.
    """
    catalogue = source / CATALOGUE
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    here = Path.cwd()
    os.chdir(source)
    try:
        options = {"locale": ["ar"], "add_location": "file", "no_obsolete": True}
        call_command(Gather(), verbosity=0, **options)
    finally:
        os.chdir(here)
    gathered = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(DATES.sub("", gathered), encoding="utf-8")
    return catalogue


def main() -> int:
    """Gather and compile; the exit code is that of msgfmt."""
    django.setup()
    catalogue = gather(SOURCE)
    compiled = catalogue.with_suffix(".mo")
    command = [
        "msgfmt",
        "--check-format",
        "--statistics",
        "-o",
        str(compiled),
        str(catalogue),
    ]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairwitness.settings")
    sys.exit(main())
