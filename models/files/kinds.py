"""Kinds of files that come in and go out."""

from enum import StrEnum


class ImportKind(StrEnum):
    """What a file brings."""

    CLIENTS = "clients"
    HOLDINGS = "holdings"
    CASH = "cash"


class ExportContent(StrEnum):
    """What a file takes out."""

    CLIENTS = "clients"
    HOLDINGS = "holdings"
    CASH = "cash"
    ASSESSMENT = "assessment"  # of the clients' managers


IMPORT_TITLES = {
    ImportKind.CLIENTS: "客户资料",
    ImportKind.HOLDINGS: "持仓对账单",
    ImportKind.CASH: "资金对账单",
}
EXPORT_TITLES = {
    ExportContent.CLIENTS: "客户清单",
    ExportContent.HOLDINGS: "持仓清单",
    ExportContent.CASH: "资金清单",
    ExportContent.ASSESSMENT: "客户经理考核",
}
