from . import (
    portal,
    portal_purchases,
    portal_shares,
)
