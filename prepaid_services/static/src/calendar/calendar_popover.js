import { AttendeeCalendarCommonPopover } from "@calendar/views/attendee_calendar/common/attendee_calendar_common_popover";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { onWillStart } from "@odoo/owl";
import { PAYMENT_COLORS, STATE_COLORS } from "./calendar_model";

patch(AttendeeCalendarCommonPopover.prototype, {
    setup() {
        super.setup(...arguments);
        onWillStart(async () => {
            [this.prepaidIsDesk, this.prepaidHasBalance] = await Promise.all([
                user.hasGroup("prepaid_services.group_front_desk"),
                user.hasGroup("prepaid_services.group_feature_balance"),
            ]);
        });
    },

    get prepaidSeats() {
        return this.props.record.rawRecord.prepaid_seats || [];
    },

    /** Whether a seat is still to come or to be finished. */
    get prepaidHasOpenSeats() {
        return this.prepaidSeats.some((seat) => ["draft", "confirmed"].includes(seat.state));
    },

    /** Class of the button Done: what the desk does next, unless something comes before. */
    get prepaidDoneClass() {
        return "btn-primary";
    },

    prepaidStateClass(seat) {
        return `text-bg-${STATE_COLORS[seat.state] || "secondary"}`;
    },

    prepaidPaymentClass(seat) {
        return `text-bg-${PAYMENT_COLORS[seat.payment] || "secondary"}`;
    },

    /** A visit leaves the calendar by being archived: its bookings are cancelled, not lost. */
    get isEventArchivable() {
        return super.isEventArchivable || Boolean(this.props.record.rawRecord.prepaid_service_id);
    },

    /** Runs a button of the visit and shows the dialog it may ask with. */
    async onPrepaidAction(method) {
        const { model, record, close } = this.props;
        const action = await this.orm.call("calendar.event", method, [[record.id]]);
        close();
        if (action && action.type) {
            await this.actionService.doAction(action, { onClose: () => model.load() });
        } else {
            await model.load();
        }
    },
});
