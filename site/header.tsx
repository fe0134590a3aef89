import type { ComponentChildren } from "preact";
import { LiveSwitch } from "./connection/live-switch.tsx";
import { Pill } from "./connection/pill.tsx";
import { formats, LANGUAGE_NAMES, LANGUAGES, language, texts } from "./i18n/i18n.ts";
import { chooseLanguage } from "./language.ts";
import type { Session } from "./session.ts";
import { Choice } from "./ui/choice.tsx";
import { nowSecondMs } from "./ui/clock.ts";
import { Mark } from "./ui/icon.tsx";
import { Menu } from "./ui/menu.tsx";
import { chooseTheme, theme } from "./ui/theme.ts";

/** The page's header. Rendered before the configuration is loaded; then filled with name, tools and menu items. */
export function Header(props: {
  session: Session | null;
  /** Rendered beside the figures. */
  tools?: ComponentChildren;
  /** Rendered in the page's menu, above language and theme. */
  menu?: ComponentChildren;
}) {
  const { session, tools, menu } = props;
  const t = texts.value;
  const connection = session?.connection ?? null;
  return (
    <header class="header">
      <div class="header__brand">
        <Mark />
        <div class="header__words">
          <h1 class="header__name">{session?.config.name ?? "Mycelium"}</h1>
          <p class="header__about" data-testid="about">
            {session?.config.about ?? t.about}
          </p>
        </div>
        {session?.config.demo ? (
          <span class="tag" title={t.demoHint} data-testid="demo-tag">
            {t.demo}
          </span>
        ) : null}
      </div>
      <div class="header__connection">
        <LiveSwitch connection={connection} />
        <Pill connection={connection} />
      </div>
      <Figures session={session} />
      <div class="header__tools">
        {tools}
        <Menu icon="menu" label={t.menu} testId="menu">
          {menu}
          <div class="menu__choices">
            <Choice
              id="language"
              label={t.language}
              value={language.value}
              options={LANGUAGES.map((known) => [known, LANGUAGE_NAMES[known]] as const)}
              onChoose={(chosen) => void chooseLanguage(chosen)}
            />
            <Choice
              id="theme"
              label={t.theme}
              value={theme.value}
              options={[
                ["system", t.themeSystem],
                ["light", t.themeLight],
                ["dark", t.themeDark],
              ]}
              onChoose={chooseTheme}
            />
          </div>
        </Menu>
      </div>
    </header>
  );
}

function Figures({ session }: { session: Session | null }) {
  const t = texts.value;
  const at = nowSecondMs.value;
  const perSecond =
    session?.board.panels.value.reduce((sum, { store }) => sum + store.rate.perSecond(at), 0) ?? 0;
  // `rttMs` is no signal: this renders it again when the state changes.
  session?.connection.state.value;
  const rttMs = session?.connection.client.rttMs ?? null;
  return (
    <dl class="figures">
      <div class="figures__one">
        <dd data-testid="rate" data-value={perSecond}>
          {formats.value.number(perSecond)}
        </dd>
        <dt>{t.messagesPerSecond}</dt>
      </div>
      <div class="figures__one">
        <dd data-testid="rtt" data-value={rttMs ?? undefined}>
          {rttMs === null ? "–" : formats.value.duration(rttMs)}
        </dd>
        <dt>{t.roundTrip}</dt>
      </div>
    </dl>
  );
}
