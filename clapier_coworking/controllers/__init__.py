from . import feed, portal_bookings, spaces, spaces_book, spaces_series
