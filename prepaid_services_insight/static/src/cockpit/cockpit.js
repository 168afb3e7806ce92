import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, hexToRGBA } from "@web/core/colors/colors";
import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const RED = "#d9363e";

/** One screen for the owner: what was given, what came in, what is owed, and whether cash lasts. */
export class PrepaidCockpit extends Component {
    static template = "prepaid_services_insight.Cockpit";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ figures: null, forecast: null });
        this.earnedCanvas = useRef("earned");
        this.cashCanvas = useRef("cash");
        onWillStart(async () => {
            const [figures] = await Promise.all([
                this.orm.call("prepaid.cockpit", "get_figures", []),
                loadBundle("web.chartjs_lib"),
            ]);
            this.state.figures = figures;
            // The forecast takes longer: the numbers do not wait for it
            this.loadForecast();
        });
        useEffect(
            () => this.draw(this.earnedCanvas.el, this.earnedChart()),
            () => [this.state.figures]
        );
        useEffect(
            () => this.draw(this.cashCanvas.el, this.state.forecast && this.cashChart()),
            () => [this.state.forecast]
        );
    }

    async loadForecast() {
        this.state.forecast = await this.orm.call("prepaid.cockpit", "get_forecast", []);
    }

    /** Opens the list behind a number. */
    async open(key) {
        await this.action.doAction(await this.orm.call("prepaid.cockpit", "open_list", [key]));
    }

    // ---------------------------------------------------------------------------------
    // Words and numbers
    // ---------------------------------------------------------------------------------

    money(amount) {
        return formatCurrency(amount, this.state.figures.currency_id, { digits: [69, 0] });
    }

    number(value, digits = 0) {
        return formatFloat(value, { digits: [69, digits], trailingZeros: false });
    }

    day(text) {
        return formatDate(deserializeDate(text));
    }

    /** Says how a month compares with the same days of the last one. */
    change(month) {
        if (!month.before) {
            return _t("Nothing in the same days of last month");
        }
        const percent = Math.round((100 * (month.now - month.before)) / Math.abs(month.before));
        const sign = percent > 0 ? "+" : "";
        return _t("%(change)s% against the same days of last month", {
            change: sign + percent,
        });
    }

    changeClass(month) {
        return month.before && month.now < month.before ? "text-danger" : "text-success";
    }

    get earnedShare() {
        const { earned, received } = this.state.figures.month;
        return received.now ? Math.round((100 * earned.now) / received.now) : 0;
    }

    get coverClass() {
        const { cover, owed } = this.state.figures;
        return owed.cost && cover < 1 ? "o_prepaid_tile_bad" : "o_prepaid_tile_good";
    }

    get hoursClass() {
        const { owed, fit } = this.state.forecast.hours;
        return fit < owed - 0.05 ? "o_prepaid_tile_bad" : "o_prepaid_tile_good";
    }

    get hasDeposits() {
        const { deposits_held, deposits_awaited, deposits_kept } = this.state.figures.bookings;
        return deposits_held || deposits_awaited || deposits_kept;
    }

    /** Width of a bar, in percent of the longest. */
    share(amount, amounts) {
        const longest = Math.max(...amounts, 1);
        return Math.max((100 * amount) / longest, 0);
    }

    // ---------------------------------------------------------------------------------
    // Charts
    // ---------------------------------------------------------------------------------

    /** Draws a chart, and says how to take it away. */
    draw(canvas, config) {
        if (!canvas || !config) {
            return;
        }
        const chart = new Chart(canvas, config);
        return () => chart.destroy();
    }

    color(index) {
        return getColor(index, cookie.get("color_scheme"), "odoo");
    }

    get chartOptions() {
        return {
            maintainAspectRatio: false,
            animation: false,
            interaction: { mode: "index", intersect: false },
            plugins: {
                legend: { position: "bottom", labels: { boxWidth: 12 } },
                tooltip: {
                    callbacks: {
                        label: (item) => `${item.dataset.label}: ${this.money(item.parsed.y)}`,
                    },
                },
            },
            scales: {
                x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkipPadding: 16 } },
                y: { ticks: { callback: (value) => this.money(value), maxTicksLimit: 6 } },
            },
        };
    }

    earnedChart() {
        const weeks = this.state.figures.weeks;
        const bars = (label, name, index) => ({
            label,
            data: weeks.map((week) => week[name]),
            backgroundColor: this.color(index),
            borderRadius: 3,
        });
        return {
            type: "bar",
            data: {
                labels: weeks.map((week) => this.shortDay(week.start)),
                datasets: [bars(_t("Received"), "received", 1), bars(_t("Earned"), "earned", 0)],
            },
            options: { ...this.chartOptions, onClick: () => this.open("earned") },
        };
    }

    shortDay(text) {
        return deserializeDate(text).toFormat("d LLL");
    }

    cashChart() {
        const weeks = this.state.forecast.weeks;
        const blue = this.color(0);
        const line = (label, name, more) => ({
            label,
            data: weeks.map((week) => week[name]),
            borderColor: blue,
            borderWidth: 2,
            pointRadius: 0,
            tension: 0.2,
            ...more,
        });
        const edge = { borderWidth: 0, backgroundColor: hexToRGBA(blue, 0.15) };
        const options = this.chartOptions;
        options.plugins.legend.labels.filter = (item) => Boolean(item.text);
        options.plugins.tooltip.filter = (item) => Boolean(item.dataset.label);
        options.scales.y.grid = {
            color: (context) => (context.tick.value === 0 ? RED : "rgba(128, 128, 128, 0.2)"),
        };
        return {
            type: "line",
            data: {
                labels: weeks.map((week) => this.shortDay(week.start)),
                datasets: [
                    line("", "high", { ...edge, fill: "+1" }),
                    line("", "low", { ...edge, fill: false }),
                    line(_t("Cash expected"), "cash", {
                        segment: { borderColor: (part) => (part.p1.parsed.y < 0 ? RED : blue) },
                        pointRadius: (point) => (point.raw < 0 ? 4 : 0),
                        pointBackgroundColor: RED,
                        pointBorderColor: RED,
                        fill: { target: { value: 0 }, above: "transparent", below: RED + "33" },
                    }),
                    line(_t("If sales stop"), "no_sales", {
                        borderColor: "#999999",
                        borderDash: [5, 4],
                        borderWidth: 1.5,
                    }),
                ],
            },
            options: { ...options, onClick: () => this.open("forecast") },
        };
    }
}

registry.category("actions").add("prepaid_services_insight.cockpit", PrepaidCockpit);
