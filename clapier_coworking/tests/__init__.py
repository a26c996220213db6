from . import (
    test_account,
    test_claim,
    test_month,
    test_organisation,
    test_pass,
    test_plan_rules,
    test_space_free,
    test_subscription,
    test_tariff,
)
