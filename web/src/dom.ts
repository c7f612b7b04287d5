// Elements from data. Data becomes text and attributes, never markup.

export type Child = Node | string | null | false | readonly Child[];
type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Makes an element. An attribute that is false or null is left out. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) continue;
    // Addresses come from the API, too.
    if (name === "href" && !/^(\/|https?:\/\/)/.test(String(value))) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/** Makes a button that does something. */
export function button(id: string, text: string, act: () => void): HTMLButtonElement {
  const made = el("button", { type: "button", id }, text);
  made.addEventListener("click", act);
  return made;
}

/**
 * Shows other content in place of what an element holds, and keeps what somebody is typing, and where. Content that is the same stays: its listeners do too, so what they hold must be visible in it or
 * stand in an attribute.
 */
export function show(root: HTMLElement, ...content: Child[]): void {
  const next = root.cloneNode(false) as HTMLElement;
  append(next, content);
  if (root.isEqualNode(next)) return;
  const typed = new Map(fieldsOf(root).filter((field) => field.value !== field.defaultValue).map((field) => [field.id, field.value]));
  const active = document.activeElement;
  const selection = isField(active) ? [active.selectionStart, active.selectionEnd] as const : null;
  root.replaceChildren(...next.childNodes);
  for (const field of fieldsOf(root)) field.value = typed.get(field.id) ?? field.value;
  const again = active?.id && !active.isConnected ? document.getElementById(active.id) : null;
  again?.focus({ preventScroll: true });
  if (selection && isField(again)) again.setSelectionRange(...selection);
}

/** What is typed now is what the fields hold from the beginning: the server has it. */
export function settle(form: HTMLElement): void {
  for (const field of fieldsOf(form)) field.defaultValue = field.value;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

const isField = (element: unknown): element is Field => element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;

const fieldsOf = (root: HTMLElement): Field[] => [...root.querySelectorAll<Field>("input[id], textarea[id]")];

function append(element: HTMLElement, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === false) continue;
    if (typeof child === "string" || child instanceof Node) element.append(child);
    else append(element, child);
  }
}
