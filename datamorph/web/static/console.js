// The few things that a page cannot do without a script. Everything else is plain HTML and htmx.

// Copy buttons: data-copy names the element whose text is copied.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  const label = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = label; }, 1500);
});

// Keys: "/" to the first field, Ctrl-Enter sends the form that one types in.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select");
  if (event.key === "/" && !isTyping) {
    const field = document.querySelector("[data-first]");
    if (field) { event.preventDefault(); field.focus(); }
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && isTyping?.form) {
    event.preventDefault();
    isTyping.form.requestSubmit();
  }
});

// A form is sent once, however often one clicks.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "yes";
  const button = event.submitter;
  if (button) { button.setAttribute("aria-busy", "true"); }
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// A stream that could not begin is asked for again; htmx itself does that only for one that broke off.
function beginLater(event) {
  const list = event.target, answer = event.detail.ctx?.response, address = list.getAttribute("hx-sse:connect");
  if (!address || (answer && answer.status < 400)) return;
  event.preventDefault();
  if (answer?.status === 401) { location.reload(); return; }
  list.dataset.waits = "Live updates are not to be had just now; they are asked for again.";
  const seconds = Number(answer?.headers.get("retry-after")) || 5;
  setTimeout(() => { if (list.isConnected && list.dataset.waits) htmx.ajax("GET", address, { source: list }); }, seconds * 1000);
}
document.addEventListener("htmx:before:response", beginLater);
document.addEventListener("htmx:error", beginLater);
document.addEventListener("htmx:sse:after:connection", (event) => { delete event.target.dataset.waits; });

// On paper everything is open.
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details:not([open])")) { part.dataset.shut = "yes"; part.open = true; }
});
addEventListener("afterprint", () => {
  for (const part of document.querySelectorAll("details[data-shut]")) { part.open = false; delete part.dataset.shut; }
});

// Light, dark, or as the system says.
const kept = localStorage.getItem("scheme");
if (kept) document.documentElement.dataset.scheme = kept;
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-scheme-switch]")) return;
  const isDark = getComputedStyle(document.documentElement).colorScheme.includes("dark") &&
    (document.documentElement.dataset.scheme === "dark" || matchMedia("(prefers-color-scheme: dark)").matches) &&
    document.documentElement.dataset.scheme !== "light";
  const next = isDark ? "light" : "dark";
  document.documentElement.dataset.scheme = next;
  localStorage.setItem("scheme", next);
});

// Table names put themselves into the query.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = document.getElementById("sql");
  if (!button || !field) return;
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.focus();
});
