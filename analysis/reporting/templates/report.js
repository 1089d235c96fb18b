// Tables sort by any column; long ones can be searched; a chart of creators says who is under the pointer.
// The page is whole without this. Nothing here writes markup: every text goes through textContent.
(function () {
  "use strict";
  var decimal = document.body.dataset.decimal || ".";
  var sizes = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }

  // the number a cell shows, in the page's own notation; undefined for words
  function number(text) {
    if (text.indexOf("∞") >= 0) return text.charAt(0) === "-" ? -Infinity : Infinity;
    var found = /^[^\d-]*(-?)[^\d-]*(\d[\d.,'’\s\u00a0\u202f]*)([KMBT]?)[^\d]*$/.exec(text);
    if (!found) return undefined;
    var parts = found[2].split(decimal);
    var value = parts.map(function (part) { return part.replace(/\D/g, ""); }).join(".");
    return Number(found[1] + value) * (sizes[found[3]] || 1);
  }

  function key(text) {
    text = text.trim();
    return { number: number(text), text: text, none: text === "n/a" || text === "" };
  }

  // entries are {texts, ...}; what is missing stays last, and what is equal keeps its order
  function sorted(entries, column, descending) {
    var keys = entries.map(function (entry, place) {
      return { entry: entry, key: key(entry.texts[column]), place: place };
    });
    var words = keys.some(function (one) { return !one.key.none && one.key.number === undefined; });
    var way = descending ? -1 : 1;
    keys.sort(function (a, b) {
      if (a.key.none !== b.key.none) return a.key.none ? 1 : -1;
      var order = words ? a.key.text.localeCompare(b.key.text, "en", { numeric: true }) : a.key.number - b.key.number;
      return order ? way * order : a.place - b.place;
    });
    return keys.map(function (one) { return one.entry; });
  }

  function each(list, action) { return Array.prototype.map.call(list, action); }

  // heads become buttons; figures are wanted largest first, words from A
  function sortable(table, sort) {
    var heads = table.tHead.rows[0].cells;
    each(heads, function (cell, column) {
      var button = make("button", "sort", cell.textContent);
      button.type = "button";
      button.addEventListener("click", function () {
        var now = cell.getAttribute("aria-sort");
        var descending = now ? now === "ascending" : !cell.classList.contains("text");
        sort(column, descending);
        each(heads, function (other) { other.removeAttribute("aria-sort"); });
        cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
      });
      cell.textContent = "";
      cell.appendChild(button);
    });
  }

  document.querySelectorAll("table.sortable").forEach(function (table) {
    var body = table.tBodies[0];
    if (body.rows.length < 2) return;
    var entries = each(body.rows, function (row) {
      return { row: row, texts: each(row.cells, function (cell) { return cell.textContent; }) };
    });
    sortable(table, function (column, descending) {
      sorted(entries, column, descending).forEach(function (entry) { body.appendChild(entry.row); });
    });
  });

  // creators are data; the page shows as many rows of them as are asked for
  var creators = {};
  document.querySelectorAll("table.people").forEach(function (table) {
    var data = JSON.parse(document.getElementById(table.id + "-data").textContent);
    var all = data.map(function (entry) { return { texts: entry[0], at: entry[1] }; });
    creators[table.id] = all;
    var step = Math.max(table.tBodies[0].rows.length, 1), body = table.tBodies[0], scroll = table.parentNode;
    var said = document.getElementById(table.id + "-said"), ordered = all, limit = step;
    var field = make("input"), label = make("label", "find", "Find a creator "), more = make("button", "more", "Show more");
    field.type = "search";
    field.autocomplete = "off";
    more.type = "button";
    function render() {
      var wanted = field.value.trim().toLowerCase();
      var found = wanted ? ordered.filter(function (one) { return one.texts[0].toLowerCase().indexOf(wanted) >= 0; }) : ordered;
      body.textContent = "";
      found.slice(0, limit).forEach(function (one) {
        var row = body.insertRow();
        one.texts.forEach(function (text, place) {
          var cell = place ? row.insertCell() : row.appendChild(make("th"));
          if (!place) cell.scope = "row";
          cell.textContent = text;
        });
      });
      said.textContent = Math.min(limit, found.length) + " of " + found.length + (wanted ? " found" : "") + " shown";
      more.hidden = found.length <= limit;
    }
    sortable(table, function (column, descending) { ordered = sorted(all, column, descending); render(); });
    if (all.length <= step) return;
    label.appendChild(field);
    scroll.parentNode.insertBefore(label, scroll);
    said.parentNode.insertBefore(more, said.nextSibling);
    field.addEventListener("input", function () { limit = step; render(); });
    more.addEventListener("click", function () { limit += 4 * step; render(); });
  });

  // a chart of creators: pointer or arrow keys choose a mark, a note beside it says whose it is
  document.querySelectorAll("figure.of-people").forEach(function (figure) {
    var table = document.getElementById(figure.dataset.people);
    if (!table || !figure.dataset.wide) return;
    var heads = each(table.tHead.rows[0].cells, function (cell) { return cell.textContent.trim(); });
    var marks = creators[table.id].map(function (one) {
      return { at: one.at, name: one.texts[0], told: one.texts.slice(1).map(function (text, place) {
        return heads[place + 1] === "tier" ? text : text + " " + heads[place + 1];
      }) };
    });
    if (!marks.length) return;
    var probe = make("div", "probe"), ring = make("span", "ring"), note = make("span", "note-of");
    var name = make("strong"), told = make("span");
    note.append(name, told);
    probe.tabIndex = 0;
    probe.setAttribute("role", "slider");
    probe.setAttribute("aria-label", "Creators on this chart, most followers first");
    probe.setAttribute("aria-valuemin", "1");
    probe.setAttribute("aria-valuemax", String(marks.length));
    probe.append(ring, note);
    figure.appendChild(make("p", "small hint", "Point at a mark, or press the arrow keys, to see whose it is."));
    figure.appendChild(probe);
    var chosen = 0;

    function layout() {
      var phone = figure.querySelector("img.phone"), wide = figure.querySelector("img:not(.phone)");
      var narrow = Boolean(phone && phone.offsetWidth && figure.dataset.phone);
      var picture = narrow ? phone : wide, size = (narrow ? figure.dataset.phone : figure.dataset.wide).split(" ");
      var box = picture.getBoundingClientRect(), home = figure.getBoundingClientRect();
      return { first: narrow && marks[0].at.length > 2 ? 2 : 0, left: box.left - home.left, top: box.top - home.top,
        scale: box.width / Number(size[0]), width: home.width, x: home.left, y: home.top };
    }

    function show(place) {
      chosen = Math.max(0, Math.min(marks.length - 1, place));
      var mark = marks[chosen], now = layout();
      var x = now.left + mark.at[now.first] * now.scale, y = now.top + mark.at[now.first + 1] * now.scale;
      name.textContent = mark.name;
      told.textContent = mark.told.join(" · ");
      probe.setAttribute("aria-valuenow", String(chosen + 1));
      probe.setAttribute("aria-valuetext", mark.name + ": " + mark.told.join(", "));
      ring.style.left = x + "px";
      ring.style.top = y + "px";
      probe.classList.add("on");
      var half = note.offsetWidth / 2;
      note.style.left = Math.max(half, Math.min(now.width - half, x)) + "px";
      note.style.top = (y < 90 ? y + 14 + note.offsetHeight : y - 12) + "px";
    }

    function hide() { if (document.activeElement !== probe) probe.classList.remove("on"); }

    probe.addEventListener("pointermove", function (event) {
      var now = layout(), best = -1, least = 576; // within 24 pixels
      marks.forEach(function (mark, place) {
        var dx = now.x + now.left + mark.at[now.first] * now.scale - event.clientX;
        var dy = now.y + now.top + mark.at[now.first + 1] * now.scale - event.clientY;
        if (dx * dx + dy * dy < least) { least = dx * dx + dy * dy; best = place; }
      });
      if (best >= 0) show(best); else hide();
    });
    probe.addEventListener("pointerleave", hide);
    probe.addEventListener("focus", function () { if (!probe.matches(":hover")) show(chosen); });
    probe.addEventListener("blur", hide);
    probe.addEventListener("keydown", function (event) {
      var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 25, PageUp: -25 }[event.key];
      if (event.key === "Home") show(0);
      else if (event.key === "End") show(marks.length - 1);
      else if (event.key === "Escape") probe.classList.remove("on");
      else if (step) show(chosen + step);
      else return;
      event.preventDefault();
    });
    probe.setAttribute("aria-valuenow", "1");
    probe.setAttribute("aria-valuetext", marks[0].name + ": " + marks[0].told.join(", "));
  });

  // a short table of the story that is wider than a phone is told row by row, every figure beside its heading; a long one scrolls
  var phone = window.matchMedia("screen and (max-width:600px)");
  function stack() {
    document.querySelectorAll(".chapter .scroll:not(.tall) > table").forEach(function (table) {
      table.classList.remove("stacked");
      if (!phone.matches || table.tBodies[0].rows.length > 12) return;
      if (table.offsetWidth <= table.parentNode.clientWidth) return;
      var heads = each(table.tHead.rows[0].cells, function (cell) { return cell.textContent; });
      each(table.tBodies[0].rows, function (row) {
        each(row.cells, function (cell, column) { cell.dataset.head = heads[column]; });
      });
      table.classList.add("stacked");
    });
  }
  phone.addEventListener("change", stack);
  stack();

  // where the reader is, in the contents
  var links = each(document.querySelectorAll(".contents a"), function (link) {
    return { link: link, head: document.getElementById(link.getAttribute("href").slice(1)) };
  }).filter(function (entry) { return entry.head; });
  var waiting = false;
  function follow() {
    waiting = false;
    var now = null;
    links.forEach(function (entry) {
      if (entry.head.getBoundingClientRect().top < window.innerHeight / 3) now = entry.link;
      entry.link.removeAttribute("aria-current");
    });
    if (now) now.setAttribute("aria-current", "true");
  }
  window.addEventListener("scroll", function () {
    if (!waiting) { waiting = true; window.requestAnimationFrame(follow); }
  }, { passive: true });
  follow();
})();
