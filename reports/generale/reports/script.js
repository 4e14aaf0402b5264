"use strict";
// Adds to a page that is complete without it: filters, buttons to copy, and opening what a link points at.
(() => {
  const page = document.documentElement;

  function open(target) {
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
  }

  function followLink() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    show("");
    open(target);
    target.scrollIntoView();
  }

  const rows = [...document.querySelectorAll("tr[data-verdict]")];
  const chips = [...document.querySelectorAll("[data-filter]")];
  const told = document.querySelector("#shown");

  function show(verdict) {
    let count = 0;
    for (const row of rows) {
      row.hidden = verdict !== "" && row.dataset.verdict !== verdict;
      count += row.hidden ? 0 : 1;
    }
    for (const group of document.querySelectorAll("#requirement-table tbody")) {
      group.hidden = ![...group.querySelectorAll("tr[data-verdict]")].some((row) => !row.hidden);
    }
    for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.filter === verdict));
    if (told) told.textContent = verdict === "" ? "" : told.dataset.words.replace("0", String(count));
  }

  for (const chip of chips) chip.addEventListener("click", () => show(chip.dataset.filter));
  for (const bar of document.querySelectorAll(".filters")) bar.hidden = false;

  for (const button of document.querySelectorAll("button[data-copied]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
      const words = button.textContent;
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = words; }, 1500);
    });
  }

  addEventListener("hashchange", followLink);
  if (location.hash) followLink();
  page.classList.add("scripted");
})();
