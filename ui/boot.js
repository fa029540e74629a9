// Starts the frontend, and shows a way on when it cannot start or has stopped: a panic leaves the wasm module unusable,
// so this part must live outside of it.
import start from "./postern-ui.js";

function failed() {
  for (const element of document.body.children) element.hidden = element.id !== "failed";
  document.getElementById("reload").focus();
}

document.getElementById("reload").addEventListener("click", () => location.reload());
window.addEventListener("postern-panic", failed);

start({ module_or_path: new URL("postern-ui_bg.wasm", import.meta.url) }).catch((reason) => {
  console.error(reason);
  failed();
});
