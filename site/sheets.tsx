import { ConnectionSheet } from "./connection/connection-sheet.tsx";
import { DemoSheet } from "./demo/demo-sheet.tsx";
import { HelpSheet } from "./help-sheet.tsx";
import type { Session } from "./session.ts";
import { SettingsSheet } from "./settings/settings-sheet.tsx";
import { StreamSheet } from "./stream/stream-sheet.tsx";
import type { SheetView } from "./ui/side.ts";

export { Details } from "./feeds/details.tsx";

/** The sheets that belong to a session; loaded when the first of them is opened. */
export function sheetsOf({ connection, memory, settings, config, ears, repaint }: Session) {
  const { demo } = config;
  const views = {
    connection: ({ onClose }) => (
      <ConnectionSheet connection={connection} memory={memory} onClose={onClose} />
    ),
    stream: ({ onClose }) => <StreamSheet ears={ears} repaint={repaint} onClose={onClose} />,
    settings: ({ onClose }) => <SettingsSheet settings={settings} onClose={onClose} />,
    help: ({ onClose }) => <HelpSheet onClose={onClose} />,
    demo: ({ onClose }) =>
      demo === null ? null : <DemoSheet controlUrl={demo.controlUrl} onClose={onClose} />,
  } satisfies Record<string, SheetView>;
  return views;
}

/** The names of the sheets. */
export type SheetName = keyof ReturnType<typeof sheetsOf>;
