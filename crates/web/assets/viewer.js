// Shows the pages of a PDF: drawn as sharply as the screen can, with their words over them to be selected and searched.
// Where that fails (a broken connection, say) the picture of the page is shown; where a browser is too old to come as far as
// failing, viewer-absent.js shows it.

const stage = document.querySelector("main");
const told = stage.dataset;
told.begun = "yes";
const status = stage.querySelector(".told");
const zoom = document.querySelector(".zoom");
const LEVELS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
/** CSS pixels in a point. */
const POINT = 96 / 72;
/** Drawn at least so finely that two fingers may enlarge it, and never larger than telephones can hold. */
const FINEST = 1.6;
const MOST_POINTS = 16e6;

let sheets = [];
/** "width", "page" or a number. */
let wanted = "page";
let scale = 1;

async function open() {
  zoom.hidden = false;
  status.classList.add("opening");
  status.textContent = status.dataset.opening;
  const [pdfjs, bytes] = await Promise.all([import(told.script), fetchDocument()]);
  pdfjs.GlobalWorkerOptions.workerSrc = told.worker;
  const pdf = await pdfjs.getDocument({ data: bytes, isEvalSupported: false, useWasm: false, useSystemFonts: false }).promise;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    sheets.push(sheet(pdfjs, await pdf.getPage(number), pdf.numPages));
  }
  stage.append(...sheets.map((one) => one.box));
  // A telephone is narrow whatever one does; in a window the whole page is a beginning.
  if (fit("page") < 0.7) wanted = "width";
  await apply();
  status.textContent = sheets[0].box.getAttribute("aria-label");
  status.classList.add("unseen");
}

async function fetchDocument() {
  const answer = await fetch(told.document);
  const isPdf = (answer.headers.get("content-type") || "").startsWith("application/pdf");
  if (answer.ok && isPdf) return new Uint8Array(await answer.arrayBuffer());
  // Logged out meanwhile, or expired: this page's own address leads where that is said.
  if (answer.redirected) location.reload();
  throw new Error(String(answer.status));
}

function sheet(pdfjs, page, pages) {
  const box = document.createElement("section");
  const words = document.createElement("div");
  const size = page.getViewport({ scale: POINT });
  box.className = "sheet";
  box.setAttribute("aria-label", told.page.replace("[page]", page.pageNumber).replace("[pages]", pages));
  words.className = "textLayer";
  box.append(words);
  let text;
  let drawing;

  async function draw() {
    const { width, height } = size;
    box.style.width = `${width * scale}px`;
    box.style.height = `${height * scale}px`;
    box.style.setProperty("--total-scale-factor", POINT * scale);
    const viewport = page.getViewport({ scale: POINT * scale });
    if (text) text.update({ viewport });
    else {
      text = new pdfjs.TextLayer({
        textContentSource: page.streamTextContent({ includeMarkedContent: true }),
        container: words,
        viewport,
      });
      await text.render();
    }
    const finest = Math.sqrt(MOST_POINTS / (width * height));
    const fine = Math.min(Math.max(scale * (window.devicePixelRatio || 1), FINEST), finest);
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(width * fine);
    canvas.height = Math.floor(height * fine);
    canvas.setAttribute("role", "presentation");
    if (drawing) drawing.cancel();
    const mine = (drawing = page.render({ canvas, viewport: page.getViewport({ scale: POINT * fine }) }));
    try {
      await mine.promise;
    } catch (error) {
      if (error.name === "RenderingCancelledException") return;
      throw error;
    }
    const before = box.querySelector("canvas");
    if (before) before.remove();
    box.prepend(canvas);
  }

  return { box, draw, width: size.width, height: size.height };
}

/** The scale at which the first page has its place. */
function fit(how) {
  const style = getComputedStyle(stage);
  const across = stage.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const down = stage.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
  const { width, height } = sheets[0];
  const wide = across / width;
  return Math.max(how === "width" ? wide : Math.min(wide, down / height), 0.1);
}

async function apply() {
  // What was in the middle stays there.
  const middle = (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight;
  const across = (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth;
  scale = typeof wanted === "number" ? wanted : fit(wanted);
  const drawn = sheets.map((one) => one.draw());
  stage.scrollTop = middle * stage.scrollHeight - stage.clientHeight / 2;
  stage.scrollLeft = across * stage.scrollWidth - stage.clientWidth / 2;
  zoom.querySelector("output").textContent = `${Math.round(scale * 100)}%`;
  for (const button of zoom.querySelectorAll("button")) {
    const how = button.dataset.zoom;
    if (how === "in") button.setAttribute("aria-disabled", scale >= LEVELS[LEVELS.length - 1]);
    else if (how === "out") button.setAttribute("aria-disabled", scale <= LEVELS[0]);
    else button.setAttribute("aria-pressed", wanted === how);
  }
  await Promise.all(drawn);
}

function change(how) {
  const near = 0.01;
  if (how === "in") wanted = LEVELS.find((level) => level > scale + near) || scale;
  else if (how === "out") wanted = [...LEVELS].reverse().find((level) => level < scale - near) || scale;
  else wanted = how;
  apply().catch(fail);
}

/** The picture instead, and why. */
function fail(error) {
  console.warn(error);
  for (const one of sheets) one.box.remove();
  sheets = [];
  zoom.hidden = true;
  status.classList.remove("unseen", "opening");
  status.textContent = status.dataset.failed;
  if (!stage.querySelector(".paper")) stage.append(stage.querySelector("template").content.cloneNode(true));
}

zoom.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && sheets.length) change(button.dataset.zoom);
});
// Single keys count only where the document has the focus.
stage.addEventListener("keydown", (event) => {
  const how = { "+": "in", "=": "in", "-": "out", 0: "page", w: "width" }[event.key];
  if (!how || !sheets.length || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  change(how);
});
let waiting;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => sheets.length && apply().catch(fail), 150);
});

open().catch(fail);
