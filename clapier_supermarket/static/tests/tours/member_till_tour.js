import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as OfflineUtil from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";
import * as MemberTill from "./utils/member_till_util";

const tours = registry.category("web_tour.tours");

// Cards of the members in test_till_tours.py
const AHMED = "0420000000013";
const ZOE = "0420000000020";
const LINA = "0420000000037";

tours.add("supermarket_till_member", {
    steps: () =>
        [
            MemberTill.open(),
            MemberTill.isNotLoaded(AHMED),
            MemberTill.scan(AHMED),
            MemberTill.cardShows(
                "allowed",
                "Ahmed Belkacem",
                "May shop",
                "Member since",
                "Lina"
            ),
            ProductScreen.clickDisplayedProduct("Apples"),
            MemberTill.pressPay(),
            MemberTill.cardShows("allowed", "Ahmed Belkacem"),
            MemberTill.pay(),
            Chrome.endTour(),
        ].flat(),
});

tours.add("supermarket_till_by_name", {
    steps: () =>
        [
            MemberTill.open(),
            MemberTill.isNotLoaded(LINA),
            MemberTill.chooseByName("lina", "Lina Belkacem"),
            MemberTill.cardShows(
                "allowed",
                "Lina Belkacem",
                "Attached to Ahmed Belkacem"
            ),
            ProductScreen.clickDisplayedProduct("Apples"),
            MemberTill.pressPay(),
            MemberTill.pay(),
            Chrome.endTour(),
        ].flat(),
});

tours.add("supermarket_till_refused", {
    steps: () =>
        [
            MemberTill.open(),
            ProductScreen.clickDisplayedProduct("Apples"),
            MemberTill.pressPay(),
            MemberTill.saleIsRefused("Only members shop here"),
            MemberTill.backFromRefusal(),
            MemberTill.scan(ZOE),
            MemberTill.cardShows(
                "refused",
                "Zoé Bernard",
                "Refused",
                "Blocked by the member office"
            ),
            MemberTill.pressPay(),
            MemberTill.saleIsRefused("Blocked by the member office"),
            MemberTill.backFromRefusal(),
            Chrome.endTour(),
        ].flat(),
});

tours.add("supermarket_till_overridden", {
    steps: () =>
        [
            MemberTill.open(),
            MemberTill.scan(ZOE),
            ProductScreen.clickDisplayedProduct("Apples"),
            MemberTill.pressPay(),
            MemberTill.openOverride(),
            MemberTill.override({
                manager: "Odile Perrin",
                code: "000000",
                reason: "Baby milk",
                message: "not the till code of Odile Perrin",
            }),
            MemberTill.override({ code: "480237", reason: "Baby milk" }),
            MemberTill.pay(),
            Chrome.endTour(),
        ].flat(),
});

tours.add("supermarket_till_own_manager", {
    steps: () =>
        [
            MemberTill.open(),
            MemberTill.scan(ZOE),
            ProductScreen.clickDisplayedProduct("Apples"),
            MemberTill.pressPay(),
            MemberTill.openOverride(),
            MemberTill.override({ reason: "Baby milk" }),
            MemberTill.pay(),
            Chrome.endTour(),
        ].flat(),
});

tours.add("supermarket_till_offline", {
    steps: () =>
        [
            MemberTill.open(),
            MemberTill.isNotLoaded(AHMED),
            OfflineUtil.setOfflineMode(),
            MemberTill.scan(ZOE),
            MemberTill.cardShows("refused", "Zoé Bernard", "as of"),
            ProductScreen.clickDisplayedProduct("Apples"),
            MemberTill.pressPay(),
            MemberTill.saleIsRefused("Blocked by the member office"),
            MemberTill.openOverride(),
            MemberTill.override({
                manager: "Odile Perrin",
                code: "480237",
                reason: "Baby milk",
                message: "The network is cut",
            }),
            MemberTill.backFromRefusal(),
            MemberTill.scan(AHMED),
            MemberTill.cardShows("allowed", "Ahmed Belkacem", "as of"),
            MemberTill.pressPay(),
            MemberTill.pay(),
            Dialog.confirm("Continue with limited functionality"),
            OfflineUtil.setOnlineMode(),
            ReceiptScreen.clickNextOrder(),
            MemberTill.sendWhatWaits(),
            Chrome.endTour(),
        ].flat(),
});
