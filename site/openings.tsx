import { bindAddress } from "./board/address.ts";
import { browserAddress } from "./board/browser-address.ts";
import { definitionsIn } from "./board/definition.ts";
import { messageIn, messageLink } from "./board/link.ts";
import type { FeedEvent } from "./panels/entry.ts";
import type { Row } from "./panels/kept.ts";
import type { PanelModel } from "./panels/panel-model.ts";
import type { Session } from "./session.ts";
import { namesFor, type SheetName } from "./tools.tsx";
import { Beside, type BesideView } from "./ui/beside.ts";
import { recall } from "./ui/memory.ts";
import { part } from "./ui/parts.ts";

/** What opens beside the page, and the address that tells of it. */
export class Openings {
  readonly beside = new Beside();
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
    const { connection, config } = session;
    let isSaid = false;
    bindAddress(
      {
        board: session.board,
        beside: this.beside,
        open: (link) => this.follow(link),
        kept: definitionsIn(recall("panels")),
        openOwn: async (definitions) => (await part(session.own))?.open(definitions) ?? definitions,
        wanted: connection.wanted,
        setLive: (on) => {
          isSaid = true;
          connection.switchTo(on);
        },
      },
      browserAddress,
    );
    // A link says for itself; else it is as this browser last had it, and at first as the operator wants it.
    const chosen = recall("live");
    if (!isSaid && (chosen === null ? config.live : chosen === "on")) connection.switchTo(true);
  }

  sheet(name: SheetName): void {
    void this.beside.open(name, async () =>
      (await import("./sheets.tsx")).sheetOf(this.#session, name, this),
    );
  }

  /** Where a panel of a subject is made. */
  newPanel(subject: string): void {
    const session = this.#session;
    void this.beside.open(
      "panel",
      async () => {
        const { NewPanel } = await import("./sheets.tsx");
        return ({ onClose }) => <NewPanel {...{ session, subject, onClose }} />;
      },
      null,
    );
  }

  columns({ view }: PanelModel): void {
    void this.beside.open(
      "columns",
      async () => {
        const { ColumnsSheet } = await import("./sheets.tsx");
        return ({ onClose }) => <ColumnsSheet view={view} onClose={onClose} />;
      },
      null,
    );
  }

  /** Opens a row; a gap has nothing to open. */
  row(panel: PanelModel, row: Row): void {
    if (row.kind === "gap") return;
    if (row.kind === "keyed") {
      this.key(panel, row.key);
      return;
    }
    // Who follows its link finds it where a stream keeps it.
    const link = row.sequence === undefined ? null : messageLink(panel.feed.id, row.sequence);
    void this.beside.open("details", () => this.#detailsOf(panel, { entry: row }), link);
  }

  /** Opens the events of a key. */
  key(panel: PanelModel, key: string): void {
    const link = `${panel.feed.id}/${key}`;
    void this.beside.open("details", () => this.#detailsOf(panel, { keyOf: key }), link);
  }

  /** Opens what a link names; a name that the page doesn't know is left alone. */
  follow(link: string): void {
    const sheet = namesFor(this.#session).find((name) => name === link);
    if (sheet !== undefined) {
      this.sheet(sheet);
      return;
    }
    const panelOf = (id: string) => this.#session.board.panels.peek().find(({ feed }) => feed.id === id);
    const message = messageIn(link);
    if (message !== null) {
      const { panelId, sequence } = message;
      const panel = panelOf(panelId);
      if (panel === undefined) return;
      void this.beside.open("details", () => this.#detailsOf(panel, { sequence }), link);
      return;
    }
    const [id = "", ...key] = link.split("/");
    const panel = panelOf(id);
    if (panel !== undefined && key.length > 0) this.key(panel, key.join("/"));
  }

  async #detailsOf(
    panel: PanelModel,
    what:
      | { keyOf: string }
      | { sequence: number }
      | { entry: Parameters<typeof import("./message/details.tsx").EntryDetails>[0]["entry"] },
  ): Promise<BesideView> {
    const { EntryDetails, KeyDetails, LinkedDetails } = await import("./sheets.tsx");
    const { board, connection } = this.#session;
    const onOpen = (other: PanelModel, event: FeedEvent) => this.row(other, event);
    return ({ onClose }) => {
      const props = { board, panel, onOpen, onClose };
      if ("keyOf" in what) return <KeyDetails {...props} keyOf={what.keyOf} />;
      if ("entry" in what) return <EntryDetails {...props} entry={what.entry} />;
      return <LinkedDetails {...props} connection={connection} sequence={what.sequence} />;
    };
  }
}
