"""Whether messages can be translated is told as a page comes in: none has to ask for it."""

from __future__ import annotations

import pytest

from realtime import protocol
from tests.conftest import MakeNode, Records
from tests.factories import pair
from tests.realtime.conftest import Visit, make_live


@pytest.mark.parametrize("chosen", ["none", "apertium"])
async def test_a_page_is_told_whether_there_is_a_translator(
    make_node: MakeNode, sqlite_records: Records, visit: Visit, chosen: str
) -> None:
    node = await make_live(
        make_node, sqlite_records, translation=chosen, translation_url="http://127.0.0.1:1"
    )
    tied = await pair(node.database)
    page = await visit.page(node, tied.home.students[0].id)
    await page.greet()
    joined = await page.request(protocol.SpaceJoin(page.ref(), tied.space.id), protocol.SpaceJoined)
    assert joined.translates is (chosen != "none")
