// Starts the program that the page names, and shows a way on when it cannot start or has stopped: a panic leaves the wasm
// module unusable, so this part must live outside of it.
const program = document.documentElement.dataset.program;

function failed() {
  for (const element of document.body.children) element.hidden = element.id !== "failed";
  document.getElementById("reload").focus();
}

document.getElementById("reload").addEventListener("click", () => location.reload());
window.addEventListener("postern-panic", failed);

import(`./${program}.js`)
  .then((glue) => glue.default({ module_or_path: new URL(`${program}_bg.wasm`, import.meta.url) }))
  .catch((reason) => {
    console.error(reason);
    failed();
  });
