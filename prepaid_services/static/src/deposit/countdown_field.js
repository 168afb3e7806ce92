import { _t } from "@web/core/l10n/translation";
import { formatDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onWillUnmount, useState } from "@odoo/owl";

const { DateTime } = luxon;
/** Below this, a client may pay at any moment: show it urgent. */
const URGENT_MINUTES = 60;

/** How long there is time to pay: "2 d 3 h", "3 h 20 min", "12 min"; counts down by itself. */
export class CountdownField extends Component {
    static template = "prepaid_services.CountdownField";
    static props = standardFieldProps;

    setup() {
        this.clock = useState({ now: DateTime.now() });
        const timer = setInterval(() => (this.clock.now = DateTime.now()), 15000);
        onWillUnmount(() => clearInterval(timer));
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get minutes() {
        return Math.ceil(this.value.diff(this.clock.now, "minutes").minutes);
    }

    get title() {
        return formatDateTime(this.value);
    }

    get text() {
        const minutes = this.minutes;
        if (minutes <= 0) {
            return _t("over");
        }
        const [days, hours, rest] = [
            Math.floor(minutes / 1440),
            Math.floor((minutes % 1440) / 60),
            minutes % 60,
        ];
        if (days) {
            return _t("%(days)s d %(hours)s h", { days, hours });
        }
        return hours ? _t("%(hours)s h %(rest)s min", { hours, rest }) : _t("%s min", rest);
    }

    get colorClass() {
        const minutes = this.minutes;
        if (minutes <= 0) {
            return "text-danger";
        }
        return minutes <= URGENT_MINUTES ? "text-warning-emphasis fw-bold" : "text-muted";
    }
}

registry.category("fields").add("prepaid_countdown", {
    component: CountdownField,
    displayName: _t("Time Left"),
    supportedTypes: ["datetime"],
});
