import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, xml } from "@odoo/owl";

/** A month, kept as its first day: "January 2026" in the user's language. */
export class MonthField extends Component {
    static template = xml`<span class="text-nowrap" t-out="text" />`;
    static props = standardFieldProps;

    get text() {
        const day = this.props.record.data[this.props.name];
        return day ? day.toFormat("LLLL yyyy") : "";
    }
}

registry.category("fields").add("prepaid_month", {
    component: MonthField,
    displayName: _t("Month"),
    supportedTypes: ["date"],
});
