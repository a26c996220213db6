from . import (
    test_account,
    test_claim,
    test_event_seat_races,
    test_event_seats,
    test_organisation,
    test_space_free,
    test_tariff,
)
