from . import prepare
from . import basket, host
