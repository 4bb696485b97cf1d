/* Blanks the page at once when somebody leaves quickly. Every page works without it. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-leave]");
  if (!form) return;
  var pressed = [], alone = false;

  function leave(event) {
    document.documentElement.hidden = true;
    document.title = "\u00a0";
    var away = form.getAttribute("data-leave");
    if (!away || !navigator.sendBeacon || !navigator.sendBeacon(form.action)) {
      if (!event) form.submit();
      return;
    }
    if (event) event.preventDefault();
    location.replace(away);
  }

  form.addEventListener("submit", leave);

  /* Shift three times within four seconds, alone: not while typing capitals. */
  document.addEventListener("keydown", function (event) {
    alone = event.key === "Shift" && !event.repeat;
    if (!alone && event.key !== "Shift") pressed = [];
  });
  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    pressed.push(Date.now());
    pressed = pressed.slice(-3);
    if (pressed.length === 3 && pressed[2] - pressed[0] <= 4000) leave();
  });
})();
