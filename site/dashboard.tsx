import { useMemo } from "preact/hooks";
import { Announcer } from "./connection/announcer.tsx";
import { Banner } from "./connection/banner.tsx";
import { TimelinePanel } from "./connection/timeline.tsx";
import { FeedPanel } from "./feeds/feed-panel.tsx";
import { OpenedRow } from "./feeds/opened.ts";
import type { Session } from "./session.ts";

export { openSession } from "./session.ts";

/** What the page shows below its header once its configuration is there. */
export function Dashboard({ session }: { session: Session }) {
  const { connection, feeds, repaint } = session;
  const opened = useMemo(() => new OpenedRow(async () => (await import("./feeds/details.tsx")).Details), []);
  const tick = repaint.tick.value;
  const state = connection.state.value;
  const shown = opened.shown.value;
  return (
    <>
      <Announcer connection={connection} />
      <Banner connection={connection} />
      <main class="main" id="main">
        {feeds.map(({ view, subscription }) => (
          <FeedPanel
            key={view.store.feed.id}
            view={view}
            subscription={subscription}
            state={state}
            tick={tick}
            onOpen={(row) => void opened.open(view.store.feed, row)}
          />
        ))}
        <TimelinePanel connection={connection} />
      </main>
      {shown !== null && (
        <shown.View
          opened={shown.opened}
          stores={feeds.map(({ view }) => view.store)}
          onOpen={({ feed, row }) => void opened.open(feed, row)}
          onClose={() => opened.close()}
        />
      )}
    </>
  );
}
