import { AttendeeCalendarModel } from "@calendar/views/attendee_calendar/attendee_calendar_model";
import { patch } from "@web/core/utils/patch";

/** Icon of each state and payment status; the label is its title, so colour is never needed. */
const STATE_ICONS = {
    draft: "fa-question-circle",
    confirmed: "fa-clock-o",
    done: "fa-check",
    no_show: "fa-user-times",
    cancelled: "fa-ban",
};
const PAYMENT_ICONS = {
    free: "fa-gift",
    paid: "fa-money",
    covered: "fa-money",
    package: "fa-ticket",
    partial: "fa-adjust",
    credit: "fa-credit-card",
    not_invoiced: "fa-file-o",
    owing: "fa-exclamation-circle",
    short: "fa-exclamation-triangle",
    written_off: "fa-scissors",
};
export const STATE_COLORS = {
    confirmed: "info",
    done: "success",
    no_show: "warning",
};
export const PAYMENT_COLORS = {
    paid: "success",
    covered: "success",
    package: "success",
    partial: "warning",
    credit: "warning",
    not_invoiced: "warning",
    owing: "danger",
    short: "danger",
    written_off: "danger",
};

patch(AttendeeCalendarModel.prototype, {
    /** Adds what the tile of a visit shows: one icon for its state, one for its payment. */
    normalizeRecord(rawRecord) {
        const record = super.normalizeRecord(...arguments);
        const seats = rawRecord.prepaid_seats || [];
        record.prepaidIcons = [
            this.prepaidIcon(seats, "state", rawRecord.prepaid_state, STATE_ICONS),
            this.prepaidIcon(seats, "payment", rawRecord.prepaid_payment_status, PAYMENT_ICONS),
            this.prepaidOverlapIcon(rawRecord.prepaid_overlap_warning),
        ].filter(Boolean);
        return record;
    },

    /** Says on the tile that somebody is booked twice. */
    prepaidOverlapIcon(warning) {
        return warning && { name: "overlap", icon: "fa-clone", title: warning };
    },

    /** Describes one icon; in a class its title says how many seats it is about. */
    prepaidIcon(seats, key, value, icons) {
        const alike = seats.filter((seat) => seat[key] === value);
        if (!value || !alike.length) {
            return null;
        }
        const label = alike[0][`${key}_label`];
        const count = seats.length > 1 ? ` (${alike.length}/${seats.length})` : "";
        return { name: `${key}_${value}`, icon: icons[value], title: `${label}${count}` };
    },
});
