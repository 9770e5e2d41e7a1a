"use strict";
(() => {
  const PAGE = 50, MOST_PICKS = 12;
  const sheet = document.getElementById("sheet");
  const loaded = new Map();

  const make = (tag, text, attributes) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    return node;
  };

  const load = (id) => {
    if (!loaded.has(id)) {
      const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      loaded.set(id, new Response(stream).json());
    }
    return loaded.get(id);
  };

  const shown = (value) => (value === null ? "" : value === true ? "yes" : value === false ? "no" : String(value));

  const compare = (column, sign) => (a, b) => {
    const x = column[a], y = column[b];
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    return sign * (typeof x === "number" && typeof y === "number" ? x - y : x < y ? -1 : x > y ? 1 : 0) || a - b;
  };

  const picker = (name, kinds, changed) => {
    const label = make("label", name.replaceAll("_", " ")), select = make("select");
    select.append(make("option", "all", { value: "" }), ...kinds.map((kind) => make("option", kind)));
    select.addEventListener("change", changed);
    label.append(select);
    return label;
  };

  const viewer = (host, table, title, total) => {
    const columns = table.columns, data = table.data, length = data.length ? data[0].length : table.length;
    const all = Array.from({ length }, (_, n) => n);
    let kept = all, page = 0, sorted = -1, sign = 1, haystack = null;
    const search = make("input", undefined, { type: "search", autocomplete: "off" });
    const label = make("label", "Search these rows");
    label.append(search);
    const count = make("p", "", { class: "count", role: "status" });
    const back = make("button", "Previous", { type: "button" }), next = make("button", "Next", { type: "button" });
    const tools = make("div", undefined, { class: "tools" });
    const picks = data.map((column, n) => {
      const kinds = length > 5 ? [...new Set(column)].filter((v) => v !== null && v !== "") : [];
      const isPick = kinds.length > 1 && kinds.length <= MOST_PICKS && kinds.every((v) => typeof v !== "number");
      return isPick ? picker(columns[n], kinds.map(shown).sort(), () => filter()) : null;
    });
    tools.append(label, ...picks.filter(Boolean).slice(0, 4), back, next, count);
    const region = make("div", undefined, { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rows: " + title });
    const grid = make("table"), head = make("thead"), body = make("tbody"), line = make("tr");
    const numeric = data.map((column) => column.some((v) => typeof v === "number") && column.every((v) => v === null || typeof v === "number"));
    columns.forEach((name, n) => {
      const th = make("th", undefined, { scope: "col" });
      if (numeric[n]) th.className = "n";
      const button = make("button", name, { type: "button" });
      button.addEventListener("click", () => {
        sign = sorted === n ? -sign : 1;
        sorted = n;
        line.querySelectorAll("th").forEach((other, m) => (m === n ? other.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending") : other.removeAttribute("aria-sort")));
        filter();
      });
      th.append(button);
      line.append(th);
    });
    head.append(line);
    grid.append(head, body);
    region.append(grid);
    host.replaceChildren(tools, region);

    const draw = () => {
      const pages = Math.max(1, Math.ceil(kept.length / PAGE));
      page = Math.min(Math.max(page, 0), pages - 1);
      const first = page * PAGE, part = kept.slice(first, first + PAGE);
      body.replaceChildren(...part.map((row) => {
        const tr = make("tr");
        data.forEach((column, n) => {
          const text = shown(column[row]);
          const td = make("td", text, numeric[n] ? { class: "n" } : {});
          if (text.length > 40) td.title = text;
          tr.append(td);
        });
        return tr;
      }));
      const of = kept.length === length ? "" : " found among " + length.toLocaleString("en");
      const cut = total > length ? " (of " + total.toLocaleString("en") + " in all; the CSV files hold the rest)" : "";
      const range = part.length ? "Rows " + (first + 1).toLocaleString("en") + " to " + (first + part.length).toLocaleString("en") + " of " : "";
      count.textContent = range + kept.length.toLocaleString("en") + of + cut;
      count.dataset.rows = String(kept.length);
      back.disabled = page === 0;
      next.disabled = page >= pages - 1;
    };

    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length && !haystack) haystack = all.map((row) => data.map((column) => shown(column[row])).join("\n").toLowerCase());
      kept = words.length ? all.filter((row) => words.every((word) => haystack[row].includes(word))) : all;
      picks.forEach((pick, n) => {
        const wanted = pick && pick.isConnected ? pick.querySelector("select").value : "";
        if (wanted) kept = kept.filter((row) => shown(data[n][row]) === wanted);
      });
      if (sorted >= 0) kept = [...kept].sort(compare(data[sorted], sign));
      page = 0;
      draw();
    };

    let wait = 0;
    search.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(filter, 120); });
    back.addEventListener("click", () => { page -= 1; draw(); });
    next.addEventListener("click", () => { page += 1; draw(); });
    draw();
  };

  const mount = async (host, id, title, total) => {
    host.classList.add("rows");
    if (typeof DecompressionStream === "undefined") {
      host.replaceChildren(make("p", "This browser is too old to open the rows; the CSV files beside this page hold them."));
      return;
    }
    host.replaceChildren(make("p", "Opening the rows…", { role: "status" }));
    const table = await load(id);
    viewer(host, table, title, total);
  };

  const open = (entry, link) => {
    const title = entry.querySelector("summary").textContent, body = sheet.querySelector(".body");
    document.getElementById("sheet-title").textContent = title;
    const parts = [];
    if (link && link.dataset.said) parts.push(make("p", link.dataset.said, { class: "value" }));
    for (const node of entry.querySelectorAll("p, pre")) parts.push(node.cloneNode(true));
    const rows = make("div");
    parts.push(make("h3", "Rows behind it"), rows);
    body.replaceChildren(...parts);
    if (entry.dataset.pack) mount(rows, entry.dataset.pack, title, Number(entry.dataset.total));
    else rows.replaceChildren(make("p", "This version of the report holds no rows for it."));
    sheet.showModal();
    document.getElementById("sheet-title").focus();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open]");
    const entry = link && document.getElementById(link.dataset.open);
    if (entry) { event.preventDefault(); open(entry, link); return; }
    const show = event.target.closest("button.show");
    if (show) { const host = show.parentElement; mount(host, host.dataset.pack, host.dataset.title, 0); return; }
    if (event.target.closest(".close") || event.target === sheet) sheet.close();
  });

  document.querySelectorAll(".searched").forEach((host) => {
    const tools = host.querySelector(".tools"), search = tools.querySelector("input"), kind = tools.querySelector("select");
    const rows = [...host.querySelectorAll("tbody tr")], count = tools.querySelector(".count");
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        const fits = words.every((word) => text.includes(word)) && (!kind.value || row.cells[0].textContent === kind.value);
        row.hidden = !fits;
        found += fits;
      }
      count.textContent = found + " of " + rows.length;
    };
    tools.hidden = rows.length < 2;
    search.addEventListener("input", filter);
    kind.addEventListener("change", filter);
    filter();
  });

  const here = new IntersectionObserver((seen) => seen.forEach((entry) => {
    const link = document.querySelector('nav a[href="#' + CSS.escape(entry.target.id) + '"]');
    if (link && entry.isIntersecting) {
      document.querySelectorAll("nav a[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
      link.setAttribute("aria-current", "true");
    }
  }), { rootMargin: "0px 0px -75% 0px" });
  document.querySelectorAll("main > section").forEach((section) => here.observe(section));

  const contents = document.querySelector("details.contents"), wide = matchMedia("(min-width: 60rem)");
  const fold = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fold);
  contents.addEventListener("click", (event) => { if (event.target.closest("a") && !wide.matches) contents.open = false; });
  fold();

  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") target.open = true;
  };
  window.addEventListener("hashchange", reveal);
  reveal();
})();
