import { type Signal, useSignal } from "@preact/signals";
import { Announcer } from "./connection/announcer.tsx";
import { Banner } from "./connection/banner.tsx";
import { TimelinePanel } from "./connection/timeline.tsx";
import { Details, type Opened } from "./feeds/details.tsx";
import { FeedPanel } from "./feeds/feed-panel.tsx";
import { Header } from "./header.tsx";
import { texts } from "./i18n/i18n.ts";
import type { Session } from "./session.ts";
import { Empty } from "./ui/empty.tsx";
import { Icon } from "./ui/icon.tsx";

/** How far the page has come in opening. */
export type Opening =
  | { readonly stage: "loading" }
  | { readonly stage: "failed"; readonly detail: string }
  | { readonly stage: "open"; readonly session: Session };

/** The whole page. */
export function App({ opening, onRetry }: { opening: Signal<Opening>; onRetry: () => void }) {
  const now = opening.value;
  const session = now.stage === "open" ? now.session : null;
  return (
    <>
      <a class="skip" href="#main">
        {texts.value.skipToContent}
      </a>
      <Header session={session} />
      {now.stage === "failed" && <ConfigFailed detail={now.detail} onRetry={onRetry} />}
      {now.stage === "loading" && (
        <main class="main" id="main">
          <Empty icon="spinner" spinning title={texts.value.loadingConfig} hint="" />
        </main>
      )}
      {session !== null && <Feeds session={session} />}
    </>
  );
}

function Feeds({ session }: { session: Session }) {
  const { connection, feeds, repaint } = session;
  const opened = useSignal<Opened | null>(null);
  const tick = repaint.tick.value;
  const state = connection.state.value;
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
            onOpen={(row) => {
              if (row.kind !== "gap") opened.value = { feed: view.store.feed, row };
            }}
          />
        ))}
        <TimelinePanel connection={connection} />
      </main>
      {opened.value !== null && (
        <Details
          opened={opened.value}
          onClose={() => {
            opened.value = null;
          }}
        />
      )}
    </>
  );
}

function ConfigFailed({ detail, onRetry }: { detail: string; onRetry: () => void }) {
  const t = texts.value;
  return (
    <main class="main" id="main">
      <section class="banner" data-testid="config-failed" role="alert">
        <div class="banner__icon">
          <Icon name="alert" />
        </div>
        <div class="banner__text">
          <p class="banner__what">{t.configFailed}</p>
          <p class="banner__fix">{t.configFailedFix}</p>
          <p class="banner__fix">
            <code>{detail}</code>
          </p>
        </div>
        <div class="banner__actions">
          <button type="button" class="button button--primary" onClick={onRetry}>
            <Icon name="retry" />
            {t.retryNow}
          </button>
        </div>
      </section>
    </main>
  );
}
