from . import (
    test_account,
    test_booking,
    test_claim,
    test_desk,
    test_desk_guest,
    test_desk_kiosk,
    test_desk_portal,
    test_desk_races,
    test_claim_races,
    test_organisation,
    test_space_free,
    test_tariff,
)
