// Makes the explorers of a page work: native controls pick among the frames that the page carries.
// The format of the frames is described in src/dropoutlab/explore/page.py.
//
// The state of the explorers is kept in the page's address, only where it is not the default:
//   #error_curves.keep_prob=0.3&error_curves.y=2.0
"use strict";

const PLAY_MILLISECONDS = 700;

async function unpackFrames(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).json();
}

// Whether there is a picture and a sentence for each of `count` combinations of values.
function isWhole({ lines, frames, frame_at: frameAt, texts }, count) {
  const isText = (text) => typeof text === "string";
  return (
    frameAt.length === count &&
    texts.length === count &&
    texts.every(isText) &&
    frames.every((frame) => frame.every((number) => isText(lines[number]))) &&
    frameAt.every((frame) => frame in frames)
  );
}

// E_D with a subscript, as in src/dropoutlab/explore/svg.py.
function sentenceMarkup(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return escaped.replace(/_([\p{L}\p{N}])/gu, "<sub>$1</sub>");
}

// One control: a range, a select or a checkbox, seen as a number from 0 to count - 1.
class Control {
  constructor(element) {
    this.element = element;
    this.texts = JSON.parse(element.dataset.texts);
    this.name = element.name;
    this.start = this.value;
  }

  get value() {
    const { type, checked, value } = this.element;
    return type === "checkbox" ? Number(checked) : Number(value);
  }

  set value(number) {
    if (this.element.type === "checkbox") this.element.checked = Boolean(number);
    else this.element.value = number;
    this.label();
  }

  label() {
    if (this.element.type !== "range") return;
    const text = this.texts[this.value];
    this.element.setAttribute("aria-valuetext", text);
    this.element.nextElementSibling.textContent = text;
  }
}

class Explorer {
  constructor(element) {
    this.element = element;
    this.name = element.dataset.name;
    this.controls = [...element.querySelectorAll("[data-texts]")].map((e) => new Control(e));
    this.picture = element.querySelector(".explorer-picture");
    this.caption = element.querySelector("figcaption");
    this.start = this.state;
    this.shown = this.start;
    this.markup = [];
  }

  // the number of the current combination of values, the last control running fastest
  get state() {
    return this.controls.reduce((state, c) => state * c.texts.length + c.value, 0);
  }

  wake() {
    for (const control of this.controls) {
      control.element.addEventListener("input", () => this.change(control));
      control.element.addEventListener("change", writeAddress);
    }
    for (const buttons of this.element.querySelectorAll(".explorer-play")) this.wakePlayer(buttons);
    this.element.querySelector(".explorer-link").addEventListener("click", () => this.copyLink());
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
    this.loading ??= unpackFrames(script.textContent)
      .then((data) => {
        const count = this.controls.reduce((product, c) => product * c.texts.length, 1);
        if (!isWhole(data, count)) throw new Error("frames are missing");
        this.data = data;
        script.remove();
      })
      .catch(() => this.giveUp());
    return this.loading;
  }

  // No control may move over a picture that cannot follow.
  giveUp() {
    const moved = this.moved.length > 0;
    this.controls.forEach((control) => (control.value = control.start));
    this.broken = true;
    for (const buttons of this.element.querySelectorAll(".explorer-play")) buttons.stop();
    for (const e of this.element.querySelectorAll("input, select, button")) e.disabled = true;
    const said = this.element.querySelector(".explorer-said");
    said.textContent = "This browser could not unpack the other pictures: the controls are off.";
    if (moved) writeAddress();
  }

  async change(control) {
    control.label();
    if (!this.data) await this.load();
    this.show(this.state); // whatever is wanted by now: the last value wins
  }

  show(state) {
    if (!this.data || state === this.shown) return;
    const { lines, frames, frame_at: frameAt, texts } = this.data;
    const frame = frameAt[state];
    this.markup[frame] ??= frames[frame].map((number) => lines[number]).join("\n");
    this.picture.innerHTML = this.markup[frame];
    this.picture.setAttribute("aria-label", texts[state]);
    this.caption.innerHTML = sentenceMarkup(texts[state]);
    this.shown = state;
  }

  // --- stepping and playing a control that is like time

  wakePlayer(buttons) {
    const control = this.controls.find((c) => c.name === buttons.dataset.control);
    const [back, play, next] = buttons.children;
    const stop = (buttons.stop = () => {
      clearInterval(buttons.timer);
      buttons.timer = undefined;
      play.setAttribute("aria-pressed", "false");
    });
    const step = (by) => {
      const last = control.texts.length - 1;
      const value = Math.min(last, Math.max(0, control.value + by));
      if (value === control.value) return stop();
      control.value = value;
      this.change(control);
      writeAddress();
    };
    back.addEventListener("click", () => step(-1));
    next.addEventListener("click", () => step(1));
    play.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
    play.addEventListener("click", () => {
      if (buttons.timer) return stop();
      if (control.value === control.texts.length - 1) control.value = 0;
      this.change(control);
      play.setAttribute("aria-pressed", "true");
      buttons.timer = setInterval(() => step(1), PLAY_MILLISECONDS);
    });
  }

  // --- the address of a view

  words(controls) {
    const text = (c) => encodeURIComponent(c.texts[c.value]);
    return controls.map((c) => `${this.name}.${c.name}=${text(c)}`);
  }

  get moved() {
    return this.controls.filter((c) => c.value !== c.start);
  }

  // Take what the address says; what it does not say, or says wrong, is the default.
  read(words) {
    if (this.broken) return;
    for (const control of this.controls) {
      const value = control.texts.indexOf(words.get(`${this.name}.${control.name}`));
      control.value = value < 0 ? control.start : value;
    }
    if (this.state !== this.shown) this.change(this.controls[0]);
  }

  async copyLink() {
    const link = `${location.href.split("#")[0]}#${this.words(this.controls).join("&")}`;
    const said = this.element.querySelector(".explorer-said");
    try {
      await navigator.clipboard.writeText(link);
      said.textContent = "Link copied.";
    } catch {
      said.textContent = link; // no clipboard here: the reader can select it
    }
  }
}

const explorers = [];

function writeAddress() {
  const words = explorers.flatMap((explorer) => explorer.words(explorer.moved));
  const page = location.href.split("#")[0];
  history.replaceState(history.state, "", words.length ? `${page}#${words.join("&")}` : page);
}

function readAddress() {
  const address = location.hash.slice(1);
  if (!address.includes("=")) return; // an ordinary link to a section
  const words = new URLSearchParams(address);
  for (const explorer of explorers) explorer.read(words);
  const named = (explorer) => address.startsWith(`${explorer.name}.`);
  explorers.find(named)?.element.scrollIntoView();
}

addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll(".explorer[data-name]")) {
    explorers.push(new Explorer(element));
  }
  for (const explorer of explorers) explorer.wake();
  readAddress();
  addEventListener("hashchange", readAddress);
  // paper shows the default picture, with the caption that belongs to it
  addEventListener("beforeprint", () => explorers.forEach((e) => e.show(e.start)));
  addEventListener("afterprint", () => explorers.forEach((e) => e.show(e.state)));
});
