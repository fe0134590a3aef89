import type { Signal } from "@preact/signals";
import type { OpenDashboard } from "./dashboard.tsx";
import { Header } from "./header.tsx";
import { texts } from "./i18n/i18n.ts";
import { Empty } from "./ui/empty.tsx";
import { Icon } from "./ui/icon.tsx";
import { focusMain, KeepsFocus } from "./ui/keeps-focus.tsx";

/** The stages of opening the page. */
export type Opening =
  | { readonly stage: "loading" }
  | { readonly stage: "failed"; readonly isOffline: boolean; readonly detail: string }
  /** The dashboard is a parameter because it is loaded separately from the shell. */
  | { readonly stage: "open"; readonly dashboard: OpenDashboard };

/** The whole page: the header at once, and below it what has been loaded so far. */
export function App({ opening, onRetry }: { opening: Signal<Opening>; onRetry: () => void }) {
  const now = opening.value;
  const open = now.stage === "open" ? now.dashboard : null;
  return (
    <>
      {/* A button, not a link: a link would change the address, which describes what is shown. */}
      <button type="button" class="skip" onClick={() => focusMain()}>
        {texts.value.skipToContent}
      </button>
      <Header
        session={open?.session ?? null}
        tools={open && <open.HeaderTools />}
        menu={open && <open.HeaderMenu />}
      />
      {/* The same element in all stages, so that focus on it survives the change of stage. */}
      <main class={open ? "main" : "main main--alone"} id="main" tabIndex={-1}>
        {open ? (
          <open.Board />
        ) : now.stage === "failed" ? (
          <ConfigFailed isOffline={now.isOffline} detail={now.detail} onRetry={onRetry} />
        ) : (
          <Empty icon="spinner" spinning title={texts.value.loadingConfig} hint="" />
        )}
      </main>
      {open && <open.Around />}
    </>
  );
}

function ConfigFailed(props: { isOffline: boolean; detail: string; onRetry: () => void }) {
  const { isOffline, detail, onRetry } = props;
  const t = texts.value;
  return (
    <section class="banner" data-testid="config-failed" data-offline={isOffline} role="alert">
      <KeepsFocus />
      <div class="banner__icon">
        <Icon name={isOffline ? "offline" : "alert"} />
      </div>
      <div class="banner__text">
        <p class="banner__what">{isOffline ? t.openedOffline : t.configFailed}</p>
        <p class="banner__fix">{isOffline ? t.openedOfflineFix : t.configFailedFix}</p>
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
  );
}
