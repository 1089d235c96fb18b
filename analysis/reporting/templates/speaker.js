// S opens a window for whoever speaks: the words for this slide, what comes next, the time since the start.
// It is filled from the slides themselves and through textContent only; nothing is fetched, nothing is written as markup.
(function () {
  "use strict";
  var view = null, started = null, ticking = 0;

  function put(tag, parent, style, text) {
    var node = view.document.createElement(tag);
    node.style.cssText = style;
    node.textContent = text || "";
    parent.appendChild(node);
    return node;
  }

  // the headline of a slide, wherever it stands
  function head(slide) {
    var found = slide && slide.querySelector("h1, h2");
    return found ? found.textContent.trim() : "";
  }

  function coming() {
    var slides = Reveal.getSlides();
    return slides[slides.indexOf(Reveal.getCurrentSlide()) + 1];
  }

  function render() {
    if (!view || view.closed) return;
    var body = view.document.body, slide = Reveal.getCurrentSlide(), next = coming();
    body.textContent = "";
    view.document.title = "Speaker: " + document.title;
    var bar = put("p", body, "margin:0 0 20px;color:#5F6B7A;font-size:16px");
    put("span", bar, "", (Reveal.getSlidePastCount() + 1) + " of " + Reveal.getTotalSlides() + " \u00b7 ");
    put("span", bar, "font-variant-numeric:tabular-nums").id = "clock";
    put("h1", body, "font-size:24px;line-height:1.3;margin:0 0 16px", head(slide));
    Array.prototype.forEach.call(slide.querySelectorAll("aside.notes p"), function (line) {
      put("p", body, "margin:0 0 12px", line.textContent);
    });
    put("p", body, "margin:28px 0 0;padding-top:12px;border-top:1px solid #D5DBE1;color:#5F6B7A;font-size:16px",
      next ? "Next: " + head(next) : "This is the last slide.");
    tick();
  }

  function tick() {
    if (!view || view.closed) { window.clearInterval(ticking); return; }
    var clock = view.document.getElementById("clock"), seconds = Math.floor((Date.now() - started) / 1000);
    if (clock) clock.textContent = Math.floor(seconds / 60) + ":" + ("0" + seconds % 60).slice(-2);
  }

  function open() {
    view = window.open("", "creator-roi-speaker", "width=760,height=640");
    if (!view) return;
    started = started || Date.now();
    view.document.documentElement.lang = "en";
    view.document.body.style.cssText = "margin:28px 36px;color:#1F2933;background:#fff;font:20px/1.5 Arial,sans-serif";
    view.document.addEventListener("keydown", function (event) {
      if (event.key === "ArrowRight" || event.key === " ") Reveal.next();
      if (event.key === "ArrowLeft") Reveal.prev();
      if (event.key === "ArrowDown") Reveal.down();
      if (event.key === "ArrowUp") Reveal.up();
    });
    window.clearInterval(ticking);
    ticking = window.setInterval(tick, 1000);
    render();
  }

  Reveal.on("slidechanged", render);
  Reveal.addKeyBinding({ keyCode: 83, key: "S", description: "Speaker window" }, open);
})();
