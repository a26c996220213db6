from . import (
    door,
    kiosk,
    portal_desks,
    portal_plans,
)
