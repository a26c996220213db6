from .models.event_registration_seats import drop_triggers


def uninstall_hook(env):
    """Take the counters of seats out of the tables of events, which remain."""
    drop_triggers(env.cr)
