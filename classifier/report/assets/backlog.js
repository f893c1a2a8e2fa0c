"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { roles, glyphs, titles, keys, tags, bests, confidences, fields } = data;
  const unsure = roles.length - 1;
  const count = titles.length;
  const byId = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en").format;
  const roleClass = (role) => (role === unsure ? "role-unsure" : "role-" + (role % 6));
  const named = (role) => glyphs[role] + " " + roles[role];

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  function percent(thousandths) {
    const whole = Math.round(thousandths / 10);
    if (whole >= 100) return ">99\u202f%";
    return (whole < 1 ? "<1" : whole) + "\u202f%";
  }

  /* What a task is in: the names of its groups, by field. */
  const members = fields.map((field) => field.members.map((one) => (Array.isArray(one) ? one : [one])));
  const groupNames = (task, field) => members[field][task].map((group) => fields[field].groups[group]).filter(Boolean);
  const searched = titles.map((title, task) =>
    [title, keys[task], ...fields.flatMap((_, field) => groupNames(task, field))].join("\n").toLowerCase());

  /* Tasks of the very same text share their tag, and so they share a correction. */
  const textOf = (task) => data.texts[task] ?? titles[task];
  const firstOf = new Map();
  const same = titles.map((_, task) => {
    const text = textOf(task);
    if (!firstOf.has(text)) firstOf.set(text, task);
    return firstOf.get(text);
  });

  /* Corrections: first task of a text -> role. Remembered where the browser lets a page remember. */
  const corrections = new Map();
  const memory = {
    key: "taskrole " + data.id,
    works: true,
    load() {
      try {
        const known = JSON.parse(localStorage.getItem(this.key) || "{}");
        for (const [task, name] of Object.entries(known)) {
          const role = roles.indexOf(name);
          if (role >= 0 && same[task] === Number(task)) corrections.set(Number(task), role);
        }
      } catch { this.works = false; }
    },
    save() {
      try {
        if (!corrections.size) localStorage.removeItem(this.key);
        else localStorage.setItem(this.key, JSON.stringify(
          Object.fromEntries([...corrections].map(([task, role]) => [task, roles[role]]))));
      } catch { this.works = false; }
    },
  };
  const isCorrected = (task) => corrections.has(same[task]);
  const roleOf = (task) => (isCorrected(task) ? corrections.get(same[task]) : tags[task]);

  /* ---- Which tasks are shown, in which order ---- */
  const wanted = { words: [], roles: new Set(), least: 0, below: 1001, groups: new Map(), corrected: false };
  const order = { by: null, down: false };
  let shown = [];

  const ranks = {};
  function rank(by) {
    if (by === "confidence") return confidences;
    if (by === "role") return titles.map((_, task) => roleOf(task) * 1001 - confidences[task] / 1001);
    if (!ranks.title) {
      const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
      ranks.title = new Float64Array(count);
      titles.map((_, task) => task).sort((a, b) => compare(titles[a], titles[b]) || a - b)
        .forEach((task, place) => { ranks.title[task] = place; });
    }
    return ranks.title;
  }

  function isWanted(task) {
    if (wanted.roles.size && !wanted.roles.has(roleOf(task))) return false;
    if (confidences[task] < wanted.least || confidences[task] >= wanted.below) return false;
    if (wanted.corrected && !isCorrected(task)) return false;
    for (const [field, group] of wanted.groups) if (!members[field][task].includes(group)) return false;
    for (const word of wanted.words) if (!searched[task].includes(word)) return false;
    return true;
  }

  function update() {
    shown = [];
    for (let task = 0; task < count; task++) if (isWanted(task)) shown.push(task);
    if (order.by) {
      const ranked = rank(order.by);
      const sign = order.down ? -1 : 1;
      shown.sort((a, b) => sign * (ranked[a] - ranked[b]) || a - b);
    }
    layOut();
    byId("shown").textContent = shown.length === count
      ? number(count) + (count === 1 ? " task" : " tasks")
      : number(shown.length) + " of " + number(count) + " tasks";
  }

  /* ---- The table: blocks of rows, filled only near the window ---- */
  const SIZE = 40;
  const NEAR = "900px 0px";
  const PRINTED = 1000;
  const blocks = byId("blocks");
  const opened = new Set();
  let rowHeight = 66;
  let watcher = null;
  let filling = true;

  function layOut() {
    if (watcher) watcher.disconnect();
    watcher = new IntersectionObserver(
      (seen) => seen.forEach(({ target, isIntersecting }) => (isIntersecting ? fill(target) : empty(target))),
      { rootMargin: NEAR });
    const made = [];
    for (let start = 0; start < shown.length; start += SIZE) {
      const block = make("div", {});
      block.start = start;
      block.size = Math.min(SIZE, shown.length - start);
      block.style.height = block.size * rowHeight + "px";
      made.push(block);
    }
    blocks.replaceChildren(...made);
    if (made.length) fill(made[0]);
    else blocks.append(make("div", { role: "row" }, make("div", { class: "calm", role: "cell" }, "No task matches.")));
    byId("table").setAttribute("aria-rowcount", shown.length + 1);
    made.forEach((block) => watcher.observe(block));
  }

  function fill(block) {
    if (block.firstChild) return;
    const rows = [];
    for (let place = block.start; place < block.start + block.size; place++) rows.push(makeRow(shown[place], place));
    block.append(...rows);
    block.style.height = "";
    const height = block.offsetHeight;
    if (height) rowHeight = height / block.size;
  }

  function empty(block) {
    /* The first block stays: whoever comes by keyboard or screen reader must find a row. */
    if (!filling || !block.start || !block.firstChild || block.contains(document.activeElement)) return;
    block.style.height = block.offsetHeight + "px";
    block.replaceChildren();
  }

  function blockOf(place) {
    return blocks.children[Math.floor(place / SIZE)];
  }

  function rowAt(place) {
    const block = blockOf(place);
    if (!block) return null;
    fill(block);
    return block.children[place - block.start];
  }

  function makeRow(task, place) {
    const row = make("div", { class: "row", role: "row", "aria-rowindex": place + 2 });
    row.task = task;
    row.place = place;
    const title = make("button", { type: "button", class: "title", dir: "auto", "aria-expanded": "false" });
    const meta = make("div", { class: "meta", dir: "auto" });
    const said = [keys[task], ...fields.flatMap((_, field) => groupNames(task, field))].filter(Boolean);
    meta.append(...[...new Set(said)].map((text) => make("span", {}, text)));
    row.append(
      make("div", { class: "task", role: "cell" }, title, meta),
      make("div", { class: "set", role: "cell" }),
      make("div", { class: "sure", role: "cell" }, percent(confidences[task]), makeSure(confidences[task])));
    showRole(row);
    open(row, opened.has(task));
    return row;
  }

  const SVG = "http://www.w3.org/2000/svg";
  function makeSure(thousandths) {
    const bar = document.createElementNS(SVG, "svg");
    const part = document.createElementNS(SVG, "rect");
    bar.setAttribute("class", "bar");
    bar.setAttribute("aria-hidden", "true");
    part.setAttribute("width", thousandths / 10 + "%");
    part.setAttribute("height", "100%");
    bar.append(part);
    return bar;
  }

  function showRole(row) {
    const { task } = row;
    const role = roleOf(task);
    const cell = row.children[1];
    const held = cell.contains(document.activeElement);
    const choice = make("select", { "aria-label": "Role of " + titles[task] },
      ...roles.map((_, each) => make("option", { value: each, selected: each === role }, named(each))));
    cell.className = "set " + roleClass(role);
    cell.replaceChildren(choice);
    if (isCorrected(task)) {
      const undo = make("button", { type: "button", class: "undo" }, "take back");
      undo.setAttribute("aria-label", "Take the correction of " + titles[task] + " back");
      cell.append(make("div", { class: "was" }, "was " + named(tags[task]) + " · ", undo));
    }
    if (held) choice.focus();
  }

  /* ---- Reasons ---- */
  function open(row, wide) {
    const { task } = row;
    const cell = row.firstChild;
    const title = cell.firstChild;
    title.setAttribute("aria-expanded", wide);
    cell.querySelector(".why")?.remove();
    if (wide) {
      opened.add(task);
      title.replaceChildren(...shaded(task));
      cell.append(makeWhy(task));
    } else {
      opened.delete(task);
      title.textContent = titles[task];
    }
  }

  function shaded(task) {
    const leans = data.leans[task];
    return titles[task].split(" ").flatMap((word, place) => {
      const role = leans[2 * place], tenths = leans[2 * place + 1];
      const depth = tenths >= 20 ? 3 : tenths >= 10 ? 2 : tenths >= 3 ? 1 : 0;
      return [depth ? make("span", { class: `w w${depth} ${roleClass(role)}` }, word) : word, " "];
    });
  }

  function makeWhy(task) {
    const best = named(bests[task]) + ", " + percent(confidences[task]);
    let verdict = named(tags[task]) + ", " + percent(confidences[task]) + " sure.";
    if (data.because[task] === 1) verdict = named(unsure) + ": torn, the words speak for more than one role. Best guess: " + best + ".";
    if (data.because[task] === 2) verdict = named(unsure) + ": the words give too little to go on. Best guess: " + best + ".";
    const why = make("div", { class: "why" }, make("p", {}, verdict));
    const words = titles[task].split(" ");
    const list = make("dl", {});
    const strongest = data.strongest[task];
    for (let role = 0; role < unsure; role++) {
      const said = make("dd", {});
      for (let at = 0; at < strongest.length; at += 4) {
        if (strongest[at + 2] !== role) continue;
        said.append(make("span", {}, spelled(words, strongest[at], strongest[at + 1]), " ",
          make("b", {}, "+" + (strongest[at + 3] / 10).toFixed(1))));
      }
      if (said.firstChild) list.append(make("dt", { class: roleClass(role) }, "for " + named(role)), said);
    }
    if (list.firstChild) why.append(list);
    return why;
  }

  function spelled(words, first, second) {
    if (first === second) return words[first];
    if (first < 0 || second < 0) {
      const word = words[Math.max(first, second)];
      const other = Math.min(first, second);
      return other === -1 ? word + " near the start" : other === -2 ? word + " near the end" : word + " with the description";
    }
    return words[first] + (second === first + 1 ? " " : " … ") + words[second];
  }

  /* ---- Correcting ---- */
  function correct(task, role) {
    const first = same[task];
    if (role === null || role === tags[task]) corrections.delete(first);
    else corrections.set(first, role);
    memory.save();
    for (const row of blocks.querySelectorAll(".row")) if (row.task !== undefined && same[row.task] === first) showRole(row);
    showCorrections();
    const others = same.reduce((sum, each) => sum + (each === first), 0) - 1;
    say((isCorrected(task) ? "Corrected to " : "Back to ") + roles[roleOf(task)] +
      (others ? ", with " + number(others) + " of the same text" : "") + ".");
  }

  function say(text) {
    byId("said").textContent = text;
  }

  function showCorrections() {
    const size = corrections.size;
    byId("corrections").hidden = !size;
    byId("corrected").textContent = number(size) + (size === 1 ? " correction." : " corrections.");
    byId("memory").textContent = memory.works
      ? "Kept in this browser."
      : "This browser forgets them with the page: download them before you close it.";
    if (!size && wanted.corrected) {
      wanted.corrected = false;
      byId("only-corrected").setAttribute("aria-pressed", "false");
      update();
    }
  }

  /* What a spreadsheet would run gets an apostrophe, which `taskrole` takes off again; numbers stay numbers. */
  function cell(text) {
    const bare = text.replace(/^'+/, "");
    if (/^[=+\-@\t\r＝＋－＠]/.test(bare) && !/^[-+]?(\d+([.,]\d+)*|[.,]\d+)%?$/.test(bare)) text = "'" + text;
    return '"' + text.replaceAll('"', '""') + '"';
  }

  function asTable() {
    const rows = [["text", "role", "was", "sure"]];
    for (const [task, role] of [...corrections].sort(([a], [b]) => a - b)) {
      rows.push([textOf(task), roles[role], roles[tags[task]], (confidences[task] / 1000).toFixed(3)]);
    }
    return "\ufeff" + rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
  }

  function download() {
    const url = URL.createObjectURL(new Blob([asTable()], { type: "text/csv" }));
    const link = make("a", { href: url, download: "corrections.csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    say("Downloaded corrections.csv.");
  }

  /* ---- Groups ---- */
  const groupButtons = [...document.querySelectorAll(".group")];

  function choose(field, group) {
    if (wanted.groups.get(field) === group) wanted.groups.delete(field);
    else wanted.groups.set(field, group);
    for (const button of groupButtons) {
      button.setAttribute("aria-pressed", wanted.groups.get(Number(button.dataset.field)) === Number(button.dataset.group));
    }
    const chips = [...wanted.groups].map(([each, place]) => {
      const chip = make("button", { type: "button", class: "quiet" },
        fields[each].title + ": " + (fields[each].groups[place] || "(none)") + " ×");
      chip.setAttribute("aria-label", "Show more than " + fields[each].title + " " + (fields[each].groups[place] || "(none)"));
      chip.addEventListener("click", () => { choose(each, place); byId("find").focus(); });
      return chip;
    });
    byId("chosen").replaceChildren(...chips);
    byId("chosen").hidden = !chips.length;
    update();
    return chips;
  }

  function arrangeGroups() {
    const by = byId("group-sort").value;
    const looked = byId("group-find").value.trim().toLowerCase();
    const value = (item) => item.getAttribute("data-" + by);
    const compare = {
      name: (a, b) => value(a).localeCompare(value(b), "en", { numeric: true }),
      contrast: (a, b) => value(a) - value(b),
    }[by] || ((a, b) => value(b) - value(a));
    const tasks = (item) => Number(item.dataset.tasks);
    for (const list of document.querySelectorAll(".chart ul")) {
      const all = list.parentElement.querySelector(".all");
      const wide = all && all.getAttribute("aria-expanded") === "true";
      const items = [...list.children].sort((a, b) =>
        !a.dataset.name - !b.dataset.name || compare(a, b) || tasks(b) - tasks(a));
      let place = 0;
      for (const item of items) {
        const found = !looked || item.dataset.name.toLowerCase().includes(looked);
        item.hidden = !found;
        item.classList.toggle("further", found && !wide && !looked && place >= 8);
        if (found) place += 1;
      }
      list.replaceChildren(...items);
      list.parentElement.hidden = !place;
      if (all) all.hidden = Boolean(looked);
    }
  }

  /* ---- What people do ---- */
  function onKey(event) {
    const row = event.target.closest(".row");
    if (!row || !event.target.classList.contains("title") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = rowAt(row.place + (event.key === "ArrowDown" ? 1 : -1));
      if (next) next.querySelector(".title").focus();
    } else if (/^[0-9]$/.test(event.key) && Number(event.key) <= unsure) {
      correct(row.task, event.key === "0" ? unsure : Number(event.key) - 1);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      correct(row.task, null);
    } else {
      return;
    }
    event.preventDefault();
  }

  function listen() {
    blocks.addEventListener("keydown", onKey);
    blocks.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      const button = event.target.closest("button");
      if (!row || !button) return;
      if (button.classList.contains("title")) open(row, button.getAttribute("aria-expanded") === "false");
      else if (button.classList.contains("undo")) { correct(row.task, null); row.querySelector("select").focus(); }
    });
    blocks.addEventListener("change", (event) => {
      const row = event.target.closest(".row");
      if (row) correct(row.task, Number(event.target.value));
    });
    byId("find").addEventListener("input", (event) => {
      wanted.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
      update();
    });
    byId("confidence").addEventListener("change", (event) => {
      [wanted.least, wanted.below] = event.target.value.split("-").map(Number);
      update();
    });
    for (const button of document.querySelectorAll(".toggle")) {
      button.addEventListener("click", () => {
        const role = Number(button.dataset.role);
        if (!wanted.roles.delete(role)) wanted.roles.add(role);
        button.setAttribute("aria-pressed", wanted.roles.has(role));
        update();
      });
    }
    for (const button of document.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () => {
        const by = button.dataset.sort;
        if (order.by !== by) [order.by, order.down] = [by, false];
        else if (!order.down) order.down = true;
        else order.by = null;
        for (const header of document.querySelectorAll("[aria-sort]")) header.setAttribute("aria-sort", "none");
        if (order.by) button.parentElement.setAttribute("aria-sort", order.down ? "descending" : "ascending");
        update();
      });
    }
    for (const button of groupButtons) {
      button.addEventListener("click", () => {
        const chips = choose(Number(button.dataset.field), Number(button.dataset.group));
        if (button.getAttribute("aria-pressed") === "false") return;
        byId("tasks").scrollIntoView();
        chips.at(-1).focus({ preventScroll: true });
      });
    }
    for (const button of document.querySelectorAll(".all")) {
      button.addEventListener("click", () => {
        const wide = button.getAttribute("aria-expanded") === "false";
        button.setAttribute("aria-expanded", wide);
        button.textContent = wide ? "Show fewer" : "Show " + button.dataset.rest + " more";
        arrangeGroups();
      });
    }
    byId("group-sort")?.addEventListener("change", arrangeGroups);
    byId("group-find")?.addEventListener("input", arrangeGroups);
    byId("download").addEventListener("click", download);
    byId("forget").addEventListener("click", () => {
      corrections.clear();
      memory.save();
      for (const row of blocks.querySelectorAll(".row")) if (row.task !== undefined) showRole(row);
      showCorrections();
      say("All corrections are taken back.");
      byId("find").focus();
    });
    byId("only-corrected").addEventListener("click", (event) => {
      wanted.corrected = !wanted.corrected;
      event.currentTarget.setAttribute("aria-pressed", wanted.corrected);
      update();
    });
  }

  /* On paper there is no window to scroll: the tasks that are shown are all laid out, up to a limit. */
  function toPaper() {
    filling = false;
    for (const block of blocks.children) if (block.start < PRINTED) fill(block); else block.hidden = true;
    byId("cut").hidden = shown.length <= PRINTED;
    byId("cut").textContent = "The first " + number(PRINTED) + " of " + number(shown.length) + " tasks; filter before printing to get others.";
  }

  function fromPaper() {
    filling = true;
    byId("cut").hidden = true;
    layOut();
  }

  document.documentElement.classList.add("js");
  for (const element of document.querySelectorAll(".tools, .keys, #table")) element.hidden = false;
  memory.load();
  listen();
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", fromPaper);
  update();
  showCorrections();
})();
