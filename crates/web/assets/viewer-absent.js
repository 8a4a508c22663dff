// The picture of the page, where viewer.js did not run: browsers without modules, or without import(). In the words of old
// browsers, and read by them twice at most: as a module after viewer.js, or as no module.
(function () {
  var stage = document.querySelector("main");
  if (stage.getAttribute("data-begun")) return;
  stage.setAttribute("data-begun", "no");
  var status = stage.querySelector(".told");
  status.textContent = status.getAttribute("data-absent");
  stage.appendChild(document.importNode(stage.querySelector("template").content, true));
})();
