import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { bindAddress, type NotShown } from "./board/address.ts";
import { browserAddress } from "./board/browser-address.ts";
import { entryIn, keyLink, messageLink } from "./board/link.ts";
import type { FeedEvent } from "./panels/entry.ts";
import type { Row } from "./panels/kept.ts";
import type { PanelModel } from "./panels/panel-model.ts";
import type { Session } from "./session.ts";
import { namesFor, type SheetName } from "./tools.tsx";
import { recall } from "./ui/memory.ts";
import { SheetHost, type SheetView } from "./ui/sheet-host.ts";

type Sheets = typeof import("./sheets.tsx");

/** Opens sheets beside the page, and connects them with the address. */
export class Openings {
  readonly sheetHost = new SheetHost();
  /** The panels of the link that aren't shown, until the reader dismisses the note that names them. */
  readonly notShown = signal<NotShown | null>(null);
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
    const { connection, config } = session;
    let linkSetsLive = false;
    bindAddress(
      {
        board: session.board,
        sheetHost: this.sheetHost,
        open: (link) => this.follow(link),
        own: session.own,
        notShown: this.notShown,
        wanted: connection.wanted,
        setLive: (on) => {
          linkSetsLive = true;
          connection.switchTo(on);
        },
      },
      browserAddress,
    );
    // The link decides about live data, else the remembered choice, else the operator's default.
    const chosen = recall("live");
    if (!linkSetsLive && (chosen === null ? config.live : chosen === "on")) connection.switchTo(true);
  }

  sheet(name: SheetName): void {
    this.#open(name, name, ({ sheetOf }) => sheetOf(this.#session, name, this));
  }

  /** Opens the form for a new panel of a subject. */
  newPanel(subject: string): void {
    const session = this.#session;
    this.#show("panel", null, ({ NewPanel }, onClose) => <NewPanel {...{ session, subject, onClose }} />);
  }

  columns({ view }: PanelModel): void {
    this.#show("columns", null, ({ ColumnsSheet }, onClose) => <ColumnsSheet {...{ view, onClose }} />);
  }

  /** Opens a row; a gap has nothing to open. */
  row(panel: PanelModel, row: Row): void {
    if (row.kind === "gap") return;
    if (row.kind === "keyed") {
      this.key(panel, row.key);
      return;
    }
    // Only a message with a sequence can be found again through a link.
    const link = row.sequence === undefined ? null : messageLink(panel.feed.id, row.sequence);
    this.#show("details", link, ({ EntryDetails }, onClose) => (
      <EntryDetails {...this.#around(panel)} entry={row} onClose={onClose} />
    ));
  }

  /** Opens the events of a key. */
  key(panel: PanelModel, key: string): void {
    this.#show("details", keyLink(panel.feed.id, key), ({ KeyDetails }, onClose) => (
      <KeyDetails {...this.#around(panel)} keyOf={key} onClose={onClose} />
    ));
  }

  /** Opens what a link names; ignores unknown names. */
  follow(link: string): void {
    const sheet = namesFor(this.#session).find((name) => name === link);
    if (sheet !== undefined) {
      this.sheet(sheet);
      return;
    }
    const entry = entryIn(link);
    const { board, connection } = this.#session;
    const panel = board.panels.peek().find(({ feed }) => feed.id === entry?.panelId);
    if (entry === null || panel === undefined) return;
    const { at } = entry;
    if (typeof at === "string") {
      this.key(panel, at);
      return;
    }
    this.#show("details", link, ({ LinkedDetails }, onClose) => (
      <LinkedDetails {...this.#around(panel)} {...{ connection, onClose }} sequence={at} />
    ));
  }

  /** The props that all details of a message share. */
  #around(panel: PanelModel) {
    const onOpen = (other: PanelModel, event: FeedEvent) => this.row(other, event);
    return { board: this.#session.board, panel, onOpen };
  }

  /** @param link the sheet's name in links; null when links can't open it */
  #show(name: string, link: string | null, show: (sheets: Sheets, onClose: () => void) => VNode): void {
    this.#open(name, link, (sheets) => (props) => show(sheets, props.onClose));
  }

  #open(name: string, link: string | null, viewOf: (sheets: Sheets) => SheetView | Promise<SheetView>) {
    const viewIn = async (sheets: Sheets) => sheets.guarded(await viewOf(sheets));
    void this.sheetHost.open(name, async () => viewIn(await import("./sheets.tsx")), link);
  }
}
