import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const TITLES = {
    paid: _t("Deposit paid"),
    part: _t("Deposit paid in part"),
    late: _t("Deposit paid too late"),
    expired: _t("Not paid in time"),
    unasked: _t("The client could not be asked for the deposit"),
};

/** Tells the desk at once, whatever is on the screen, that a deposit was paid or was not. */
export const depositNotificationService = {
    dependencies: ["bus_service", "notification"],
    start(env, { bus_service: bus, notification }) {
        bus.subscribe("prepaid_deposit", ({ what, count, booking, amount }) => {
            const text = booking ? `${booking}, ${amount}` : _t("%s bookings", count);
            const type = { paid: "success", expired: "info" }[what] || "warning";
            // Money that came is no news that may pass while nobody looks at the screen
            notification.add(text, { title: TITLES[what], type, sticky: what !== "expired" });
        });
        bus.start();
    },
};

registry.category("services").add("prepaid_deposit_notification", depositNotificationService);
