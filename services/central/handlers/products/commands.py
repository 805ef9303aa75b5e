"""Commands about SMS products and products A-E."""

from typing import assert_never

from models.wire.service.products import (
    ApplyForProduct,
    CancelSubscription,
    ChangeBaseRate,
    CorrectFee,
    ProductCommand,
    RequestRateException,
    RevokeRateException,
    SignApplication,
    SubmitApplication,
    SubscribeSms,
    WithdrawApplication,
)
from services.central.handlers.products.apply import (
    apply_for_product,
    sign_application,
    submit_application,
    withdraw_application,
)
from services.central.handlers.products.base_rate import request_base_rate
from services.central.handlers.products.end import cancel_subscription
from services.central.handlers.products.exception import request_rate_exception, request_revocation
from services.central.handlers.products.fee import request_fee_correction
from services.central.handlers.products.purchase import subscribe_sms
from services.central.handlers.work import Work


async def apply_product_command(work: Work, command: ProductCommand) -> None:
    """Find the handler of a command of this kind."""
    match command:
        case SubscribeSms():
            await subscribe_sms(work, command)
        case CancelSubscription():
            await cancel_subscription(work, command)
        case ApplyForProduct():
            await apply_for_product(work, command)
        case SignApplication():
            await sign_application(work, command)
        case SubmitApplication():
            await submit_application(work, command)
        case WithdrawApplication():
            await withdraw_application(work, command)
        case ChangeBaseRate():
            await request_base_rate(work, command)
        case CorrectFee():
            await request_fee_correction(work, command)
        case RequestRateException():
            await request_rate_exception(work, command)
        case RevokeRateException():
            await request_revocation(work, command)
        case _:
            assert_never(command)
