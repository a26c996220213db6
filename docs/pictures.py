"""Take the pictures of the documents from a running demo: ``setup/pictures`` calls it.

``python docs/pictures.py ADDRESS [NAME…]`` writes ``docs/NAME.png`` for each name below.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"wide": (1280, 800), "phone": (360, 740)}
ALLOWED = "Claire Fayolle"
REFUSED = "Kévin Prudhomme"

# name -> (login, size, function that brings the page to what is to be seen, website)
PICTURES = {}


def picture(name, login, size="wide", site=None):
    """Register a function as the way to picture ``name``."""

    def register(function):
        PICTURES[name] = (login, size, function, site)
        return function

    return register


class Visit:
    """One person's browser on the demo."""

    def __init__(self, browser, address, login, size, site=None):
        width, height = SIZES[size]
        # Each organisation has its website under a name of its own.
        self.address = address.replace("localhost", site) if site else address
        self.page = browser.new_page(
            viewport={"width": width, "height": height},
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        self.page.set_default_timeout(20_000)
        self.go("/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.wait_for_url(lambda url: "/web/login" not in url)

    def go(self, path):
        """Open a page of the demo and let it settle."""
        self.page.goto(self.address + path, timeout=120_000)

    def call(self, model, method, *arguments, **options):
        """Call a method of the server as this person."""
        return self.page.evaluate(
            """async ([model, method, args, kwargs]) => {
                const answer = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
                    method: "POST",
                    headers: {"Content-Type": "application/json"},
                    body: JSON.stringify({
                        jsonrpc: "2.0", method: "call",
                        params: {model, method, args, kwargs},
                    }),
                });
                const {result, error} = await answer.json();
                if (error) throw new Error(error.data.message);
                return result;
            }""",
            [model, method, arguments, options],
        )

    def action(self, xmlid, record=None, addon="clapier_supermarket"):
        """Open one of our actions, or a record in it."""
        path = f"/odoo/action-{addon}.{xmlid}"
        self.go(path + (f"/{record}" if record else ""))
        self.page.wait_for_selector(
            ".o_view_controller, .o_form_view, .o_coworking_day"
        )
        self.page.wait_for_timeout(1500)

    def member(self, name):
        """Return the id and the card of a person found by a part of their name."""
        rows = self.call(
            "res.partner",
            "search_read",
            [["name", "ilike", name], ["supermarket_holder_id", "=", False]],
            fields=["name", "barcode"],
            limit=1,
        )
        return rows[0]

    def open_till(self):
        """Open the till, its session too when it is closed."""
        config = self.call("pos.config", "search", [["name", "=", "Caisse 1"]])[0]
        self.go(f"/pos/ui/{config}")
        self.page.wait_for_selector(".product-screen, .login-overlay, .modal-dialog")
        for button in (
            ".login-overlay button.open-register-btn",
            ".modal-dialog .btn-primary",
        ):
            self.page.wait_for_timeout(1500)
            if self.page.locator(button).count():
                self.page.locator(button).first.click()
        self.page.wait_for_selector(".product-list .product")
        self.page.wait_for_timeout(1500)

    def scan(self, code):
        """Scan as a hand scanner does: keys faster than a person, then Enter."""
        self.page.keyboard.type(code, delay=5)
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(1500)

    def sell(self, card):
        """Put some products in the order of the person who holds ``card``."""
        self.scan(card)
        products = self.page.locator(".product-list .product")
        for index in range(3):
            products.nth(index).click()
            self.page.wait_for_timeout(400)
            validate = self.page.locator(".modal-dialog .btn-primary")
            if validate.count():
                validate.first.click()
                self.page.wait_for_timeout(300)


@picture("till-allowed", "caisse")
def till_allowed(visit):
    """A member at the till."""
    card = visit.member(ALLOWED)["barcode"]
    visit.open_till()
    visit.sell(card)


@picture("till-refused", "caisse")
def till_refused(visit):
    """A refused member: the reason, and who may decide otherwise."""
    card = visit.member(REFUSED)["barcode"]
    visit.open_till()
    visit.sell(card)
    visit.page.click(".pay-order-button")
    visit.page.wait_for_selector(".modal-dialog")


@picture("till-phone", "caisse", "phone")
def till_phone(visit):
    """The till on a phone."""
    card = visit.member(ALLOWED)["barcode"]
    visit.open_till()
    visit.sell(card)


@picture("members", "bureau")
def members(visit):
    """All members."""
    visit.action("supermarket_member_action")


@picture("member-form", "bureau")
def member_form(visit):
    """One member."""
    visit.action("supermarket_member_action", visit.member(ALLOWED)["id"])


@picture("register", "gerance")
def register(visit):
    """The register of share movements."""
    visit.action("supermarket_share_movement_action")


@picture("requests", "bureau")
def requests(visit):
    """Share requests by state."""
    visit.action("supermarket_share_request_action")


@picture("policy", "gerance")
def policy(visit):
    """Every number of the rules."""
    visit.action(
        "supermarket_policy_action", visit.call("supermarket.policy", "search", [])[0]
    )


@picture("overrides", "gerance")
def overrides(visit):
    """Refusals overridden at the till."""
    visit.action("supermarket_till_override_action")


@picture("shifts", "bureau")
def shifts(visit):
    """The shifts of a month."""
    visit.action("supermarket_shift_action")


@picture("shift-sheet", "bureau")
def shift_sheet(visit):
    """The attendance sheet of a shift to come."""
    shift = visit.call(
        "supermarket.shift",
        "search",
        [["state", "=", "open"], ["seats_taken", ">", 2]],
        limit=1,
    )[0]
    visit.action("supermarket_shift_action", shift)


@picture("shift-sheet-phone", "bureau", "phone")
def shift_sheet_phone(visit):
    """The attendance sheet on a phone: a card for each person."""
    shift_sheet(visit)
    people = visit.page.locator("[name=expected_ids] .o_kanban_renderer")
    people.evaluate("element => element.scrollIntoView()")
    visit.page.wait_for_timeout(500)


@picture("staffing", "bureau")
def staffing(visit):
    """Where people are missing in the next two weeks."""
    visit.action("supermarket_shift_staffing_action")


@picture("working-time", "bureau")
def working_time(visit):
    """One member's status, points and shifts."""
    partner = visit.member(REFUSED)["id"]
    worker = visit.call(
        "supermarket.shift.member", "search", [["partner_id", "=", partner]]
    )[0]
    visit.action("supermarket_shift_member_action", worker)


@picture("working-times", "bureau")
def working_times(visit):
    """Every member's status and points."""
    visit.action("supermarket_shift_member_action")


@picture("simulation", "gerance")
def simulation(visit):
    """Other rules tried on the past."""
    visit.action("supermarket_shift_simulation_action")


@picture("kiosk", "gerance")
def kiosk(visit):
    """The tablet at the door."""
    values = {"name": "Tablette de l'entrée"}
    found = visit.call("supermarket.shift.kiosk", "search", [], limit=1)
    record = found or visit.call("supermarket.shift.kiosk", "create", [values])
    [row] = visit.call("supermarket.shift.kiosk", "read", record, ["token"])
    visit.go(f"/shift/kiosk/{row['token']}")


@picture("import", "gerance")
def import_members(visit):
    """The import of members and products."""
    visit.action("supermarket_import_action")


@picture("coworking-day", "accueil")
def coworking_day(visit):
    """The day of all spaces and desks."""
    visit.action("coworking_day_action", addon="clapier_coworking")


@picture("coworking-bookings", "accueil")
def coworking_bookings(visit):
    """The bookings of a week."""
    visit.action("coworking_booking_action", addon="clapier_coworking")


@picture("coworking-door", "admin")
def coworking_door(visit):
    """The page at the door of a room."""
    [space] = visit.call(
        "coworking.space",
        "search_read",
        [["kind", "=", "room"], ["is_published", "=", True]],
        fields=["access_token"],
        limit=1,
    )
    visit.go(f"/space/{space['access_token']}")


def _cycle(visit, *states):
    """Return the id of a cycle of the families in one of these states, the latest."""
    domain = [["state", "in", states], ["public", "=", "family"]]
    return visit.call(
        "drive.cycle", "search", domain, order="date_pickup desc", limit=1
    )[0]


@picture("drive-cycle", "drive")
def drive_cycle(visit):
    """One order cycle that is being prepared."""
    cycle = _cycle(visit, "received", "closed")
    visit.action("drive_cycle_action", cycle, addon="clapier_drive")


@picture("drive-settlements", "drive")
def drive_settlements(visit):
    """What each producer is due."""
    visit.action("drive_settlement_action", addon="clapier_drive")
    visit.page.click(".o_group_header >> nth=0")
    visit.page.wait_for_timeout(800)


@picture("drive-prepare-phone", "drive", "phone")
def drive_prepare(visit):
    """The preparation on a volunteer's phone."""
    fields = ["prepare_token"]
    [row] = visit.call(
        "drive.cycle", "read", [_cycle(visit, "closed", "received")], fields
    )
    visit.go(f"/drive/prepare/{row['prepare_token']}")
    visit.page.wait_for_timeout(1500)


@picture("drive-host-phone", "admin", "phone")
def drive_host(visit):
    """The hand-over on a host's phone."""
    cycle = _cycle(visit, "closed", "received")
    [point] = visit.call(
        "drive.cycle.point",
        "search_read",
        [["cycle_id", "=", cycle], ["order_ids", "!=", False]],
        fields=["token"],
        limit=1,
    )
    visit.go(f"/drive/host/{point['token']}")
    visit.page.wait_for_timeout(1500)


def _portal(name, path, login="membre", site=None):
    for size in SIZES:
        full = name if size == "wide" else f"{name}-phone"
        PICTURES[full] = (login, size, lambda visit: visit.go(path), site)


_portal("portal-home", "/my")
_portal("portal-membership", "/my/membership")
_portal("portal-card", "/my/membership/card")
_portal("portal-shares", "/my/membership/shares")
_portal("portal-purchases", "/my/purchases")
_portal("portal-shifts", "/my/shifts")
_portal("portal-shift-book", "/my/shifts/book?section=all&free=0")
_portal("portal-shift-ledger", "/my/shifts/ledger")
_portal("portal-shift-leaves", "/my/shifts/leaves")
_portal("portal-shift-exchange", "/my/shifts/exchange")

_portal("spaces", "/spaces", "coworkeuse")
_portal("portal-bookings", "/my/bookings", "coworkeuse")
_portal("portal-desks", "/my/coworking/desks", "coworkeuse")
_portal("portal-plans", "/my/coworking/plans", "lea")
_portal("portal-trainings", "/my/trainings", "stagiaire")

SUPERCAGETTE = "supercagette.localhost"
_portal("drive-shop", "/shop", "famille", SUPERCAGETTE)
_portal("drive-baskets", "/my/baskets", "famille", SUPERCAGETTE)
_portal("drive-points", "/points", "famille", SUPERCAGETTE)
_portal("drive-producer", "/my/drive/producer", "producteur", SUPERCAGETTE)
_portal("compost", "/composters")


def _save(png, path):
    """Write a picture of few colours: a third of the size, and nobody sees it."""
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256).save(path, optimize=True)


def main(address, names):
    """Take the pictures called ``names``, or all; return the exit code."""
    failed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in names or PICTURES:
            login, size, prepare, site = PICTURES[name]
            visit = Visit(browser, address, login, size, site)
            try:
                prepare(visit)
                visit.page.wait_for_timeout(800)
                _save(visit.page.screenshot(), FOLDER / f"{name}.png")
                print(f"  {name}", flush=True)
            except Exception as error:
                failed.append(name)
                print(f"  {name}: {str(error).splitlines()[0]}", flush=True)
                visit.page.screenshot(
                    path=FOLDER.parent / ".clapier" / f"failed-{name}.png"
                )
            visit.page.close()
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
