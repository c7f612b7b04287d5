// What a page is made of.
import type { Session } from "../api/client";
import type { Child } from "../dom";

/** A page as it is now. */
export interface View {
  /** Its only heading of the first level. */
  readonly title: string;
  readonly content: Child;
  /** When it will be another by time alone, in milliseconds since 1970; null for never. */
  readonly until: number | null;
}

/** What pages are given. */
export interface Desk {
  readonly session: Session;
  /** Does what somebody asked for, says so, and shows what came of it. `form` holds what was typed for it; null for nothing. */
  act(form: HTMLElement | null, work: () => Promise<string>): void;
}
