import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { sheetTexts } from "../i18n/sheets.ts";
import type { FeedEvent, MalformedMessage } from "../panels/entry.ts";

/** A payload that is a picture, shown as one; in words where it can't be. */
export function Picture({ entry, type }: { entry: FeedEvent | MalformedMessage; type: string }) {
  const { raw, subject } = entry;
  const s = sheetTexts.value;
  const address = useSignal<string | undefined>(undefined);
  const size = useSignal("");
  const isBroken = useSignal(false);
  // Before it is painted: an image without an address would show its words for a moment.
  useLayoutEffect(() => {
    const made = URL.createObjectURL(new Blob([raw as BlobPart], { type }));
    address.value = made;
    return () => URL.revokeObjectURL(made);
  }, [raw, type]);
  if (isBroken.value) {
    return (
      <p class="note" data-testid="details-picture-broken">
        {s.pictureBroken(type)}
      </p>
    );
  }
  return (
    <figure data-testid="details-picture">
      <img
        class="picture"
        src={address.value}
        alt={s.pictureOf(subject)}
        decoding="async"
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          size.value = `, ${naturalWidth} × ${naturalHeight}`;
        }}
        onError={() => {
          isBroken.value = true;
        }}
      />
      <figcaption class="note">
        {type}
        {size}
      </figcaption>
    </figure>
  );
}
