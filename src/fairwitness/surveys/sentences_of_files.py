"""What is said of files: which are taken, what is taken out of them, why one is not."""

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from fairwitness.sifting.kinds import (
    FILMS,
    LARGEST,
    PAPERS,
    PICTURES,
    SOUNDS,
    Reason,
    Sort,
)


def what_is_taken(wanted: frozenset[Sort]) -> str:
    """Which kinds can be chosen, and how large a file may be."""
    kinds = []
    if wanted & PICTURES:
        # Translators: in a list of kinds of files.
        kinds.append(_("pictures (JPEG, PNG, WebP)"))
    if wanted & SOUNDS:
        # Translators: in a list of kinds of files.
        kinds.append(_("sound (MP3, M4A, WAV, Ogg Opus)"))
    if wanted & FILMS:
        # Translators: in a list of kinds of files.
        kinds.append(_("films (MP4, MOV)"))
    if wanted & PAPERS:
        # Translators: in a list of kinds of files.
        kinds.append(_("papers (PDF, plain text)"))
    # Translators: kinds is a list of kinds of files.
    return _("We can take %(kinds)s, up to %(megabytes)d MB.") % {
        "kinds": _(", ").join(kinds),
        "megabytes": LARGEST >> 20,
    }


def what_is_taken_out(wanted: frozenset[Sort]) -> str:
    """What becomes of a file before it is kept; said before anything is sent."""
    said = [
        _(
            "Before we keep a file, we take out what is hidden in it: the place, the time, the"
            " device, names of people and programs. What can be seen, heard or read in it stays."
            " We do not keep the name of the file."
        )
    ]
    if wanted & PICTURES:
        # Translators: by taking out what is hidden in it.
        said.append(_("A picture can lose a little of its sharpness."))
    if wanted & PAPERS:
        # Translators: by taking out what is hidden in it.
        said.append(
            _(
                "A PDF loses its notes and links; what something covers in it, such as a name"
                " under a black box, is still there."
            )
        )
    return " ".join(said)


def what_whole_means() -> str:
    """What it means to keep a file untouched."""
    return _(
        "An untouched file can prove more. It still tells what is hidden in it, to everybody who may see it."
    )


def named(sort: Sort) -> str:
    """A kind of file, for people."""
    if sort in PICTURES:
        # Translators: a kind of file.
        return _("Picture")
    if sort in SOUNDS:
        # Translators: a kind of file.
        return _("Sound")
    if sort in FILMS:
        # Translators: a kind of file.
        return _("Film")
    # Translators: a kind of file.
    return _("Text") if sort is Sort.TEXT else _("Paper (PDF)")


def described(sort: Sort, size: int, *, is_whole: bool) -> str:
    """A file that is kept: its kind, its size, and whether anything is hidden in it."""
    said = {"kind": named(sort), "size": filesizeformat(size)}
    if is_whole:
        # Translators: of a file; kind is such as Picture, size such as 2.1 MB.
        return _("%(kind)s, %(size)s, untouched") % said
    # Translators: of a file; kind is such as Picture, size such as 2.1 MB.
    return _("%(kind)s, %(size)s. What was hidden in it is taken out.") % said


def why_not(reason: Reason) -> str:
    """Why a file is not taken, and what to do."""
    sentences = {
        Reason.MISSING: _("Choose a file."),
        Reason.EMPTY: _("This file is empty. Choose another one."),
        Reason.TOO_LARGE: _(
            "This file is larger than %(megabytes)d MB. Choose a shorter piece of it, or a smaller"
            " copy; or keep it in a safe place and write to us what it shows."
        )
        % {"megabytes": LARGEST >> 20},
        Reason.TOO_MANY: _(
            "These are as many files as we can take at once. Send your report, and add more with"
            " your code, or remove one here."
        ),
        Reason.TOO_MUCH: _(
            "All files together are larger than we can take at once. Send your report, and add"
            " more with your code, or remove one here."
        ),
        Reason.ARCHIVE: _(
            "This is an archive: we cannot look into it safely. Take the file out of it, and"
            " choose that one."
        ),
        Reason.OFFICE: _(
            "We cannot take documents of office programs. Save it as PDF, or take a picture of it,"
            " and choose that."
        ),
        Reason.MARKUP: _(
            "We cannot take web pages and drawings of this kind. Take a picture of the screen, or"
            " save it as PDF, and choose that."
        ),
        Reason.HEIC: _(
            "Your telephone keeps pictures in a way (HEIC) that we cannot read. Save it as JPEG,"
            " or take a picture of the screen, and choose that."
        ),
        Reason.TWO_KINDS: _(
            "This file is two kinds of file at once, so we cannot look into it safely. Take a"
            " picture of the screen that shows it, and choose that."
        ),
        Reason.DAMAGED: _(
            "This file is not whole. Open it and save it again; or tick “Keep it untouched” and"
            " choose it again."
        ),
        Reason.TOO_MANY_PIXELS: _(
            "This picture is too large to be opened safely: more than 50 million pixels. Save it"
            " smaller, and choose that."
        ),
        Reason.MOVING: _(
            "This picture moves, and we could keep its first moment only. Send it as a film (MP4);"
            " or tick “Keep it untouched” and choose it again."
        ),
        Reason.LOCKED: _(
            "This file is locked with a password. Save it without one; or tick “Keep it untouched”"
            " and choose it again."
        ),
        Reason.NOT_CLEANED: _(
            "We cannot take out what is hidden in this file. Tick “Keep it untouched” and choose"
            " it again, or leave it out and tell us what it shows."
        ),
        Reason.ANOTHER_KIND: _(
            "This question asks for another kind of file. Choose one of the kinds that are named"
            " here."
        ),
        Reason.TOO_LONG: _(
            "This file took too long to look at. Save it again, smaller, or choose another one."
        ),
        Reason.BUSY: _(
            "Many people are sending files just now. Try again in a minute; or go on without it,"
            " and add it later with your code."
        ),
    }
    sentences[Reason.NOT_HERE] = sentences[Reason.NOT_CLEANED]
    sentences[Reason.FULL] = sentences[Reason.BUSY]
    return sentences.get(
        reason,
        _(
            "We cannot take this kind of file. Take a picture of the screen that shows it, or save"
            " it as PDF, and choose that."
        ),
    )
