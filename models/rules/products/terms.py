"""What a product contains and how it is delivered (service-system S27-S31)."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.rules.basis.settings.products import ProductsSettings
from models.rules.basis.settings.words import Product


@dataclass(frozen=True, slots=True)
class ProductTerms:
    """Content and channels by the words of the profile."""

    content: tuple[str, ...]
    delivery: tuple[str, ...] | None
    quotes: str | None
    trading_system: str | None
    reason: str
    source: str = "S27-S31"


def terms(settings: ProductsSettings, product: Product) -> ProductTerms:
    """Return what the client gets; SYSTEM, CONTENT or DELIVERY_NOT_CONFIGURED where it is unset."""
    own = settings.of(product)
    return ProductTerms(
        content=content_of(settings, product),
        delivery=own.delivery,
        quotes=own.quotes,
        trading_system=own.trading_system,
        reason=_missing(settings, product),
    )


def _missing(settings: ProductsSettings, product: Product) -> str:
    own = settings.of(product)
    contents = [settings.of(each).content for each in _included(settings, product)]
    needed = (
        (own.quotes, "SYSTEM_NOT_CONFIGURED"),
        (own.trading_system, "SYSTEM_NOT_CONFIGURED"),
        (None if None in contents else contents, "CONTENT_NOT_CONFIGURED"),
        (own.delivery, "DELIVERY_NOT_CONFIGURED"),
    )
    return next((reason for setting, reason in needed if setting is None), "")


def content_of(settings: ProductsSettings, product: Product) -> tuple[str, ...]:
    """Return the content of what a product includes, then its own."""
    chain = tuple(_included(settings, product))
    return tuple(item for each in reversed(chain) for item in settings.of(each).content or ())


def _included(settings: ProductsSettings, product: Product) -> Iterator[Product]:
    """Yield ``product`` and what it includes, each once."""
    seen: set[Product] = set()
    inner: Product | None = product
    while inner is not None and inner not in seen:
        seen.add(inner)
        yield inner
        inner = settings.of(inner).includes
