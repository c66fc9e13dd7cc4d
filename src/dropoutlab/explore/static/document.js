// A document with an explorer follows the reader's colours, and a frame those of the page around it
// and the height of what is in it.
"use strict";
{
  const root = document.documentElement;
  const around = () => {
    try {
      return parent === window ? undefined : parent.document.body;
    } catch {} // a page of another host
  };
  const isDark = () => {
    const { jpThemeLight, vscodeThemeKind } = around()?.dataset ?? {};
    if (jpThemeLight) return jpThemeLight === "false";
    if (vscodeThemeKind) return !vscodeThemeKind.endsWith("light");
    return matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const paint = () => {
    root.dataset.theme = isDark() ? "dark" : "light";
    if (around()) frameElement.style.colorScheme = root.dataset.theme; // else it is not transparent
  };
  paint();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  if (around()) {
    root.classList.add("explorer-framed");
    new MutationObserver(paint).observe(around(), { attributes: true });
    addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
      // the keys that save are the notebook's, not the browser's
      if (!frameElement.dispatchEvent(new KeyboardEvent("keydown", event))) event.preventDefault();
    });
    if (around().dataset.vscodeThemeKind) {
      // it scrolls a notebook by script, and hears no wheel over a frame
      const wheel = (event) => frameElement.dispatchEvent(new WheelEvent("wheel", event));
      addEventListener("wheel", wheel, { passive: true });
    }
    addEventListener("DOMContentLoaded", () => {
      const fit = () => (frameElement.style.height = `${document.body.scrollHeight}px`);
      new ResizeObserver(fit).observe(document.body);
    });
  }
}
