"""Commands about SMS products and products A-E (service-system S19-S31)."""

from typing import Literal

import msgspec

from models.rules.basis.settings.words import Product, Sms


class SubscribeSms(msgspec.Struct, frozen=True, tag="subscribe_sms"):
    """Months of SMS1-3, paid; ``payment_ref`` proves the payment. A running one is extended."""

    subscription_id: str
    client_id: str
    product: Sms
    months: int
    payment_ref: str


class CancelSubscription(msgspec.Struct, frozen=True, tag="cancel_subscription"):
    """End an SMS subscription or a product A-E after ``last_day``; the prior rate comes back."""

    subscription_id: str
    client_id: str
    last_day: str
    reason: str


class ApplyForProduct(msgspec.Struct, frozen=True, tag="apply_for_product"):
    """Begin an application for A-E; ``months`` 0 = open, ``switch_from`` = what he leaves."""

    application_id: str
    client_id: str
    product: Product
    action: Literal["new", "renew"]
    months: int
    initiative: Literal["client", "staff"]
    on_site: bool = False
    discretionary: bool = False
    switch_from: Product | None = None


class SignApplication(msgspec.Struct, frozen=True, tag="sign_application"):
    """Agreement and risk statement are signed, warning and recording where they are due."""

    application_id: str
    client_id: str
    agreement_ref: str
    risk_statement_ref: str
    recording_ref: str
    warning_signed: bool


class SubmitApplication(msgspec.Struct, frozen=True, tag="submit_application"):
    """Ask the second person to approve a signed application."""

    application_id: str
    client_id: str


class WithdrawApplication(msgspec.Struct, frozen=True, tag="withdraw_application"):
    """The client does not want it any more (before it is submitted)."""

    application_id: str
    client_id: str
    note: str


class ChangeBaseRate(msgspec.Struct, frozen=True, tag="change_base_rate"):
    """Ask for another base rate (0.0001 permille, all-in) from a day on."""

    client_id: str
    rate_units: int
    starts_on: str
    reason: str


class CorrectFee(msgspec.Struct, frozen=True, tag="correct_fee"):
    """Ask to charge a posted annual fee ``amount_cents`` in all (0 = reversed), for a reason."""

    correction_id: str
    client_id: str
    fee_id: str
    amount_cents: int
    source: str


class RequestRateException(msgspec.Struct, frozen=True, tag="request_rate_exception"):
    """Ask that a product may be quoted at ``rate_units`` (all-in) to this client, to a last day.

    For a product whose own rate would reach its ceiling (D4); an application made meanwhile ends
    with it at the latest.
    """

    exception_id: str
    client_id: str
    product: Product
    rate_units: int
    until: str
    reason: str


class RevokeRateException(msgspec.Struct, frozen=True, tag="revoke_rate_exception"):
    """Ask that an approved exception ends after ``last_day`` already, and what rests on it."""

    exception_id: str
    client_id: str
    last_day: str
    reason: str


ProductCommand = (
    SubscribeSms
    | CancelSubscription
    | ApplyForProduct
    | SignApplication
    | SubmitApplication
    | WithdrawApplication
    | ChangeBaseRate
    | CorrectFee
    | RequestRateException
    | RevokeRateException
)
