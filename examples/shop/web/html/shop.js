const money = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });
const element = (id) => document.getElementById(id);

async function call(path, options) {
  const response = await fetch(`api${path}`, options);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function say(text) {
  element("message").textContent = text;
}

function node(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text ?? "";
  if (className) made.className = className;
  return made;
}

function card(product) {
  const item = document.createElement("li");
  const title = node("h2", product.name);
  const price = node("p", "", "price");
  if (product.discount) {
    title.append(node("span", `-${product.discount}%`, "discount"));
    price.append(node("s", money.format(product.price)), money.format(product.discounted));
  } else {
    price.append(money.format(product.price));
  }
  const button = node("button", "Order one");
  button.addEventListener("click", () => order(product, button));
  item.append(title, price, button);
  return item;
}

async function order(product, button) {
  button.disabled = true;
  try {
    const placed = await call("/orders", {
      method: "POST",
      // The key makes a repeated click on a bad line harmless: the same order comes back.
      headers: { "Content-Type": "application/json", "Idempotency-Key": newKey() },
      body: JSON.stringify({ product: product.id, quantity: 1 }),
    });
    say(`Order ${placed.id}: ${product.name}`);
    await refresh();
  } catch (error) {
    say(error.message);
  } finally {
    button.disabled = false;
  }
}

// crypto.randomUUID exists on secure origins only; a server reached by its address is none.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function refresh() {
  try {
    const [version, count] = await Promise.all([call("/version"), call("/orders/count")]);
    element("version").textContent = `version ${version.version} on ${version.host}`;
    for (const id of ["total", "processed", "duplicates"]) element(id).textContent = count[id];
  } catch (error) {
    say(error.message);
  }
}

try {
  element("products").replaceChildren(...(await call("/products")).map(card));
} catch (error) {
  say(error.message);
}
await refresh();
setInterval(refresh, 2000);
