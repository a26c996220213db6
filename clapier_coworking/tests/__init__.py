from . import (
    test_account,
    test_booking,
    test_claim,
    test_organisation,
    test_recurrence,
    test_space_free,
    test_tariff,
)
