from . import (
    portal_trainings,
    training,
    training_wait,
    website_event,
)
