from . import (
    test_allocation,
    test_basket,
    test_cents,
    test_closing,
    test_crate_plan,
    test_crates,
    test_cycle,
    test_hold_races,
    test_notice,
    test_office,
    test_organisation,
    test_sharing,
)
