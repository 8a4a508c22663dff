// What pages do better with a script. Each of them works without.

// An error summary is read first.
document.querySelector(".summary")?.focus();

// A form is sent once, however often its button is pressed.
for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    if (!("again" in form.dataset)) return;
    // Its answer is a file, and the page stays: who wants the file again may have it, and what was wrong before is over.
    setTimeout(() => delete form.dataset.sent, 3000);
    for (const told of document.querySelectorAll(".summary, .field > .error")) told.remove();
    for (const field of form.querySelectorAll(".wrong")) field.classList.remove("wrong");
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  });
}
// Coming back by the browser's button, a form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
