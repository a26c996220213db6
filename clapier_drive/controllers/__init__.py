from . import (
    basket,
    cart,
    host,
    pages,
    baskets,
    prepare,
    producer,
    recurring,
    shop,
    shop_checkout,
)
from . import institution, producer, producers_website
