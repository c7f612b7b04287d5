// Small parts that all pages use.
import { el, type Child } from "../dom";
import { applicationPath } from "../pure/routes";
import { gatesOf, type Tone } from "../pure/state";
import { count, short, time } from "../pure/words";
import type { GateAnswer } from "../api/types";

/** A word with its colour. */
export const mark = (word: string, tone: Tone): HTMLElement => el("span", { class: `mark ${tone}` }, word);

/** A time, for people and machines. */
export const moment = (at: string): HTMLElement => el("time", { datetime: at }, time(at));

/** A hash, whole for whoever asks. */
export const hash = (text: string): HTMLElement => el("code", { title: text }, short(text));

/** The way back up. */
export const trail = (application: string): HTMLElement =>
  el("nav", { "aria-label": "Where this is" }, el("a", { href: "/" }, "Applications"), " / ", el("a", { href: applicationPath(application) }, application));

/** A table whose cells say their heading on narrow screens, where rows are blocks. */
export function table(caption: string, heads: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  return el("table", {},
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, at) => el(at === 0 ? "th" : "td", at === 0 ? { scope: "row" } : { "data-head": heads[at]! }, cell))))));
}

/** Closed gates with their reasons; open ones as a number. */
export function gateList(gates: readonly GateAnswer[]): HTMLElement {
  const { closed, open } = gatesOf(gates);
  if (gates.length === 0) return el("span", { class: "quiet" }, "no gates");
  return el("div", { class: "gates" },
    closed.length === 0
      ? mark(`open: ${count(gates.length, "gate")}`, "good")
      : el("ul", {}, closed.map((gate) => el("li", {}, mark(`${gate.name} closed`, "waits"), " ", gate.evidence, gate.holdsAt ? [" (opens ", moment(gate.holdsAt), ")"] : null))),
    closed.length > 0 && open > 0 ? el("span", { class: "quiet" }, `${count(open, "gate")} open`) : null);
}
