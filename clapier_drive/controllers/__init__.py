from . import baskets, cart, pages, recurring, shop, shop_checkout
