from . import basket, host
