"""Pictures that people upload: decoded, bare of what the camera knew, made small, encoded anew. Nothing of the file itself is kept."""

import hashlib
import struct
import threading
import warnings
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.domain.design.choices import ROOMS, PictureUse, Room
from passaparola.domain.tongue import gettext_noop
from passaparola.domain.values import value
from passaparola.store.read.design import PictureRow, pictures_kept, pictures_of, pictures_used
from passaparola.store.write.design import add_picture
from passaparola.store.write.design import remove_picture as delete_picture

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 24_000_000  # decoded at once; a photograph in JPEG is decoded smaller, and may have twice as many
SHORTEST_SIDE = 16
MOST_PICTURES, MOST_KEPT = 500, 200_000_000  # of a workspace; bytes
TOO_MANY, IN_USE = "too_many_pictures", "picture_in_use"
_QUALITIES = (82, 72, 60, 48)
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError, struct.error,
    UnidentifiedImageError, Image.DecompressionBombError,
)  # fmt: skip
_ORIENTATION = 0x0112  # the tag of EXIF
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ONE_AT_A_TIME = threading.BoundedSemaphore(1)  # a large picture takes a few hundred megabytes until it is small


class UnableToReadPicture(ValueError):
    """`sentence` with `said` says what is wrong and how to mend it."""

    def __init__(self, sentence: str, **said: str):
        self.sentence, self.said = sentence, said
        super().__init__(sentence % said if said else sentence)


@value(frozen=True, slots=True)
class ReadPicture:
    """A picture made ready: its bytes as they will be sent, and what is in them."""

    use: PictureUse
    content_type: str
    width: int
    height: int
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_picture(raw: bytes, use: PictureUse, *, most_bytes: int) -> ReadPicture:
    """Decode a PNG, JPEG or WebP file, turn it upright, take all else out of it, scale it and encode it as WebP within the room of its use.

    Takes a moment: call it outside of a transaction. Raises UnableToReadPicture.
    """
    if len(raw) > most_bytes:
        raise UnableToReadPicture(
            gettext_noop("The file is too large: at most %(most)s MB."), most=f"{most_bytes / 1_000_000:g}"
        )
    room = ROOMS[use]
    with _ONE_AT_A_TIME:
        picture = _decoded(raw, room)
    content, picture = _within(picture, room)
    return ReadPicture(use, "image/webp", picture.width, picture.height, content)


def take_picture(picture: ReadPicture, *, asked: Asked) -> Performed[PictureRow]:
    """Keep a picture that was read. The same again is the one that is there.

    Refused: `too_many_pictures` (409) beyond 500 pictures or 200 MB of a workspace. Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _take(picture, desk))


def remove_picture(digest: str, *, asked: Asked) -> Performed[bool]:
    """Delete a picture that nothing shows; whether there was one. Refused: `picture_in_use` (409). Raises IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _remove(digest, desk))


def _remove(digest: str, desk: Desk) -> bool:
    workspace = desk.workspace.id
    if digest not in pictures_of(desk.session, workspace, [digest], hold="UPDATE"):
        return False
    if digest in pictures_used(desk.session, workspace):
        raise Refusal(IN_USE, gettext_noop("this picture is shown somewhere: take it away there first"))
    desk.act("picture.remove", "", digest=digest)
    delete_picture(desk.session, workspace, digest)
    return True


def _check_room(picture: ReadPicture, desk: Desk) -> None:
    count, weight = pictures_kept(desk.session, desk.workspace.id)
    if count >= MOST_PICTURES or weight + len(picture.content) > MOST_KEPT:
        sentence = gettext_noop(
            "there is room for %(most)s pictures and %(mb)s MB in all: delete some that nothing shows"
        )
        raise Refusal(TOO_MANY, sentence, said={"most": str(MOST_PICTURES), "mb": str(MOST_KEPT // 1_000_000)})


def _take(picture: ReadPicture, desk: Desk) -> PictureRow:
    workspace, digest = desk.workspace.id, picture.digest
    if digest not in pictures_of(desk.session, workspace, [digest]):
        _check_room(picture, desk)
        desk.act("picture.take", "", digest=digest, use=str(picture.use), width=picture.width, height=picture.height)
        row = {
            "digest": digest,
            "use": str(picture.use),
            "content_type": picture.content_type,
            "width": picture.width,
            "height": picture.height,
            "content": picture.content,
        }
        add_picture(desk.session, workspace, row, desk.now)
    return pictures_of(desk.session, workspace, [digest])[digest]


def _decoded(raw: bytes, room: Room) -> Image.Image:
    """The pixels, made small, upright, in sRGB's channels; of an animation the first picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = Image.open(BytesIO(raw), formats=FORMATS)
            _must_be_of_size(opened)
            opened.draft("RGB", (room.width * 2, room.height * 2))
            opened.load()
            turn = _UPRIGHT.get(opened.getexif().get(_ORIENTATION, 1))
            return _upright(opened, turn, room)
    except UnableToReadPicture:
        raise
    except _BROKEN:
        raise UnableToReadPicture(_NO_PICTURE) from None


def _must_be_of_size(opened: Image.Image) -> None:
    most = MOST_PIXELS * (2 if opened.format == "JPEG" else 1)
    if opened.width * opened.height > most:
        raise UnableToReadPicture(
            gettext_noop("The picture has too many pixels: at most %(most)s million. Make it smaller first."),
            most=str(most // 1_000_000),
        )
    if min(opened.size) < SHORTEST_SIDE:
        raise UnableToReadPicture(
            gettext_noop("The picture is too small: at least %(least)s pixels on each side."),
            least=str(SHORTEST_SIDE),
        )


def _upright(picture: Image.Image, turn: Image.Transpose | None, room: Room) -> Image.Image:
    """Made small first and turned then, so that the large one is there once. Nothing of its EXIF is written anew."""
    see_through = "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA")
    wanted = "RGBA" if see_through else "RGB"
    if picture.mode != wanted:
        picture = picture.convert(wanted)
    lying = turn in (
        Image.Transpose.TRANSPOSE,
        Image.Transpose.TRANSVERSE,
        Image.Transpose.ROTATE_90,
        Image.Transpose.ROTATE_270,
    )
    picture.thumbnail((room.height, room.width) if lying else (room.width, room.height), Image.Resampling.LANCZOS)
    return picture if turn is None else picture.transpose(turn)


_NO_PICTURE = gettext_noop("This is no picture that can be read. Use a PNG, JPEG or WebP file.")


def _within(picture: Image.Image, room: Room) -> tuple[bytes, Image.Image]:
    """Encoded as small as its room: first less exact, then smaller."""
    content = _encoded(picture, _QUALITIES[0])
    while len(content) > room.weight:
        for quality in _QUALITIES[1:]:
            content = _encoded(picture, quality)
            if len(content) <= room.weight:
                return content, picture
        smaller = (max(SHORTEST_SIDE, picture.width * 4 // 5), max(SHORTEST_SIDE, picture.height * 4 // 5))
        if smaller == picture.size:
            break
        picture = picture.resize(smaller, Image.Resampling.LANCZOS)
        content = _encoded(picture, _QUALITIES[0])
    return content, picture


def _encoded(picture: Image.Image, quality: int) -> bytes:
    into = BytesIO()
    bare = Image.new(
        picture.mode, picture.size
    )  # without the info of the file: no EXIF, no place, no profile, no thumbnail
    bare.paste(picture)
    bare.save(into, "WEBP", quality=quality, method=4)
    return into.getvalue()
