import { ConnectionSheet } from "./connection/connection-sheet.tsx";
import { DemoSheet } from "./demo/demo-sheet.tsx";
import { Repaint } from "./feeds/repaint.ts";
import { HelpSheet } from "./help-sheet.tsx";
import type { Session } from "./session.ts";
import { SettingsSheet } from "./settings/settings-sheet.tsx";
import { StreamSheet } from "./stream/stream-sheet.tsx";
import type { SheetView } from "./ui/side.ts";

export { ColumnsSheet } from "./feeds/columns-sheet.tsx";
export { Details } from "./feeds/details.tsx";

function sheetsOf({ settings, config, connection, frames }: Session) {
  const repaint = new Repaint(frames);
  const { demo } = config;
  const views = {
    stream: ({ onClose }) => (
      <StreamSheet client={connection.client} feeds={config.feeds} repaint={repaint} onClose={onClose} />
    ),
    settings: ({ onClose }) => <SettingsSheet settings={settings} onClose={onClose} />,
    help: ({ onClose }) => <HelpSheet onClose={onClose} />,
    demo: ({ onClose }) =>
      demo === null ? null : <DemoSheet controlUrl={demo.controlUrl} onClose={onClose} />,
  } satisfies Record<string, SheetView>;
  return views;
}

/** The names of the sheets. */
export type SheetName = keyof ReturnType<typeof sheetsOf> | "connection" | "charts";

/** A sheet of a session. All are loaded when the first is opened, but the charts by themselves: they bring uPlot. */
export async function sheetOf(session: Session, name: SheetName): Promise<SheetView> {
  const { connection, feeds, roundTrips } = session;
  if (name === "connection") {
    const memory = await session.memory();
    return ({ onClose }) => (
      <ConnectionSheet connection={connection} memory={memory} roundTrips={roundTrips} onClose={onClose} />
    );
  }
  if (name !== "charts") return sheetsOf(session)[name];
  const { ChartsSheet } = await import("./charts/charts-sheet.tsx");
  return ({ onClose }) => <ChartsSheet feeds={feeds} roundTrips={roundTrips} onClose={onClose} />;
}
