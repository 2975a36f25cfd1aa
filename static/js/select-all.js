// One box that ticks or clears every box of its table; it shows a dash when only some are ticked.
"use strict";
document.querySelectorAll("table").forEach((table) => {
  const all = table.querySelector("input[data-select-all]");
  if (!all) return;
  const boxes = [...table.querySelectorAll("tbody td.box input[type=checkbox]")];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = boxes.length > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.closest("label").hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
});
