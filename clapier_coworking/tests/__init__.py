from . import (
    test_account,
    test_booking,
    test_booking_end,
    test_claim,
    test_door,
    test_notice,
    test_notice_races,
    test_claim_races,
    test_organisation,
    test_space_free,
    test_tariff,
)
