"""``central hand-over``: asks for clients to go to another manager, of another branch too."""

from typing import Annotated

import typer

from app.commands.files.imports import As
from app.commands.files.person import Person, enclose, have_answered, with_person
from app.commands.nights import told_failures


def hand_over(  # noqa: PLR0913 - what a person typed, one word each
    context: typer.Context,
    clients: Annotated[list[str], typer.Argument(help="客户号;家庭须整体移交")],
    to: Annotated[str, typer.Option("--to", help="接收人工号")],
    reason: Annotated[str, typer.Option("--reason", help="理由,复核人可见")],
    person: As = "BM01",
    to_branch: Annotated[str, typer.Option(help="接收营业部;缺省为客户所在营业部")] = "",
    from_branch: Annotated[str, typer.Option(help="客户所在营业部,总部提出时须写明")] = "",
    day: Annotated[str, typer.Option("--date", help="移交日;缺省为今天")] = "",
) -> None:
    """申请客户移交;输出复核编号,由接收营业部负责人或总部合规复核(central decide)。"""
    from models.dates import moment_text
    from models.wire.service.clients import HandOverClients

    async def run(who: Person) -> str:
        from_on = day or moment_text(who.clock.now())[:10]
        given = HandOverClients(tuple(clients), to, from_on, reason, from_branch, to_branch)
        sent = enclose(who, [given], clients[0])
        await have_answered(who, sent)
        return sent[0].command_id

    with told_failures():
        typer.echo(f"已提交复核,复核编号 {with_person(context, person, run)}")
