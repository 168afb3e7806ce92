import { AttendeeCalendarController } from "@calendar/views/attendee_calendar/attendee_calendar_controller";
import {
    CalendarQuickCreateFormController,
    QUICK_CREATE_CALENDAR_EVENT_FIELDS,
} from "@calendar/views/calendar_form/calendar_quick_create";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";

// What was entered in the small dialog is kept by "More Options"
Object.assign(QUICK_CREATE_CALENDAR_EVENT_FIELDS, {
    prepaid_client_ids: { type: "many2many" },
    prepaid_price: { type: "monetary" },
    duration: { type: "float" },
});

patch(CalendarQuickCreateFormController.prototype, {
    /** Hands over service and specialist as well, of which the core knows nothing. */
    goToFullEvent() {
        const { prepaid_service_id: service, user_id: specialist } = this.model.root.data;
        if (service) {
            Object.assign(this.props.context, {
                default_prepaid_service_id: service.id,
                default_user_id: specialist && specialist.id,
            });
        }
        return super.goToFullEvent(...arguments);
    },
});

patch(AttendeeCalendarController.prototype, {
    /** The one colleague whose calendar is ticked in the side panel, if it is only one. */
    get prepaidCalendarPartnerId() {
        const section = this.model.data.filterSections.partner_ids;
        const others = (section ? section.filters : []).filter(
            (filter) => filter.type === "record" && filter.active && filter.value !== user.partnerId
        );
        return others.length === 1 ? others[0].value : false;
    },

    getQuickCreateFormViewProps() {
        const props = super.getQuickCreateFormViewProps(...arguments);
        const partnerId = this.prepaidCalendarPartnerId;
        if (partnerId) {
            props.context = { ...props.context, prepaid_calendar_partner_id: partnerId };
        }
        return props;
    },
});
