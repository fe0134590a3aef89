import { useMemo } from "preact/hooks";
import { Announcer } from "./connection/announcer.tsx";
import { Banner } from "./connection/banner.tsx";
import { TimelinePanel } from "./connection/timeline.tsx";
import { PassphraseSlot } from "./credentials/passphrase-slot.tsx";
import { FeedPanel } from "./feeds/feed-panel.tsx";
import type { FeedView } from "./feeds/feed-view.ts";
import { OpenedRow } from "./feeds/opened.ts";
import { texts } from "./i18n/i18n.ts";
import type { Session } from "./session.ts";
import type { SheetName } from "./sheets.tsx";
import { Side } from "./ui/side.ts";
import { useKeys } from "./use-keys.ts";

export { openSession } from "./session.ts";

/** What the page shows below its header once its configuration is there. */
export function Dashboard({ session }: { session: Session }) {
  const { connection, passphrase, feeds } = session;
  const opened = useMemo(() => new OpenedRow(async () => (await import("./sheets.tsx")).Details), []);
  const side = useMemo(() => new Side(), []);
  const openSheet = (name: SheetName) => {
    opened.close();
    void side.open(async () => (await import("./sheets.tsx")).sheetOf(session, name));
  };
  const openColumns = (view: FeedView) => {
    opened.close();
    void side.open(async () => {
      const { ColumnsSheet } = await import("./sheets.tsx");
      return ({ onClose }) => <ColumnsSheet view={view} onClose={onClose} />;
    });
  };
  const shownFeeds = feeds.filter(({ view }) => !view.hidden.value);
  useKeys({
    help: () => openSheet("help"),
    live: () => connection.switchTo(!connection.wanted.value),
    pause: () => {
      const anyRuns = feeds.some(({ view }) => !view.paused.value);
      for (const { view } of feeds) {
        if (anyRuns) view.hold("paused");
        else view.release("paused");
      }
    },
    filter: () => document.querySelector<HTMLElement>(".search__input")?.focus(),
  });
  const state = connection.state.value;
  const shown = opened.shown.value;
  const isAsked = connection.wanted.value && passphrase.asking.value !== "nothing";
  const SideView = side.shown.value;
  return (
    <>
      <Announcer connection={connection} />
      <Tools isDemo={session.config.demo !== null} onOpen={openSheet} />
      {isAsked ? (
        <PassphraseSlot passphrase={passphrase} onGiven={() => connection.retryNow()} />
      ) : (
        <Banner connection={connection} />
      )}
      <main class="main" id="main" data-alone={shownFeeds.length === 1 && feeds.length > 1}>
        {shownFeeds.map(({ view, subscription, repaint }) => (
          <FeedPanel
            key={view.store.feed.id}
            view={view}
            subscription={subscription}
            state={state}
            repaint={repaint}
            isAlone={shownFeeds.length < feeds.length}
            onColumns={() => openColumns(view)}
            onAlone={() => {
              const showsAll = shownFeeds.length === feeds.length;
              for (const other of feeds) other.view.setHidden(showsAll && other.view !== view);
            }}
            onOpen={(row) => {
              side.close();
              void opened.open(view.store.feed, row);
            }}
          />
        ))}
        <TimelinePanel connection={connection} />
      </main>
      {SideView !== null && <SideView onClose={() => side.close()} />}
      {shown !== null && (
        <shown.View
          opened={shown.opened}
          stores={feeds.map(({ view }) => view.store)}
          onOpen={({ feed, row }) => void opened.open(feed, row)}
          filtered={feeds.map(({ view }) => view.filter.value)}
          onFilter={(trace) => {
            for (const { view } of feeds) view.setFilter(trace);
          }}
          onClose={() => opened.close()}
        />
      )}
    </>
  );
}

/** What can be opened beside the page. */
function Tools({ isDemo, onOpen }: { isDemo: boolean; onOpen: (name: SheetName) => void }) {
  const t = texts.value;
  const names: readonly SheetName[] = isDemo
    ? ["demo", "stream", "charts", "connection", "settings", "help"]
    : ["stream", "charts", "connection", "settings", "help"];
  return (
    <nav class="tools" aria-label={t.tools}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          class="tools__one"
          data-testid={`open-${name}`}
          onClick={() => onOpen(name)}
        >
          {t[name]}
        </button>
      ))}
    </nav>
  );
}
