from . import (
    kiosk,
    portal,
    portal_purchases,
    portal_shares,
    portal_shifts,
    portal_shift_exchange,
)
