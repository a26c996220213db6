from . import (
    door,
    feed,
    kiosk,
    portal_bookings,
    portal_desks,
    spaces,
    spaces_book,
    spaces_series,
    portal_trainings,
    training,
    training_wait,
    website_event,
)
