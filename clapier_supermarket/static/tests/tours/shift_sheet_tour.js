import { registry } from "@web/core/registry";

const row = (name) =>
    `.o_field_widget[name='expected_ids'] .o_data_row:contains('${name}')`;
const absent = ".o_field_widget[name='absent_ids']";

registry.category("web_tour.tours").add("supermarket_shift_sheet", {
    steps: () => [
        {
            content: "Open the sheet that waits",
            trigger: ".o_list_view .o_data_row .o_data_cell:contains('Door')",
            run: "click",
        },
        {
            content: "Tick the first as present",
            trigger: `${row("Camille Faure")} button[name='action_attended']`,
            run: "click",
        },
        {
            content: "She is ticked",
            trigger: `${row("Camille Faure")} button[name='action_booked']`,
        },
        {
            content: "All the others came, but one",
            trigger: ".o_form_view button[name='action_attendance']",
            run: "click",
        },
        {
            content: "Look for him",
            trigger: `.modal ${absent} input`,
            run: "edit Bo Morel",
        },
        {
            content: "Choose him",
            trigger: `.modal ${absent} .o-autocomplete--dropdown-item:contains('Bo Morel')`,
            run: "click",
        },
        {
            content: "Close the sheet",
            trigger: `.modal:has(${absent} .o_tag:contains('Bo Morel')) button[name='action_take']`,
            run: "click",
        },
        {
            content: "Attendance is taken",
            trigger:
                "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current[data-value='done']",
        },
    ],
});
