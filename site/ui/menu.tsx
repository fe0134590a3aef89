import "./menu.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";
import { onSized } from "./width.ts";

/** Pixels between a menu and its button, and between a menu and the edges of the window. */
const GAP = 4;

/**
 * A button that opens a menu. The menu is a popover, which the browser closes on Escape and on a click outside. Its
 * content is rendered only while it is open.
 */
export function Menu(props: {
  icon: IconName;
  label: string;
  testId: string;
  /** Text beside the icon. */
  words?: string;
  children: ComponentChildren;
}) {
  const { icon, label, testId, words, children } = props;
  const id = useId();
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const [opener, menu] = [button.current, box.current];
    if (!open.value || opener === null || menu === null) return;
    // Content that is loaded with the first menu makes the menu larger later.
    return onSized(menu, () => {
      const { bottom, right } = opener.getBoundingClientRect();
      menu.style.top = `${Math.max(GAP, Math.min(bottom + GAP, innerHeight - menu.offsetHeight - GAP))}px`;
      menu.style.right = `${Math.max(GAP, innerWidth - right)}px`;
    });
  }, [open.value]);
  return (
    <>
      <button
        type="button"
        class="button button--quiet button--small"
        ref={button}
        aria-label={label}
        title={label}
        aria-expanded={open.value}
        popovertarget={id}
        data-testid={testId}
      >
        <Icon name={icon} />
        {words}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the items act; it only closes after them */}
      <div
        class="menu"
        id={id}
        ref={box}
        popover="auto"
        onToggle={(event) => {
          open.value = event.newState === "open";
        }}
        onClick={(event) => {
          const item =
            event.target instanceof Element
              ? event.target.closest(".menu__item:not(.menu__item--stays)")
              : null;
          if (item !== null) box.current?.hidePopover();
        }}
      >
        {open.value && children}
      </div>
    </>
  );
}

/** A menu item. The menu closes after a click on it. */
export function MenuItem(props: {
  icon: IconName;
  testId: string;
  label?: string;
  pressed?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="menu__item"
      aria-pressed={props.pressed}
      aria-label={props.label}
      data-testid={props.testId}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
      {props.children}
    </button>
  );
}
