from . import (
    test_allocation,
    test_basket,
    test_cents,
    test_closing,
    test_crates,
    test_cycle,
    test_hold_races,
    test_host,
    test_notice,
    test_office,
    test_organisation,
    test_sharing,
)
