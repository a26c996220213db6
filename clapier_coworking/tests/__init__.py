from . import (
    test_account,
    test_booking,
    test_claim,
    test_notice,
    test_claim_races,
    test_organisation,
    test_space_free,
    test_tariff,
)
