import { useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo } from "preact/hooks";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import type { FeedEvent, MalformedMessage } from "../panels/entry.ts";
import { isShowable, pictureSizeOf } from "./picture-size.ts";

/** A payload as a picture, or a note where the picture is broken or too large. */
export function Picture({ entry, type }: { entry: FeedEvent | MalformedMessage; type: string }) {
  const { raw, subject } = entry;
  const t = allTexts.value;
  const address = useSignal<string | undefined>(undefined);
  const shown = useSignal("");
  const isBroken = useSignal(false);
  const size = useMemo(() => (typeof raw === "string" ? null : pictureSizeOf(raw, type)), [raw, type]);
  // Before the first paint: an image without a source would show its alternative text for a moment.
  useLayoutEffect(() => {
    const made = URL.createObjectURL(new Blob([raw as BlobPart], { type }));
    address.value = made;
    isBroken.value = false;
    return () => URL.revokeObjectURL(made);
  }, [raw, type]);
  if (size !== null && !isShowable(size)) {
    const { count } = formats.value;
    return (
      <p class="note" data-testid="details-picture-large">
        {t.pictureLarge(type, `${count(size.width).text} × ${count(size.height).text}`)}
      </p>
    );
  }
  if (size === null || isBroken.value) {
    return (
      <p class="note" data-testid="details-picture-broken">
        {t.pictureBroken(type)}
      </p>
    );
  }
  return (
    <figure data-testid="details-picture">
      <img
        class="picture"
        src={address.value}
        alt={t.pictureOf(subject)}
        decoding="async"
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          shown.value = `, ${naturalWidth} × ${naturalHeight}`;
        }}
        onError={() => {
          isBroken.value = true;
        }}
      />
      <figcaption class="note">
        {type}
        {shown}
      </figcaption>
    </figure>
  );
}
