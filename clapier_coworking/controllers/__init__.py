from . import door
from . import kiosk, portal_desks
