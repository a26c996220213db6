from . import (
    test_account,
    test_booking,
    test_booking_recurrence,
    test_claim,
    test_day_board,
    test_office,
    test_organisation,
    test_recurrence,
    test_space_free,
    test_tariff,
)
