from . import (
    door,
    kiosk,
    portal_desks,
    portal_trainings,
    training,
    training_wait,
    website_event,
)
