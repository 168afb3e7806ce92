import { AttendeeCalendarCommonPopover } from "@calendar/views/attendee_calendar/common/attendee_calendar_common_popover";
import { AttendeeCalendarController } from "@calendar/views/attendee_calendar/attendee_calendar_controller";
import { AttendeeCalendarModel } from "@calendar/views/attendee_calendar/attendee_calendar_model";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { debounce } from "@web/core/utils/timing";
import { onWillUnmount } from "@odoo/owl";

const WAITING = "awaiting_payment";
export const DEPOSIT_ICONS = { awaiting: "fa-hourglass-half", paid: "fa-check-circle-o" };

/** With the deposit the client did what was asked: the rest is no alarm, but still to come. */
function restAtTheVisit(icon) {
    return icon.name === "payment_short"
        ? { ...icon, name: "payment_partial", icon: "fa-adjust" }
        : icon;
}

patch(AttendeeCalendarModel.prototype, {
    /** An hourglass while a deposit is awaited, a tick when it is paid: told apart without colour. */
    normalizeRecord(rawRecord) {
        const record = super.normalizeRecord(...arguments);
        const seats = rawRecord.prepaid_seats || [];
        const waiting = seats.filter((seat) => seat.state === WAITING);
        const paid = seats.filter((seat) => seat.state === "confirmed" && seat.deposit === "paid");
        const alike = waiting.length ? waiting : paid;
        if (alike.length && [WAITING, "confirmed"].includes(rawRecord.prepaid_state)) {
            const others = record.prepaidIcons
                .filter((icon) => !icon.name.startsWith("state_"))
                .map((icon) => (waiting.length ? icon : restAtTheVisit(icon)));
            const count = seats.length > 1 ? ` (${alike.length}/${seats.length})` : "";
            record.prepaidIcons = [
                {
                    name: waiting.length ? "deposit_awaiting" : "deposit_paid",
                    icon: DEPOSIT_ICONS[waiting.length ? "awaiting" : "paid"],
                    title: `${alike[0].state_label}: ${alike[0].deposit_label}${count}`,
                },
                ...others,
            ];
        }
        return record;
    },
});

patch(AttendeeCalendarController.prototype, {
    /** Reads the visits again as soon as a deposit is paid or not paid in time. */
    setup() {
        super.setup(...arguments);
        const bus = useService("bus_service");
        // A night's batch of cancellations is one reading. An open pop-over is not pulled away, and
        // a dialog that closes waits for a reading of its own: another one meanwhile lets the
        // calendar forget the first, and the dialog would stay for ever
        const reload = debounce(
            () => (document.querySelector(".o_cw_popover, .modal") ? reload() : this.model.load()),
            300
        );
        bus.subscribe("prepaid_deposit", reload);
        onWillUnmount(() => {
            bus.unsubscribe("prepaid_deposit", reload);
            reload.cancel();
        });
    },
});

patch(AttendeeCalendarCommonPopover.prototype, {
    prepaidDepositIcon(seat) {
        return DEPOSIT_ICONS[seat.deposit] || "fa-clock-o";
    },

    /** Whether the visit waits for its deposit. */
    get prepaidIsWaiting() {
        return this.prepaidSeats.some((seat) => seat.state === WAITING);
    },

    get prepaidDoneClass() {
        const takesDeposit = this.prepaidIsDesk && this.prepaidIsWaiting;
        return takesDeposit ? "btn-secondary" : super.prepaidDoneClass;
    },

    get prepaidHasOpenSeats() {
        return super.prepaidHasOpenSeats || this.prepaidIsWaiting;
    },
});
