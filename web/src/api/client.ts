// Calls to the API: the browser sends the cookie of the session, and what is changed carries what only a page of ours can know.
import { problemOf } from "../pure/problems";
import { path } from "../pure/routes";
import type { ApprovalAnswer, BrowserSessionAnswer, DeploymentAnswer, PageOfReleaseAnswer, PageOfstring, RequestAnswer, StatusAnswer, WhoAnswer } from "./types";

export const root = "/api/v1";
const csrfHeader = "Towpath-Csrf";
const mostOfPage = 200;
const patience_ms = 60_000;

/** Somebody who is logged in. */
export interface Session {
  readonly account: string;
  readonly csrf: string;
  readonly who: WhoAnswer;
}

/** Whose session the browser's is. */
export async function session(): Promise<Session> {
  const [own, who] = await Promise.all([get<BrowserSessionAnswer>("/session"), get<WhoAnswer>("/whoami")]);
  return { account: own.account, csrf: own.csrf, who };
}

/** Names of all applications that one may see. */
export async function applications(): Promise<readonly string[]> {
  const names: string[] = [];
  let next: string | null | undefined;
  do {
    const page: PageOfstring = await get(`/applications?limit=${mostOfPage}${next ? `&cursor=${encodeURIComponent(next)}` : ""}`);
    names.push(...page.items);
    next = page.next;
  } while (next);
  return names;
}

export const status = (application: string): Promise<StatusAnswer> => get(`${of(application)}/status`);

export const requests = (application: string): Promise<readonly RequestAnswer[]> => get(`${of(application)}/requests`);

/** The newest releases. */
export const releases = (application: string, limit: number): Promise<PageOfReleaseAnswer> => get(`${of(application)}/releases?limit=${limit}`);

export const approval = (application: string, environment: string, release: string | null): Promise<ApprovalAnswer> =>
  get(`${of(application)}${path("environments", environment, "approval")}${release ? `?release=${encodeURIComponent(release)}` : ""}`);

/** Changes, each by whom. */
export interface Changes {
  request(environment: string, release: string, fields: Readonly<Record<string, string>>): Promise<RequestAnswer>;
  refuse(environment: string, release: string, reason: string): Promise<RequestAnswer>;
  confirm(environment: string, release: string, role: string, covers: string): Promise<DeploymentAnswer>;
  promote(environment: string, release: string): Promise<DeploymentAnswer>;
}

export function changesIn(application: string, by: Session): Changes {
  const post = <T>(what: string, body: object): Promise<T> => call("POST", of(application) + what, by.csrf, { ...body, actor: by.account });
  return {
    request: (environment, release, fields) => post("/request", { environment, release, fields }),
    refuse: (environment, release, reason) => post("/request/refuse", { environment, release, reason }),
    confirm: (environment, release, role, covers) => post("/confirm", { environment, release, role, covers }),
    promote: (environment, release) => post("/promote", { environment, release }),
  };
}

export const logout = (by: Session): Promise<void> => call("DELETE", "/session", by.csrf);

const of = (application: string): string => path("applications", application);

const get = <T>(what: string): Promise<T> => call("GET", what, null);

async function call<T>(method: string, what: string, csrf: string | null, body?: object): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
  if (csrf !== null) headers[csrfHeader] = csrf;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(root + what, { method, headers, body: body ? JSON.stringify(body) : null, signal: AbortSignal.timeout(patience_ms) });
  const text = await answer.text();
  const read = text === "" ? null : parsed(text);
  if (!answer.ok) throw problemOf(answer.status, read);
  return read as T;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
