import { effect, type ReadonlySignal } from "@preact/signals";
import type { Colour } from "../client/index.ts";
import type { Connection } from "./connection/connection.ts";

/** The state comes first, because a tab shows little more than a few letters. Shapes differ, not only colours. */
const SIGNS: { readonly [C in Colour]: string } = { green: "●", amber: "◐", red: "▲", grey: "○" };

/** The title of the page's tab: the number of unread alerts, the state, and the name. */
export function titleOf(name: string, colour: Colour, alerts: number): string {
  return `${alerts > 0 ? `(${alerts}) ` : ""}${SIGNS[colour]} ${name}`;
}

/** Keeps the tab's title up to date. */
export function keepTitle(name: string, connection: Connection, alerts: ReadonlySignal<number>): void {
  effect(() => {
    document.title = titleOf(name, connection.colour.value, alerts.value);
  });
}
