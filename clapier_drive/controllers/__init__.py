from . import prepare
from . import basket, host
from . import baskets, cart, pages, recurring, shop, shop_checkout
from . import producer
