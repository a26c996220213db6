from . import (
    test_allergen,
    test_balance_rule,
    test_charter_rule,
    test_fridge,
    test_fridge_http,
    test_fridge_races,
    test_organisation,
    test_reservation,
    test_reservation_races,
    test_service,
    test_settlement_rule,
)
