from . import baskets, pages, recurring, shop, shop_checkout
