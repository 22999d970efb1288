/** Files from the person's device: read for sending, and taken by the paperclip, by dropping or by pasting. */
import { toast } from "./dom.js";

/** What one request to the sandbox may carry, with room for Base64. */
const BYTES_MAX = 20 * 1024 * 1024;

/** The content of a file as a `data:` address. */
export function asDataUrl(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.replace(/^data:;/, "data:application/octet-stream;"));
    reader.onerror = () => reject(new Error(`“${file.name}” cannot be read.`));
    reader.readAsDataURL(file);
  });
}

/** The files that are not too large; says so about the others. */
export function fitting(files) {
  const all = [...files];
  for (const file of all.filter((one) => one.size > BYTES_MAX)) toast(`“${file.name}” is larger than the sandbox takes (20 MB).`);
  return all.filter((file) => file.size <= BYTES_MAX);
}

/** Gives files that are dropped on or pasted into `node` to `take`. */
export function receiveFiles(node, take) {
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = (on) => node.classList.toggle("is-dropping", on);
  node.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    mark(true);
  });
  node.addEventListener("dragleave", (event) => !node.contains(event.relatedTarget) && mark(false));
  node.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    mark(false);
    take(event.dataTransfer.files);
  });
  node.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) take(event.clipboardData.files);
  });
}
