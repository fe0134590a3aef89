import { texts } from "./i18n/i18n.ts";
import type { Session } from "./session.ts";
import { Icon, type IconName } from "./ui/icon.tsx";
import { mediaSignal } from "./ui/media.ts";

/** The sheets, and their icons in the header and in the menu. */
export const SHEET_ICONS = {
  panel: "plus",
  demo: "demo",
  alerts: "bell",
  stream: "topics",
  charts: "chart",
  connection: "network",
  settings: "settings",
  help: "help",
} as const satisfies Readonly<Record<string, IconName>>;

/** The name of a sheet, also in links. */
export type SheetName = keyof typeof SHEET_ICONS;

/** Whether the header has room for the sheets' buttons; else they are in the menu. */
export const hasRoom = mediaSignal("(min-width: 64rem)");

export interface ToolsProps {
  readonly session: Session;
  readonly onOpen: (name: SheetName) => void;
}

/** The buttons of the sheets in the header, if it has room. */
export function Tools({ session, onOpen }: ToolsProps) {
  const t = texts.value;
  if (!hasRoom.value) return null;
  return (
    <nav class="tools" aria-label={t.tools}>
      {namesFor(session).map((name) => (
        <button
          key={name}
          type="button"
          class="tools__one"
          title={t[name]}
          data-testid={`open-${name}`}
          onClick={() => onOpen(name)}
        >
          <Icon name={SHEET_ICONS[name]} />
          <span class="tools__name">{t[name]}</span>
          {name === "alerts" && session.unreadAlerts.value > 0 && (
            <span class="tools__count" data-testid="alerts-unread">
              {session.unreadAlerts}
            </span>
          )}
        </button>
      ))}
    </nav>
  );
}

/** The sheets available in this session. */
export function namesFor({ config, board }: Session): readonly SheetName[] {
  return (Object.keys(SHEET_ICONS) as SheetName[]).filter((name) => {
    if (name === "alerts") return board.panels.value.some(({ hasRules }) => hasRules);
    return name !== "demo" || config.demo !== null;
  });
}
