import "./menu.css";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";
import { onSized } from "./width.ts";

/** Between a menu and what is around it, pixels. */
const GAP = 4;

/**
 * A button that opens a menu over the page: a popover, so that the browser closes it at Escape and at a click
 * beside it. Its content is there only while it is open.
 */
export function Menu(props: {
  icon: IconName;
  label: string;
  testId: string;
  /** Beside the icon, where there is room for words. */
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
    // What is loaded with the first menu makes it larger.
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

/** One thing that a menu does; the menu closes after it. */
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
