import type { Signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import type { PageConfig } from "../contract/page-config.ts";
import { PLAIN_LOOK } from "./board/board.ts";
import { BoardPanels } from "./board/board-panels.tsx";
import { texts } from "./i18n/i18n.ts";
import { useKeys } from "./keys.ts";
import { Openings } from "./openings.tsx";
import { PageNote } from "./page-note.tsx";
import { openSession, type Session } from "./session.ts";
import { type SheetName, Tools } from "./tools.tsx";
import { KeepsFocus } from "./ui/keeps-focus.tsx";
import { later } from "./ui/later.tsx";

/** Loaded after the board, which matters more. */
const Announcer = later(async () => (await import("./connection/banner.tsx")).Announcer);
const Banner = later(async () => (await import("./connection/banner.tsx")).Banner);
const LinkNote = later(async () => (await import("./board/link-note.tsx")).LinkNote);
const MenuTools = later(async () => (await import("./menu-tools.tsx")).MenuTools);
const PassphrasePrompt = later(
  async () => (await import("./credentials/passphrase-prompt.tsx")).PassphrasePrompt,
);
const Timeline = later(async () => (await import("./connection/timeline-strip.tsx")).TimelineStrip);

/** The page once its configuration is loaded: the board, the parts around it, and the header's tools. */
export type OpenDashboard = ReturnType<typeof openDashboard>;

/** Opens the configured board, the reader's own panels, and what the link names. */
export function openDashboard(config: PageConfig) {
  const session = openSession(config);
  const openings = new Openings(session);
  const tools = { session, onOpen: (name: SheetName) => openings.sheet(name) };
  return {
    session,
    Board: () => (
      <BoardPanels
        board={session.board}
        state={session.connection.state}
        own={session.own}
        openings={openings}
      />
    ),
    /** The notes, the banner, the timeline and the sheets. */
    Around: () => <Around session={session} openings={openings} />,
    /** The buttons of the sheets, if the header has room. */
    HeaderTools: () => <Tools {...tools} />,
    /** The items of the page's menu. */
    HeaderMenu: () => <MenuTools {...tools} />,
  };
}

function Around({ session, openings }: { session: Session; openings: Openings }) {
  const { connection, passphrase, board } = session;
  const { sheetHost } = openings;
  useKeys({
    help: () => openings.sheet("help"),
    live: () => connection.choose(!connection.wanted.value),
    pause: () => board.pauseAll(),
    filter: () => document.querySelector<HTMLElement>(".search__input")?.focus(),
    escape: () => {
      if (board.look.peek().kind === "kiosk") board.look.value = PLAIN_LOOK;
      sheetHost.close();
    },
  });
  const look = board.look.value.kind;
  useLayoutEffect(() => {
    document.documentElement.dataset.look = look;
  }, [look]);
  const isAsked = connection.wanted.value && passphrase.asking.value !== "nothing";
  const opened = sheetHost.opened.value;
  return (
    <>
      <Announcer connection={connection} passphrase={passphrase} />
      <div class="foot">
        <div class="foot__over">
          <TraceNote trace={board.trace} />
          <PageNote loading={sheetHost.loading} />
          {openings.notShown.value !== null && (
            <LinkNote
              of={openings.notShown.value}
              onDismiss={() => {
                openings.notShown.value = null;
              }}
            />
          )}
          {isAsked ? (
            <PassphrasePrompt passphrase={passphrase} onGiven={() => connection.retryNow()} />
          ) : (
            <Banner connection={connection} />
          )}
          <Timeline connection={connection} />
        </div>
      </div>
      {opened !== null && <opened.View key={opened.turn} onClose={() => sheetHost.close()} />}
    </>
  );
}

function TraceNote({ trace }: { trace: Signal<string | null> }) {
  const t = texts.value;
  if (trace.value === null) return null;
  return (
    <button
      type="button"
      class="trace-note button button--primary button--small"
      title={t.traceLeave}
      data-testid="trace"
      data-value={trace.value}
      onClick={() => {
        trace.value = null;
      }}
    >
      <KeepsFocus />
      {t.traceFollowed(trace.value)}
      <span aria-hidden="true">×</span>
    </button>
  );
}
