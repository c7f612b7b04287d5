// Facts as they happen. The browser comes back by itself with the number of the last one, so that none is lost; where none had come yet, opening again means looking again.
import { root } from "./client";
import type { Fact } from "./types";

/** What a follower hears. */
export interface Follower {
  /** The stream is open, for the first time or again. */
  opened(): void;
  happened(fact: Fact): void;
  /** There is no connection now. */
  lost(): void;
}

const again_ms = 5_000;

/** Follows for as long as the page is looked at: a browser opens only six connections to one place, and each hidden tab would hold one. */
export function follow(follower: Follower): void {
  let source: EventSource | null = null;
  let timer: number | undefined;

  const open = (): void => {
    window.clearTimeout(timer);
    if (source || document.hidden) return;
    const own = source = new EventSource(`${root}/events`);
    own.addEventListener("open", () => follower.opened());
    own.addEventListener("fact", (event) => follower.happened(JSON.parse((event as MessageEvent<string>).data) as Fact));
    own.addEventListener("error", () => {
      follower.lost();
      // The browser comes back by itself unless the answer was a refusal.
      if (own.readyState !== EventSource.CLOSED) return;
      close();
      timer = window.setTimeout(open, again_ms);
    });
  };

  const close = (): void => {
    window.clearTimeout(timer);
    source?.close();
    source = null;
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  open();
}
