from . import (
    test_account,
    test_booking,
    test_claim,
    test_month,
    test_claim_races,
    test_organisation,
    test_pass,
    test_plan_rules,
    test_space_free,
    test_subscription,
    test_tariff,
)
