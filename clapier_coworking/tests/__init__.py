from . import (
    test_account,
    test_booking,
    test_bookings_portal,
    test_claim,
    test_organisation,
    test_recurrence,
    test_space_free,
    test_spaces_book,
    test_spaces_pages,
    test_spaces_tours,
    test_tariff,
)
