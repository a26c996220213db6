"""How a batch of mushrooms yields, without a database."""

from datetime import timedelta


def efficiency(fresh, dry):
    """Return the biological efficiency in percent: fresh weight over dry substrate.

    :raise ValueError: no dry substrate
    """
    if dry <= 0:
        raise ValueError("a batch has dry substrate")
    return 100 * fresh / dry


def next_flush(inoculated_on, harvests, incubation_days, interval_days, flush_max):
    """Return the day the next flush is expected, None after the last one.

    :param inoculated_on: date
    :param harvests: dates of the flushes so far
    :param incubation_days: from inoculation to the first flush
    :param interval_days: from one flush to the next
    :param flush_max: flushes that a batch gives
    """
    if len(harvests) >= flush_max:
        return None
    if harvests:
        return max(harvests) + timedelta(days=interval_days)
    return inoculated_on + timedelta(days=incubation_days)


def next_weight(dry, target, harvested, flush_count, flush_max):
    """Return the kg expected of the next flush: what is left, shared equally.

    :param dry: kg of dry substrate
    :param target: biological efficiency expected over the whole batch, in percent
    :param harvested: kg so far
    """
    left = flush_max - flush_count
    if left <= 0:
        return 0.0
    return max(0.0, dry * target / 100 - harvested) / left
