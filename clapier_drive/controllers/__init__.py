from . import institution, producer, producers_website
