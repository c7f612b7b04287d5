// What an environment does, in one word that is understood at a glance.
import type { EnvironmentAnswer, GateAnswer, RequestState } from "../api/types";

/** Colour of a word. It never stands alone: the word says the same. */
export type Tone = "good" | "busy" | "waits" | "bad" | "quiet";

export interface State {
  readonly word: string;
  readonly tone: Tone;
  /** More of it, or null. */
  readonly detail: string | null;
}

/** Words for the phases of a deployment that is under way. */
const underWay: Readonly<Record<string, string>> = {
  Requested: "deploying", Gated: "deploying", Provisioning: "deploying", Migrating: "migrating", Rolling: "deploying", Verifying: "verifying", RollingBack: "rolling back",
};

/** The state of an environment: what stands still first, then what is under way, then what runs. */
export function stateOf(environment: EnvironmentAnswer): State {
  const [halt] = environment.standsStill ?? [];
  if (halt) return { word: "stands still", tone: "bad", detail: `${halt.actor}: ${halt.reason ?? "no reason given"}` };
  const { deployment } = environment;
  const phase = environment.phase ?? "";
  if (phase === "Frozen") return { word: "frozen", tone: "bad", detail: `${deployment} needs a person` };
  const busy = underWay[phase];
  if (busy) return { word: busy, tone: "busy", detail: deployment ?? null };
  if (!environment.release) return phase === "Failed" ? { word: "failed", tone: "bad", detail: deployment ?? null } : { word: "empty", tone: "quiet", detail: null };
  const down = environment.services.filter((service) => service.running < service.desired);
  if (down.length > 0) return { word: "incomplete", tone: "bad", detail: down.map((service) => `${service.name} ${service.running} of ${service.desired}`).join(", ") };
  const drift = environment.drift ?? [];
  if (drift.length > 0) return { word: "changed", tone: "bad", detail: drift.join(", ") };
  return { word: "runs", tone: "good", detail: phase === "Failed" ? `${deployment} failed; what ran before goes on` : null };
}

/** The gates that are closed, and how many are open. */
export const gatesOf = (gates: readonly GateAnswer[]): { readonly closed: readonly GateAnswer[]; readonly open: number } => {
  const closed = gates.filter((gate) => !gate.holds);
  return { closed, open: gates.length - closed.length };
};

/** When the first closed gate holds by itself; null for never. */
export const nextChange = (gates: readonly GateAnswer[]): number | null => {
  const times = gates.filter((gate) => !gate.holds && gate.holdsAt).map((gate) => Date.parse(gate.holdsAt!));
  return times.length > 0 ? Math.min(...times) : null;
};

export const toneOfRequest: Readonly<Record<RequestState, Tone>> = { open: "waits", complete: "busy", confirmed: "good", done: "quiet", refused: "bad" };
