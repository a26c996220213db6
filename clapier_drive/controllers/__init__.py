from . import prepare
