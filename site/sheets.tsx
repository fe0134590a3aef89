import { AlertsSheet } from "./alerts/alerts-sheet.tsx";
import { NewPanelSheet } from "./board/new-panel-sheet.tsx";
import { ConnectionSheet } from "./connection/connection-sheet.tsx";
import { DemoSheet } from "./demo/demo-sheet.tsx";
import { HelpSheet } from "./help-sheet.tsx";
import { allTexts } from "./i18n/all-texts.ts";
import type { Row } from "./panels/kept.ts";
import type { PanelModel } from "./panels/panel-model.ts";
import type { Session } from "./session.ts";
import { SettingsSheet } from "./settings/settings-sheet.tsx";
import { StreamSheet } from "./stream/stream-sheet.tsx";
import type { SheetName } from "./tools.tsx";
import { Boundary } from "./ui/boundary.tsx";
import { Sheet } from "./ui/sheet.tsx";
import type { SheetView } from "./ui/sheet-host.ts";

export { EntryDetails, KeyDetails } from "./message/details.tsx";
export { LinkedDetails } from "./message/linked-details.tsx";
export { ColumnsSheet } from "./panels/columns-sheet.tsx";

/** Wraps a component in an error boundary, so that an error in it doesn't break the page. */
export function guarded(View: SheetView): SheetView {
  return ({ onClose }) => (
    <Boundary
      of={View}
      fallback={() => (
        <Sheet title={allTexts.value.brokenSheet} testId="broken" onClose={onClose}>
          <p class="note" role="alert">
            {allTexts.value.brokenSheetHint}
          </p>
        </Sheet>
      )}
    >
      <View onClose={onClose} />
    </Boundary>
  );
}

/** Actions of sheets that open other sheets. */
export interface SheetActions {
  /** Opens a row of a panel. */
  row(panel: PanelModel, row: Row): void;
  /** Opens the form for a new panel of a subject. */
  newPanel(subject: string): void;
}

/** The component of a sheet. All are loaded with the first one, except the charts, which bring uPlot. */
export async function sheetOf(session: Session, name: SheetName, actions: SheetActions): Promise<SheetView> {
  const { connection, board, roundTrips, settings, config } = session;
  switch (name) {
    case "connection":
      return ({ onClose }) => (
        <ConnectionSheet connection={connection} roundTrips={roundTrips} onClose={onClose} />
      );
    case "charts": {
      const { ChartsSheet } = await import("./board/charts-sheet.tsx");
      return ({ onClose }) => (
        <ChartsSheet
          panels={board.panels.value}
          connection={connection}
          roundTrips={roundTrips}
          onClose={onClose}
        />
      );
    }
    case "alerts": {
      const alerts = await session.alerts.get();
      return ({ onClose }) => <AlertsSheet alerts={alerts} onClose={onClose} />;
    }
    case "stream":
      return ({ onClose }) => (
        <StreamSheet
          board={board}
          state={connection.state}
          onOpen={(panel, row) => actions.row(panel, row)}
          onPanel={(subject) => actions.newPanel(subject)}
          onClose={onClose}
        />
      );
    case "panel":
      return ({ onClose }) => <NewPanel {...{ session, onClose }} subject="" />;
    case "settings": {
      const chosen = await settings.get();
      return ({ onClose }) => <SettingsSheet settings={chosen} onClose={onClose} />;
    }
    case "help":
      return ({ onClose }) => <HelpSheet onClose={onClose} />;
    case "demo":
      return ({ onClose }) =>
        config.demo === null ? null : <DemoSheet controlUrl={config.demo.controlUrl} onClose={onClose} />;
  }
}

/** The form for a new panel. */
export function NewPanel(props: { session: Session; subject: string; onClose: () => void }) {
  const { session, subject, onClose } = props;
  const { config, own } = session;
  return (
    <NewPanelSheet
      subject={subject}
      explore={config.explore}
      onMake={(definition) => own.make(definition)}
      onClose={onClose}
    />
  );
}
