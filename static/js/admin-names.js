// Names the fields that the admin's tables, its pairs of day and time and its editors leave nameless:
// by the head of their column or the label of their row, also when they come later.

const NAMELESS = [
  "td input:not([type=hidden])", "td select", "td textarea", ".datetime input", ".tiptap",
  ".select2-selection__rendered[role=textbox]", ".select2-search__field",
].map((fields) => `${fields}:not([aria-label])`).join();

function nameOf(field) {
  const cell = field.closest("td");
  const head = cell?.closest("table").tHead.rows[0].cells[cell.cellIndex];
  const row = field.closest(".form-row")?.querySelector("label, legend");
  const own = field.closest(".datetime") ? field.previousSibling?.textContent : "";
  return [head ?? row, own].map((words) => (words?.textContent ?? words ?? "").replace(/[\s:]+/g, " ").trim()).join(" ").trim();
}

function nameAll() {
  for (const field of document.querySelectorAll(NAMELESS)) field.setAttribute("aria-label", nameOf(field));
}

nameAll();
new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
