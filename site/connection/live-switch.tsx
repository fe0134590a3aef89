import { texts } from "../i18n/i18n.ts";
import type { Connection } from "./connection.ts";

/** The switch that turns live data on and off. It shows what the user wants, not the connection's state. */
export function LiveSwitch({ connection }: { connection: Connection | null }) {
  const on = connection?.wanted.value ?? false;
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={on}
      disabled={connection === null}
      data-testid="live-switch"
      onClick={() => connection?.choose(!on)}
    >
      <span class="switch__track" aria-hidden="true">
        <span class="switch__thumb" />
      </span>
      <span class="switch__label">{texts.value.liveData}</span>
    </button>
  );
}
