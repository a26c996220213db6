from . import compost
