from . import (
    portal_plans,
)
from . import door
from . import kiosk, portal_desks
