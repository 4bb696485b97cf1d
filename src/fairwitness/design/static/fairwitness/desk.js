/* Keys and toasts of the desk. Whatever bears data-key="n" is what the key n does. */
(function () {
  "use strict";
  var help = document.querySelector(".keys");
  if (!help) return;
  var ALWAYS = ["Ctrl+Enter", "Esc", "?"];
  var ROWS = ["j", "k", "x"];
  var box = document.getElementById("keys-on");
  var rows = [].slice.call(document.querySelectorAll("tbody tr")).filter(function (row) {
    return row.querySelector("a[href]");
  });
  var before = "";

  function bearer(key) {
    var found = [].slice.call(document.querySelectorAll("[data-key]")).filter(function (one) {
      /* No key opens what is sealed, and none does what cannot be undone. */
      return one.getAttribute("data-key") === key && !one.closest(".sealed, .final");
    });
    return found[0];
  }

  function isTyping(target) {
    return target.closest("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])");
  }

  function walk(step) {
    var here = rows.indexOf(document.activeElement.closest("tr"));
    var next = rows[here === -1 ? (step > 0 ? 0 : rows.length - 1) : here + step];
    if (next) next.querySelector("a[href]").focus();
  }

  function choose() {
    var row = document.activeElement.closest("tr");
    var tick = row && row.querySelector("input[type=checkbox]");
    if (tick) tick.click();
  }

  function act(key) {
    if (key === "?") { help.open = !help.open; help.querySelector("summary").focus(); return true; }
    if (ROWS.indexOf(key) !== -1 && rows.length) {
      if (key === "x") choose(); else walk(key === "j" ? 1 : -1);
      return true;
    }
    var one = bearer(key);
    if (!one) return false;
    if (isTyping(one)) one.focus(); else one.click();
    return true;
  }

  function close(target) {
    var open = target.closest("details[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  }

  /* On a form for the phone a digit chooses that answer of the question one is at. */
  function pick(target, key) {
    var set = target.closest("[data-digits] fieldset");
    if (!set || !target.matches("input[type=radio], input[type=checkbox]") || !/^[1-9]$/.test(key)) return false;
    var one = set.querySelectorAll(".choice input")[key - 1];
    if (one) { one.focus(); one.click(); }
    return Boolean(one);
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") return close(event.target);
    if (box.checked && !event.ctrlKey && !event.altKey && !event.metaKey && pick(event.target, event.key)) return event.preventDefault();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form && !event.target.closest(".sealed, .final")) {
      event.preventDefault();
      return event.target.form.requestSubmit();
    }
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === "Shift") return;
    var key = event.key === "L" && event.shiftKey ? "Shift+L" : event.key;
    var pair = before === "g" ? "g " + key : key;
    before = key;
    if (act(pair)) { before = ""; event.preventDefault(); }
  });

  help.hidden = false;
  box.checked = localStorage.getItem("keys") !== "off";
  box.addEventListener("change", function () {
    localStorage.setItem("keys", box.checked ? "on" : "off");
  });
  [].forEach.call(help.querySelectorAll("[data-for]"), function (line) {
    var key = line.getAttribute("data-for");
    var works = ALWAYS.indexOf(key) !== -1 || bearer(key) || (ROWS.indexOf(key) !== -1 && rows.length);
    line.hidden = !works;
  });

  [].forEach.call(document.querySelectorAll("[data-digits]"), function (form) { form.classList.add("digits"); });

  /* What waits for the worker is brought up to date in place; at the end the page comes anew. */
  var waits = document.querySelector("[data-again]");
  function again() {
    if (waits) setTimeout(look, 1000 * waits.getAttribute("data-again"));
  }
  function look() {
    fetch(location.href, { credentials: "same-origin" }).then(function (answer) {
      return answer.text();
    }).then(function (text) {
      var now = new DOMParser().parseFromString(text, "text/html").querySelector("[data-again]");
      if (!now) return location.reload();
      waits.replaceWith(now);
      waits = now;
      again();
    }, again);
  }
  again();

  /* A field can be copied by hand; the button does it at once. */
  [].forEach.call(document.querySelectorAll("[data-copy]"), function (button) {
    var field = document.getElementById(button.getAttribute("data-copy"));
    var status = button.parentNode.querySelector("[role=status]");
    function done() { status.textContent = status.getAttribute("data-done"); }
    button.hidden = false;
    button.addEventListener("click", function () {
      field.focus();
      field.select();
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, function () {});
      else if (document.execCommand("copy")) done();
    });
  });

  [].forEach.call(document.querySelectorAll(".toast"), function (toast) {
    (function wait() {
      setTimeout(function () {
        if (toast.contains(document.activeElement) || toast.matches(":hover")) wait();
        else toast.hidden = true;
      }, 20000);
    })();
  });
})();
