"""Decodes a picture and encodes it anew: the pixels, upright, and nothing else."""

import io
from typing import Any

from PIL import Image, ImageCms, ImageOps, PngImagePlugin, UnidentifiedImageError
from PIL.Image import DecompressionBombError, DecompressionBombWarning

from fairwitness.sifting.kinds import MOST_PIXELS, Reason, Sort, Unwanted

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
PngImagePlugin.MAX_TEXT_MEMORY = 1_000_000
_FORMATS = {Sort.JPEG: "JPEG", Sort.PNG: "PNG", Sort.WEBP: "WEBP"}
_QUALITY = 88
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError)
_TOO_MANY = (DecompressionBombError, DecompressionBombWarning)


def clean_picture(content: bytes, sort: Sort) -> bytes:
    """The picture encoded anew. Errors: `Unwanted`, when it is damaged, moves or is too large."""
    try:
        with Image.open(io.BytesIO(content), formats=[_FORMATS[sort]]) as picture:
            return _encoded(_upright(picture, sort), sort, content)
    except _TOO_MANY:
        raise Unwanted(Reason.TOO_MANY_PIXELS) from None
    except _BROKEN:
        raise Unwanted(Reason.DAMAGED) from None


def _upright(picture: Image.Image, sort: Sort) -> Image.Image:
    """The pixels alone, in the colours of a screen, turned as the picture said."""
    if picture.width * picture.height > MOST_PIXELS:
        raise Unwanted(Reason.TOO_MANY_PIXELS)
    if sort is not Sort.JPEG and getattr(picture, "n_frames", 1) > 1:
        raise Unwanted(Reason.MOVING)
    picture.load()
    profile = picture.info.get("icc_profile")
    ImageOps.exif_transpose(picture, in_place=True)
    plain = _in_screen_colours(picture, profile) or _converted(picture, sort)
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    return fresh


def _converted(picture: Image.Image, sort: Sort) -> Image.Image:
    mode = _mode_of(picture, sort)
    return picture if picture.mode == mode else picture.convert(mode)


def _mode_of(picture: Image.Image, sort: Sort) -> str:
    is_clear = picture.has_transparency_data and sort is not Sort.JPEG
    if is_clear:
        return "RGBA"
    return "L" if picture.mode in {"1", "L"} and sort is not Sort.WEBP else "RGB"


def _in_screen_colours(
    picture: Image.Image, profile: bytes | None
) -> Image.Image | None:
    """The picture with its colour profile worked in; none where it has none that serves."""
    if not profile or picture.mode not in {"RGB", "CMYK"}:
        return None
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        screen = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, theirs, screen, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return None


def _encoded(fresh: Image.Image, sort: Sort, content: bytes) -> bytes:
    how: dict[str, Any] = {"quality": _QUALITY}
    if sort is Sort.PNG:
        how = {"compress_level": 6}
    elif sort is Sort.WEBP:
        how = {"lossless": True} if content[12:16] == b"VP8L" else {"quality": _QUALITY}
    written = io.BytesIO()
    fresh.save(written, _FORMATS[sort], **how)
    return written.getvalue()


def warm_up() -> None:
    """Load whatever these formats need, while files can still be opened."""
    for sort, name in _FORMATS.items():
        tiny = io.BytesIO()
        Image.new("RGB", (2, 2)).save(tiny, name)
        clean_picture(tiny.getvalue(), sort)
    ImageCms.createProfile("sRGB")
