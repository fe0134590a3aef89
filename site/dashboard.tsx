import { useLayoutEffect, useMemo } from "preact/hooks";
import { PLAIN } from "./board/board.ts";
import { BoardPanels } from "./board/board-panels.tsx";
import { Banner } from "./connection/banner.tsx";
import { PassphraseSlot } from "./credentials/passphrase-slot.tsx";
import { Header } from "./header.tsx";
import { texts } from "./i18n/i18n.ts";
import { Openings } from "./openings.tsx";
import { PageNote } from "./page-note.tsx";
import type { Session } from "./session.ts";
import type { SheetName } from "./sheets.tsx";
import { Tools } from "./tools.tsx";
import { later } from "./ui/later.tsx";
import { useKeys } from "./use-keys.ts";

export { openSession } from "./session.ts";

/** What is told and what is in the menu comes after the board, which matters more. */
const Announcer = later(async () => (await import("./connection/announcer.tsx")).Announcer);
const MenuTools = later(async () => (await import("./menu-tools.tsx")).MenuTools);
const Timeline = later(async () => (await import("./connection/timeline-strip.tsx")).TimelineStrip);

/** The page once its configuration is there. */
export function Dashboard({ session }: { session: Session }) {
  const { connection, passphrase, board } = session;
  const openings = useMemo(() => new Openings(session), [session]);
  const { beside } = openings;
  useKeys({
    help: () => openings.sheet("help"),
    live: () => connection.choose(!connection.wanted.value),
    pause: () => board.pauseAll(),
    filter: () => document.querySelector<HTMLElement>(".search__input")?.focus(),
    // What is open closes itself: its own fields may want the key first.
    escape: () => {
      if (board.look.peek().kind === "kiosk") board.setLook(PLAIN);
      if (beside.loading.value !== null) beside.close();
    },
  });
  const look = board.look.value.kind;
  useLayoutEffect(() => {
    document.documentElement.dataset.look = look;
  }, [look]);
  const isAsked = connection.wanted.value && passphrase.asking.value !== "nothing";
  const opened = beside.opened.value;
  const tools = { session, onOpen: (name: SheetName) => openings.sheet(name) };
  return (
    <>
      <Header session={session} tools={<Tools {...tools} />} menu={<MenuTools {...tools} />} />
      <Announcer connection={connection} />
      <main class="main" id="main" tabIndex={-1}>
        <BoardPanels board={board} state={connection.state} own={session.own} openings={openings} />
      </main>
      <div class="foot">
        <div class="foot__over">
          <TraceNote trace={board.trace.value} onLeave={() => board.follow(null)} />
          <PageNote loading={beside.loading} />
          {isAsked ? (
            <PassphraseSlot passphrase={passphrase} onGiven={() => connection.retryNow()} />
          ) : (
            <Banner connection={connection} />
          )}
          <Timeline connection={connection} />
        </div>
      </div>
      {opened !== null && <opened.View key={opened.turn} onClose={() => beside.close()} />}
    </>
  );
}

function TraceNote({ trace, onLeave }: { trace: string | null; onLeave: () => void }) {
  const t = texts.value;
  if (trace === null) return null;
  return (
    <button
      type="button"
      class="trace-note button button--primary button--small"
      title={t.traceLeave}
      data-testid="trace"
      data-value={trace}
      onClick={onLeave}
    >
      {t.traceFollowed(trace)}
      <span aria-hidden="true">×</span>
    </button>
  );
}
