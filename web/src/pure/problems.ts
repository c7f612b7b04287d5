// What went wrong, as the API says it (RFC 9457 with diagnostics) or as the browser does.
import type { Diagnostic } from "../api/types";

/** Status of an answer to whoever has no session, or no longer. */
export const notLoggedIn = 401;

/** What of a diagnostic is shown. */
export interface Trouble {
  readonly code: string | null;
  readonly what: string;
  readonly where: string | null;
  readonly why: readonly string[];
  readonly fix: string | null;
}

/** A call that was not answered with a success. */
export class Problem extends Error {
  constructor(readonly status: number, readonly troubles: readonly Trouble[]) {
    super(troubles[0]?.what ?? `HTTP ${status}`);
  }
}

/** From the body of an answer; whatever stood between may have written another body. */
export function problemOf(status: number, body: unknown): Problem {
  const diagnostics = isObject(body) && Array.isArray(body.diagnostics) ? (body.diagnostics as unknown[]).filter(isDiagnostic).map(troubleOf) : [];
  return new Problem(status, diagnostics.length > 0 ? diagnostics : [{ code: null, what: `the control plane answered with status ${status}`, where: null, why: [], fix: "Try again." }]);
}

/** From an exception of a call: no connection, most likely. */
export const problemOfError = (error: unknown): Problem => error instanceof Problem ? error : new Problem(0, [{
  code: null, what: "the control plane can't be reached", where: null, why: [error instanceof Error ? error.message : String(error)], fix: "It is tried again by itself.",
}]);

const troubleOf = (diagnostic: Diagnostic): Trouble => ({
  code: diagnostic.code,
  what: diagnostic.headline,
  where: diagnostic.location ? `${diagnostic.location.file}:${diagnostic.location.line}` : null,
  why: diagnostic.notes ?? [],
  fix: diagnostic.help ?? null,
});

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const isDiagnostic = (value: unknown): value is Diagnostic => isObject(value) && typeof value.code === "string" && typeof value.headline === "string";
