// Which page an address is. The server shows the same document for all of them.

export type Route =
  | { readonly page: "applications" }
  | { readonly page: "application"; readonly application: string }
  | { readonly page: "approval"; readonly application: string; readonly environment: string; readonly release: string | null }
  | { readonly page: "unknown" };

/** The page of a path, as the browser gives it. */
export function routeOf(path: string): Route {
  const parts = path.split("/").filter((part) => part !== "").map(decoded);
  if (parts.includes(null)) return { page: "unknown" };
  const [first, application, second, environment, third, release, more] = parts as string[];
  if (first === undefined) return { page: "applications" };
  if (first !== "applications" || more !== undefined) return { page: "unknown" };
  if (application === undefined) return { page: "applications" };
  if (second === undefined) return { page: "application", application };
  if (second !== "environments" || environment === undefined) return { page: "unknown" };
  if (third === undefined) return { page: "approval", application, environment, release: null };
  return third === "releases" && release !== undefined ? { page: "approval", application, environment, release } : { page: "unknown" };
}

/** A path of names, each of them escaped. */
export const path = (...names: string[]): string => "/" + names.map(encodeURIComponent).join("/");

export const applicationPath = (application: string): string => path("applications", application);

export const approvalPath = (application: string, environment: string, release?: string | null): string =>
  path("applications", application, "environments", environment, ...(release ? ["releases", release] : []));

/** Whether a fact of the journal can change what a page shows. */
export const concerns = (route: Route, application: string): boolean =>
  // Facts of no application are about everything: a halt, say.
  application === "" || (route.page !== "application" && route.page !== "approval") || route.application === application;

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
