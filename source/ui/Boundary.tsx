import { Component, type ReactNode } from 'react';
import { errorMessage } from '../lib/error.ts';
import { safe } from '../lib/text.ts';
import { Frame } from './Frame.tsx';

export type BoundaryProps = {
  /** What is drawn inside, as the operator knows it: "the health pane". */
  name: string;
  width: number;
  height: number;
  /** Another value has it drawn again: what broke it may have changed. */
  attempt: unknown;
  /** What can be done about it; default: where the details are. */
  advice?: string;
  onError(where: string, error: unknown): void;
  children: ReactNode;
};

const ADVICE = '":messages" has the details. It is tried again within 10 s, and for another row at once.';

type State = { error?: unknown; attempt: unknown };

/** Whatever is thrown while its children are drawn stays inside: it says so in their place, and all else goes on. */
export class Boundary extends Component<BoundaryProps, State> {
  override state: State = { attempt: this.props.attempt };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ attempt }: BoundaryProps, state: State): State | null {
    return attempt === state.attempt ? null : { error: undefined, attempt };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError(`${this.props.name} could not be shown`, error);
  }

  override render(): ReactNode {
    const { error } = this.state;
    const { children, name, width, height, advice = ADVICE } = this.props;
    if (error === undefined) return children;
    const why = safe(errorMessage(error));
    const rows = [` ${safe(name)} cannot be shown: ${why}`, ` ${advice}`];
    return <Frame title=" cannot be shown " width={width} height={height} rows={rows} />;
  }
}
