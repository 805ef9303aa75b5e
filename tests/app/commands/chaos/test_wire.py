"""A wire can be cut within a message: what went before arrives, nothing after it."""

import asyncio

from app.commands.chaos.stage.wire import wire_to_port


async def heard_through(cut_after: int | None) -> bytes:
    """What an echo of ten bytes comes to when the wire lets so many pass."""
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        wire = wire_to_port(server.sockets[0].getsockname()[1])
        await wire.mend()
        _, writer = await asyncio.open_connection("127.0.0.1", wire.port)
        if cut_after is not None:
            wire.cut_after(cut_after)
        writer.write(b"0123456789")
        writer.close()
        async with asyncio.timeout(20):
            while not heard:
                await asyncio.sleep(0)
        await wire.cut()
    return heard[0]


async def test_a_whole_wire_carries_everything() -> None:
    assert await heard_through(None) == b"0123456789"


async def test_a_message_arrives_in_part() -> None:
    assert await heard_through(4) == b"0123"
