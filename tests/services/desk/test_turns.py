"""Long work upon the loop lets others have their turn."""

import asyncio

from services.desk.turns import by_turns


async def test_others_have_their_turn_and_the_items_are_those_of_the_beginning() -> None:
    items, seen, turns = list(range(200)), list[int](), list[int]()

    async def others() -> None:
        while True:
            turns.append(len(seen))
            items.clear()
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    async for item in by_turns(items):
        seen.append(item)
    beside.cancel()

    assert seen == list(range(200))
    assert max(after - before for before, after in zip(turns, turns[1:], strict=False)) <= 50
