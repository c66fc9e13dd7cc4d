// Makes the explorers of a page work: native controls pick among the frames that the page carries.
// The format of the frames is described in src/dropoutlab/explore/page.py.
"use strict";

async function unpackFrames(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).json();
}

class Explorer {
  constructor(element) {
    this.element = element;
    this.controls = [...element.querySelectorAll("input, select")];
    this.picture = element.querySelector(".explorer-picture");
    this.caption = element.querySelector("figcaption");
    this.shown = Number(element.dataset.start);
    this.wanted = this.shown;
  }

  start() {
    for (const control of this.controls) control.addEventListener("input", () => this.change());
    // paper shows the default picture, with the caption that belongs to it
    addEventListener("beforeprint", () => this.show(Number(this.element.dataset.start)));
    addEventListener("afterprint", () => this.show(this.wanted));
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        this.load();
      },
      { rootMargin: "100%" },
    );
    near.observe(this.element);
    this.element.classList.add("explorer-live");
  }

  load() {
    const script = this.element.querySelector(".explorer-frames");
    this.loading ??= unpackFrames(script.textContent).then((data) => {
      this.data = data;
      script.remove();
    });
    return this.loading;
  }

  async change() {
    this.wanted = 0;
    for (const control of this.controls) {
      const [value, count] = Explorer.state(control);
      this.wanted = this.wanted * count + value;
    }
    if (!this.data) await this.load();
    this.show(this.wanted); // whatever is wanted by now: the last value wins
  }

  static state(control) {
    if (control.type === "checkbox") return [Number(control.checked), 2];
    if (control.tagName === "SELECT") return [control.selectedIndex, control.options.length];
    const texts = JSON.parse(control.dataset.texts);
    const value = Number(control.value);
    control.setAttribute("aria-valuetext", texts[value]);
    control.nextElementSibling.textContent = texts[value];
    return [value, texts.length];
  }

  show(state) {
    if (!this.data || state === this.shown) return;
    const { lines, frames, frame_at: frameAt, texts } = this.data;
    this.picture.innerHTML = frames[frameAt[state]].map((number) => lines[number]).join("\n");
    this.picture.setAttribute("aria-label", texts[state]);
    this.caption.textContent = texts[state];
    this.shown = state;
  }
}

addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll(".explorer[data-name]")) {
    new Explorer(element).start();
  }
});
