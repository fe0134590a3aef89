import { Component, type ComponentChildren } from "preact";

interface BoundaryProps {
  /** Renders in place of the children after an error; `again` renders them again. */
  readonly fallback: (error: unknown, again: () => void) => ComponentChildren;
  /** The data that the children show; other data makes the boundary try again. */
  readonly of: unknown;
  /** A second dependency, such as the layout, that makes the boundary try again. */
  readonly by?: unknown;
  readonly children: ComponentChildren;
}

interface BoundaryState {
  readonly failed: { readonly error: unknown; readonly of: unknown; readonly by: unknown } | null;
}

/** An error boundary: a row, panel or sheet that throws doesn't take the rest of the page down. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { failed: null };

  override componentDidCatch(error: unknown): void {
    const { of, by } = this.props;
    this.setState({ failed: { error, of, by } });
  }

  override render(
    { fallback, of, by, children }: BoundaryProps,
    { failed }: BoundaryState,
  ): ComponentChildren {
    return failed !== null && failed.of === of && failed.by === by
      ? fallback(failed.error, () => this.setState({ failed: null }))
      : children;
  }
}
