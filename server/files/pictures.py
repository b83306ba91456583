"""Pictures are written anew: what is stored holds the pixels, and nothing else that the file carried.

So a place, a name or a second file that was hidden in it is gone. Runs in the examiner only.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from server.files import rules
from server.files.verdict import Refused, Verdict

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")


def rewrite(source: Path, content: Path, thumbnail: Path) -> Verdict:
    """Write the picture and its thumbnail. A moving picture becomes its first frame.

    Raises:
        Refused: it cannot be read, or has too many pixels.
    """
    Image.MAX_IMAGE_PIXELS = rules.PICTURE_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=FORMATS) as opened:
                was = opened.format
                if opened.width * opened.height > rules.PICTURE_PIXELS:
                    raise Refused("file_unreadable")
                if was == "JPEG":
                    opened.draft("RGB", (rules.PICTURE_SIDE, rules.PICTURE_SIDE))
                picture = _plain(opened)
    except Refused:
        raise
    except Exception as error:  # Pillow raises whatever a damaged file makes it meet
        raise Refused("file_unreadable") from error
    picture.thumbnail((rules.PICTURE_SIDE, rules.PICTURE_SIDE), Image.Resampling.LANCZOS)
    is_clear = picture.mode == "RGBA"
    # A photo as JPEG; drawings, and what one can see through, as PNG: every old program opens both.
    is_photo = not is_clear and was in ("JPEG", "WEBP")
    if is_photo:
        picture.save(content, "JPEG", quality=85, optimize=True, progressive=True)
    else:
        picture.save(content, "PNG", optimize=True)
    small(picture, thumbnail)
    return Verdict("jpg" if is_photo else "png", picture.width, picture.height)


def small(picture: Image.Image, thumbnail: Path) -> None:
    """Write the thumbnail of a picture."""
    picture = picture.copy()
    picture.thumbnail((rules.THUMBNAIL_SIDE, rules.THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    picture.save(thumbnail, "WEBP", quality=75)


def _plain(opened: Image.Image) -> Image.Image:
    """The pixels of the first frame, upright, in sRGB, without anything else."""
    profile = opened.info.get("icc_profile")
    picture = ImageOps.exif_transpose(opened)
    is_clear = picture.has_transparency_data
    picture = picture.convert("RGBA" if is_clear else "RGB")
    if profile:
        # A profile that cannot be read is left out: the colours are a little off then.
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            picture = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            ) or picture
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare
