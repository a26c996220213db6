import { describe, expect, test } from "@odoo/hoot";
import { MemberTable } from "@clapier_supermarket/app/models/member_table";

const ANSWER = {
    date: "2026-03-02 08:00:00",
    complete: true,
    reasons: ["Member since 2024.", "Blocked by the member office."],
    cards: [
        [7, "0420000000013", "00012", "Ahmed Belkacem", "allowed", 0, false],
        [8, "0420000000020", "00112", "Zoé Bernard", "refused", 1, false],
        [9, "", "", "Lina Belkacem", "allowed", 0, 7],
    ],
    gone: [],
};

function makeTable() {
    const table = new MemberTable();
    table.update(ANSWER);
    return table;
}

const ids = (cards) => cards.map((card) => card.id);

describe.current.tags("headless");

test("a card is found by id and by barcode", () => {
    const table = makeTable();
    expect(table.get(8).reason).toBe("Blocked by the member office.");
    expect(table.getByBarcode("0420000000013").id).toBe(7);
    expect(table.getByBarcode("0420000000099")).toBe(undefined);
});

test("people are found by part of the name, without accents or capitals", () => {
    const table = makeTable();
    expect(ids(table.search("BELKA"))).toEqual([7, 9]);
    expect(ids(table.search("zoe"))).toEqual([8]);
    expect(table.search("   ")).toEqual([]);
});

test("the exact member number comes first, its zeros left out or not", () => {
    const table = makeTable();
    expect(ids(table.search("12"))).toEqual([7, 8]);
    expect(ids(table.search("00012"))).toEqual([7]);
});

test("a refresh changes what changed and forgets who left", () => {
    const table = makeTable();
    table.update({
        date: "2026-03-02 09:00:00",
        complete: false,
        reasons: ["Welcome back."],
        cards: [[8, "0420000000044", "00112", "Zoé Bernard", "allowed", 0, false]],
        gone: [9],
    });
    expect(table.size).toBe(2);
    expect(table.get(8).verdict).toBe("allowed");
    expect(table.getByBarcode("0420000000020")).toBe(undefined);
    expect(table.getByBarcode("0420000000044").id).toBe(8);
    expect(table.date).toBe("2026-03-02 09:00:00");
    expect(table.completeDate).toBe("2026-03-02 08:00:00");
});

test("a card that changed hands belongs to the new person", () => {
    const table = makeTable();
    table.put({ ...table.get(9), card: "0420000000013" });
    table.put({ ...table.get(7), card: "" });
    expect(table.getByBarcode("0420000000013").id).toBe(9);
});

test("what is dumped is restored", () => {
    const table = new MemberTable();
    table.restore(JSON.parse(JSON.stringify(makeTable().dump())));
    expect(table.size).toBe(3);
    expect(table.get(7).reason).toBe("Member since 2024.");
    expect(table.get(9).holder_id).toBe(7);
    expect(table.completeDate).toBe("2026-03-02 08:00:00");
});
