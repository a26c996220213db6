from . import (
    test_allergen,
    test_balance_rule,
    test_charter_rule,
    test_compost,
    test_compost_page,
    test_compost_rule,
    test_organisation,
    test_reservation,
    test_reservation_races,
    test_service,
    test_settlement_rule,
)
