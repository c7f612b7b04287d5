// The dashboard: shows the page of the address, looks again whenever something happens, and does what somebody asks for.
import { logout, session, type Session } from "./api/client";
import { follow } from "./api/stream";
import { el, settle, show, type Child } from "./dom";
import { applicationPage } from "./pages/application";
import { applicationsPage } from "./pages/applications";
import { approvalPage } from "./pages/approval";
import type { Desk, View } from "./pages/view";
import { done, failed } from "./parts/notice";
import { coalesce } from "./pure/coalesce";
import { notLoggedIn, problemOfError } from "./pure/problems";
import { concerns, routeOf, type Route } from "./pure/routes";

const gathered_ms = 150;
const soonest_ms = 1_000;
const latest_ms = 3_600_000;

const page = document.getElementById("page")!;
const notice = document.getElementById("notice")!;
const live = document.getElementById("live")!;

let here: Route = routeOf(location.pathname);
let isNew = true;
let known: Session | null = null;
let isStale = false;
let gathering: number | undefined;
let ripening: number | undefined;

const desk = (own: Session): Desk => ({
  session: own,
  act: (form, work) => void act(form, work),
});

async function view(own: Session, route: Route): Promise<View> {
  switch (route.page) {
    case "applications": return applicationsPage();
    case "application": return applicationPage(route.application);
    case "approval": return approvalPage(desk(own), route.application, route.environment, route.release);
    case "unknown": return { title: "There is no such page", content: el("p", {}, el("a", { href: "/" }, "What runs where")), until: null };
  }
}

const refresh = coalesce(async () => {
  const route = here;
  try {
    known ??= await session();
    document.getElementById("who")!.textContent = known.account;
    const next = await view(known, route);
    // Somebody went on meanwhile: that page is asked for already.
    if (route !== here) return;
    display(next.title, next.content, next.until);
    if (isStale) show(notice);
    isStale = false;
  } catch (error) {
    const problem = problemOfError(error);
    if (problem.status === notLoggedIn) return toLogin();
    if (route !== here) return;
    // What is there stays, and with it what somebody is typing.
    if (isNew) display("Towpath", null, null);
    isStale = true;
    show(notice, failed(problem));
  }
});

function display(title: string, content: Child, until: number | null): void {
  document.title = `${title} - Towpath`;
  show(page, el("h1", { tabindex: -1, id: "title" }, title), content);
  // Whoever listens rather than looks must hear that this is another page.
  if (isNew) document.getElementById("title")!.focus({ preventScroll: true });
  isNew = false;
  window.clearTimeout(ripening);
  if (until !== null) ripening = window.setTimeout(() => void refresh(), Math.min(latest_ms, Math.max(soonest_ms, until - Date.now() + soonest_ms)));
}

async function act(form: HTMLElement | null, work: () => Promise<string>): Promise<void> {
  const buttons = [...(form?.matches("button") ? [form as HTMLButtonElement] : form?.querySelectorAll("button") ?? [])];
  for (const each of buttons) each.disabled = true;
  try {
    const text = await work();
    if (form) settle(form);
    show(notice, done(text));
  } catch (error) {
    const problem = problemOfError(error);
    if (problem.status === notLoggedIn) return toLogin();
    show(notice, failed(problem));
    notice.scrollIntoView({ block: "nearest" });
  } finally {
    for (const each of buttons) each.disabled = false;
  }
  await refresh();
}

function toLogin(): void {
  location.assign(`/login?return=${encodeURIComponent(location.pathname)}`);
}

function go(): void {
  here = routeOf(location.pathname);
  isNew = true;
  isStale = false;
  // Rights may have changed.
  known = null;
  show(notice);
  window.scrollTo(0, 0);
  void refresh();
}

function clicked(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const address = link?.getAttribute("href") ?? "";
  if (!address.startsWith("/") || address.startsWith("/login") || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  history.pushState(null, "", address);
  go();
}

document.addEventListener("click", clicked);
window.addEventListener("popstate", go);
document.getElementById("logout")!.addEventListener("click", () => void (known ? logout(known) : Promise.resolve()).finally(() => location.assign("/login")));

follow({
  opened: () => {
    show(live, "live");
    void refresh();
  },
  happened: (fact) => {
    if (!concerns(here, fact.application)) return;
    window.clearTimeout(gathering);
    // Facts come in handfuls.
    gathering = window.setTimeout(() => void refresh(), gathered_ms);
  },
  lost: () => {
    show(live, "connection lost, trying again");
    // Where the session has ended, this leads to the login.
    void refresh();
  },
});
void refresh();
