"""The annual fees of the period, with the days and the assets they were reckoned on (S30)."""

from models.files.report.document import Block, Cell, Column, Kind, Section, Sentence, agree, table
from models.money import yuan_of_cents
from services.desk.clients import words
from services.desk.files.report.facts import ClientFacts, Told
from services.desk.storage.queries.charges import PostedFee


def fees(facts: ClientFacts, told: Told) -> tuple[Section, ...]:
    """Return the section; () where no fee was posted for a period that ended in the report's.

    Raises Unbalanced where a posted fee is not the sum of its rows.
    """
    shown = [fee for fee in facts.fees if told.period.holds(fee.period_to)]
    if not shown:
        return ()
    columns = (
        Column("产品", width=12),
        Column("起", Kind.DAY, width=13),
        Column("止", Kind.DAY, width=13),
        Column("计费天数", Kind.WHOLE, width=10),
        Column("日均受托资产(元)", Kind.YUAN, width=20),
        Column("年费(元)", Kind.YUAN, width=16, summed=True),
    )
    blocks: list[Block] = [table("", columns, [_row(fee) for fee in reversed(shown)])]
    blocks += [Sentence(said) for fee in reversed(shown) if (said := _said(fee))]
    return (Section("产品年费", tuple(blocks)),)


def _row(fee: PostedFee) -> tuple[Cell, ...]:
    if not fee.code and fee.rows:
        agree("产品年费", sum(row.fee_cents for row in fee.rows), fee.posted_cents)
    return (
        words.word(words.PRODUCTS, fee.product),
        fee.period_from,
        fee.period_to,
        fee.days,
        None if fee.code else yuan_of_cents(fee.average_cents),
        yuan_of_cents(fee.amount_cents),
    )


def _said(fee: PostedFee) -> str:
    """What is not to be seen from the row: that nothing was charged, or that it was corrected."""
    period = f"{fee.period_from} 至 {fee.period_to}"
    if fee.code and not fee.amount_cents:
        return f"{period} 的年费未收取:{words.word(words.FEE_CODES, fee.code)}。"
    if fee.amount_cents != fee.posted_cents:
        return (
            f"{period} 的年费原为 {yuan_of_cents(fee.posted_cents):,.2f} 元,"
            f"经复核更正为 {yuan_of_cents(fee.amount_cents):,.2f} 元。"
        )
    return ""
