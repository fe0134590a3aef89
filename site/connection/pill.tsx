import type { ConnectionState } from "../../client/index.ts";
import { formats, texts } from "../i18n/i18n.ts";
import { nowMs } from "../ui/clock.ts";
import { Icon } from "../ui/icon.tsx";
import type { Connection } from "./connection.ts";
import { pillIcon, pillWords } from "./pill-words.ts";

const IDLE: ConnectionState = { status: "idle", sinceMs: 0 };

/** The connection's state as colour, icon and words; grey while the page is loading. */
export function Pill({ connection }: { connection: Connection | null }) {
  const state = connection?.state.value ?? IDLE;
  const icon = pillIcon(state);
  return (
    <span
      class="pill"
      data-testid="pill"
      data-status={state.status}
      data-colour={connection?.colour.value ?? "grey"}
    >
      <Icon name={icon} spinning={icon === "spinner"} />
      <span class="pill__words">
        {pillWords(state, connection?.behindMs.value ?? null, nowMs(), texts.value, formats.value)}
      </span>
    </span>
  );
}
