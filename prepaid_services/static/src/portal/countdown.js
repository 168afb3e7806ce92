import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const SECOND = 1000;

/** How long the seat is still held; the page is loaded again when the time is over. */
export class PrepaidCountdown extends Interaction {
    static selector = ".o_prepaid_countdown";

    start() {
        // The browser's clock may be wrong: the server says how many seconds are left
        this.end = Date.now() + Number(this.el.dataset.seconds) * SECOND;
        this.tick();
    }

    tick() {
        const left = Math.max(Math.round((this.end - Date.now()) / SECOND), 0);
        const parts = [left / 3600, (left / 60) % 60, left % 60].map(Math.floor);
        const [hours, ...rest] = parts;
        const clock = rest.map((part) => String(part).padStart(2, "0"));
        this.el.textContent = (hours ? [hours, ...clock] : clock).join(":");
        if (left) {
            this.waitForTimeout(this.tick.bind(this), SECOND);
        } else {
            window.location.reload();
        }
    }
}

/** A payment that the bank has not answered yet: look again by itself. */
export class PrepaidProcessing extends Interaction {
    static selector = ".o_prepaid_processing";

    start() {
        this.waitForTimeout(() => window.location.reload(), 5 * SECOND);
    }
}

registry.category("public.interactions").add("prepaid_services.countdown", PrepaidCountdown);
registry.category("public.interactions").add("prepaid_services.processing", PrepaidProcessing);
