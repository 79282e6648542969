"use strict";
(() => {
  const root = document.documentElement;
  const tools = document.querySelector(".tools");
  const field = tools.querySelector("input[type=search]");
  const count = tools.querySelector("output");
  const nothing = document.querySelector(".nothing");
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const tags = [...document.querySelectorAll(".tag")].map((tag) => ({
    tag,
    text: fold(tag.textContent),
    links: [...document.querySelectorAll(`[data-of="${CSS.escape(tag.id)}"]`)],
  }));
  const branches = [...document.querySelectorAll(".branch")].reverse();

  const find = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { tag, text, links } of tags) {
      const fits = words.every((word) => text.includes(word));
      found += fits ? 1 : 0;
      for (const each of [tag, ...links]) each.hidden = !fits;
    }
    for (const branch of branches) {
      branch.hidden = !branch.querySelector("[data-of]:not([hidden]), .tag:not([hidden])");
    }
    nothing.hidden = found > 0;
    count.textContent = words.length ? `${found} / ${tags.length}` : "";
  };

  const show = (event) => {
    root.dataset.shows = event.target.value;
  };

  const contents = document.querySelector(".contents details");
  contents.open = window.matchMedia("(min-width: 64rem)").matches;
  window.addEventListener("beforeprint", () => {
    contents.open = true;
  });

  tools.hidden = false;
  field.addEventListener("input", find);
  for (const choice of tools.querySelectorAll("input[type=radio]")) {
    choice.addEventListener("change", show);
  }
})();
