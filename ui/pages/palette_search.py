"""Clients and securities in the command palette: typed there, found here, opened by the pages."""

from PySide6.QtCore import QObject, Signal

from models.clients.card import CardPage, CardQuery
from ui.bridge.tasks import Tasks
from ui.pages.parts.securities import offers
from ui.ports import DeskPorts
from ui.shell.command_palette import CommandPalette, PaletteItem
from widgets.paint.words import word

OFFERED = 6
CLIENTS, SECURITIES = "clients", "securities"


class PaletteSearch(QObject):
    """Answers what is typed into the palette; lives as long as the palette."""

    client_chosen = Signal(str)
    security_chosen = Signal(str)

    def __init__(self, ports: DeskPorts, tasks: Tasks, palette: CommandPalette) -> None:
        super().__init__(palette)
        self._ports = ports
        self._tasks = tasks
        self._palette = palette
        palette.add_group(CLIENTS, self.tr("客户"))
        palette.add_group(SECURITIES, self.tr("证券"))
        palette.typed.connect(self._find)
        palette.chosen.connect(self._take)

    def _find(self, text: str) -> None:
        wanted = text.strip()
        if not wanted:
            return
        found = offers(self._ports.market, wanted)[:OFFERED]
        self._palette.offer(
            SECURITIES, tuple(PaletteItem(item.key, item.title, item.note) for item in found)
        )
        work = self._ports.clients.find(CardQuery(text=wanted))
        self._tasks.start(work, self._offer_clients, name="palette")

    def _offer_clients(self, page: CardPage) -> None:
        self._palette.offer(
            CLIENTS,
            tuple(
                PaletteItem(card.client_id, f"{card.name} · {word(card.tier)}", card.account)
                for card in page.cards[:OFFERED]
            ),
        )

    def _take(self, group: str, key: str) -> None:
        if group == CLIENTS:
            self.client_chosen.emit(key)
        elif group == SECURITIES:
            self.security_chosen.emit(key)
