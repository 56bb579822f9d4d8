"""A picture is shown by one and deleted by another at one moment: it is shown, or there is none to show."""

from functools import partial

from passaparola.actions.design.pictures import ReadPicture, remove_picture, take_picture
from passaparola.actions.sharing.materials import add_material
from passaparola.domain.design.choices import PictureUse
from passaparola.domain.sharing.materials import MaterialKind
from passaparola.store.models import Material, Picture
from tests.databases import Database, only_postgres
from tests.histories import a_workspace
from tests.races import at_once
from tests.shops import GIVE_TEN, asked


@only_postgres
def test_a_picture_that_is_being_used_is_not_deleted_at_that_moment(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    for round_ in range(12):
        picture = ReadPicture(PictureUse.MATERIAL, "image/webp", 16, 16, bytes([round_]))
        take_picture(picture, asked=asked(workspace))
        given = {"title": "Our oven", "picture": picture.digest}
        at_once(
            partial(add_material, "give-ten", MaterialKind.PICTURE, given, asked=asked(workspace)),
            partial(remove_picture, picture.digest, asked=asked(workspace)),
        )
    shown = set(Material.objects.values_list("picture", flat=True))
    assert shown == set(Picture.objects.values_list("digest", flat=True))
