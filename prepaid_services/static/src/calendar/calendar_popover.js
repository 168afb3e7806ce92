import { AttendeeCalendarCommonPopover } from "@calendar/views/attendee_calendar/common/attendee_calendar_common_popover";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { onWillStart } from "@odoo/owl";
import { PAYMENT_COLORS, STATE_COLORS } from "./calendar_model";

/** A seat in one of these states is still to be finished. */
const PENDING = ["draft", "awaiting_payment", "confirmed"];

patch(AttendeeCalendarCommonPopover.prototype, {
    setup() {
        super.setup(...arguments);
        this.dialogService = useService("dialog");
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

    /** Nobody can have missed what is still to come. */
    get prepaidHasBegun() {
        return this.props.record.start <= luxon.DateTime.now();
    },

    get prepaidHasNoShows() {
        return this.prepaidSeats.some((seat) => seat.state === "no_show");
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

    /** Finishes the visit; a class only after a question that names all it would take money of. */
    async onPrepaidDone() {
        const seats = this.prepaidSeats.filter((seat) => PENDING.includes(seat.state));
        if (seats.length < 2) {
            return this.onPrepaidAction("action_prepaid_done");
        }
        this.dialogService.add(ConfirmationDialog, {
            title: _t("Finish the visits of %s clients?", seats.length),
            body: seats.map((seat) => [seat.client, seat.due].filter(Boolean).join(": ")).join("\n"),
            confirmLabel: _t("Done"),
            confirm: () => this.onPrepaidAction("action_prepaid_done"),
            cancel: () => {},
        });
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
