// Explorers: native controls pick among the frames that the page carries.
// How frames are packed, and what the address says: src/dropoutlab/explore/page.py
"use strict";

const PLAY_MILLISECONDS = 700;
const TWEEN_MILLISECONDS = 120;
const QUIET_MILLISECONDS = 500; // after the last change the sentence is said aloud
const REACH = 24; // CSS pixels within which a pointer finds a handle
const MOVING = new Set(["d", "x", "y", "cx", "cy", "r", "width", "height", "transform"]);
const NUMBER = /-?\d+(?:\.\d+)?/g;

const PAGE = `explore:${new URL(document.baseURI).pathname}:`; // in a frame: of the page around it

// Which controls a handle takes where.
const placesOf = (handle) => handle.dataset.set.split(" ").map((pair) => pair.split(":").map(Number));

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

async function unpackFrames(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).json();
}

// Whether there is a picture and a sentence for each combination of values.
function isWhole({ lines, parts, said }, controls) {
  const isText = (text) => typeof text === "string";
  const count = ({ of }) => of.reduce((product, k) => product * controls[k].texts.length, 1);
  const isWholePart = (part) =>
    part.at.length === count(part) &&
    part.at.every((frame) => frame in part.frames) &&
    part.frames.every((frame) => frame.every((number) => isText(lines[number])));
  return parts.every(isWholePart) && said.texts.length === count(said) && said.texts.every(isText);
}

// E_D with a subscript, as in src/dropoutlab/explore/svg.py.
function sentenceMarkup(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return escaped.replace(/_([\p{L}\p{N}])/gu, "<sub>$1</sub>");
}

// A range, a select or a checkbox, seen as a number from 0.
class Control {
  constructor(element) {
    this.element = element;
    this.texts = JSON.parse(element.dataset.texts);
    this.name = element.name;
    this.start = this.printed = this.value;
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

// A picture: a frame of the same build changes only what differs.
class Picture {
  constructor(element, { of, frames, at }, lines, place) {
    Object.assign(this, { element, of, frames, at, lines });
    this.lineShapes = [];
    this.shown = frames[at[place]]; // what the page came with
  }

  // two lines of one shape are one element, changed
  shape(number) {
    this.lineShapes[number] ??= this.lines[number].replace(/"[^"]*"|>[^<]+</g, "");
    return this.lineShapes[number];
  }

  show(place, isMoving) {
    const frame = this.frames[this.at[place]];
    if (frame === this.shown) return;
    this.finish?.();
    const old = this.shown;
    this.shown = frame;
    const isAlike = old?.length === frame.length &&
      frame.every((line, k) => line === old[k] || this.shape(line) === this.shape(old[k]));
    if (isAlike) this.change(frame.flatMap((n, k) => (n === old[k] ? [] : [k])), isMoving);
    else {
      this.element.innerHTML = frame.map((number) => this.lines[number]).join("\n");
      this.nodes = undefined;
    }
  }

  // the first element of each line
  elements() {
    const all = this.element.querySelectorAll("*");
    let next = 0;
    return this.shown.map((number) => {
      const first = all[next];
      next += this.lines[number].match(/<\w/g)?.length ?? 0;
      return first;
    });
  }

  change(places, isMoving) {
    this.nodes ??= this.elements();
    const svg = document.createElement("div");
    const closed = (line) => line.replace(/^<(\w+)([^>]*[^/])>$/, "<$1$2></$1>");
    svg.innerHTML = `<svg>${places.map((k) => closed(this.lines[this.shown[k]])).join("")}</svg>`;
    const moves = [];
    [...svg.firstChild.children].forEach((wanted, k) => {
      const node = this.nodes[places[k]];
      for (const { name, value } of wanted.attributes) {
        const now = node.getAttribute(name);
        if (now === value) continue;
        const isAlike = now.replace(NUMBER, "") === value.replace(NUMBER, "");
        if (isMoving && isAlike && MOVING.has(name)) {
          moves.push({ node, name, value, from: now.match(NUMBER), to: value.match(NUMBER) });
        } else node.setAttribute(name, value);
      }
      if (wanted.tagName === "text") node.replaceChildren(...wanted.childNodes);
    });
    if (moves.length) this.tween(moves);
  }

  tween(moves) {
    const start = performance.now();
    const draw = (now) => {
      const t = Math.min(1, Math.max(0, (now - start) / TWEEN_MILLISECONDS));
      if (t === 1) return this.finish();
      for (const { node, name, value, from, to } of moves) {
        let k = 0;
        const between = () => (1 - t) * from[k] + t * to[k++];
        node.setAttribute(name, value.replace(NUMBER, () => between().toFixed(2)));
      }
      timer = requestAnimationFrame(draw);
    };
    let timer = requestAnimationFrame(draw);
    this.finish = () => {
      cancelAnimationFrame(timer);
      for (const { node, name, value } of moves) node.setAttribute(name, value);
      this.finish = undefined;
    };
  }
}

class Explorer {
  constructor(element) {
    this.element = element;
    this.name = element.dataset.name;
    this.controls = [...element.querySelectorAll("[data-texts]")].map((e) => new Control(e));
    this.figure = element.querySelector(".explorer-pictures");
    this.caption = element.querySelector(".explorer-sentence");
    this.shown = this.state;
  }

  get state() {
    return this.controls.map((c) => c.value).join();
  }

  wake() {
    for (const control of this.controls) {
      control.element.addEventListener("input", () => this.change(control));
      control.element.addEventListener("change", writeAddress);
      this.wakeFinger(control);
    }
    for (const buttons of this.element.querySelectorAll(".explorer-play")) this.wakePlayer(buttons);
    this.element.querySelector(".explorer-link").addEventListener("click", () => this.copyLink());
    this.wakeHandles();
    this.wakeQuestion();
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
        if (!isWhole(data, this.controls)) throw new Error("frames are missing");
        const elements = [...this.figure.children];
        const start = (part) => this.place(part, (control) => control.start);
        this.pictures = data.parts.map((p, k) => new Picture(elements[k], p, data.lines, start(p)));
        this.said = data.said;
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
    this.ask(false);
    for (const buttons of this.element.querySelectorAll(".explorer-play")) buttons.stop();
    for (const e of this.element.querySelectorAll("input, select, button")) e.disabled = true;
    const said = this.element.querySelector(".explorer-said");
    said.textContent = "This browser could not unpack the other pictures: the controls are off.";
    if (moved) writeAddress();
  }

  async change(control) {
    control.label();
    if (!this.pictures) await this.load();
    this.show(); // the last value wins
  }

  // the place of a part on its own grid, the last control running fastest
  place(part, value) {
    return part.of.reduce((k, c) => k * this.controls[c].texts.length + value(this.controls[c]), 0);
  }

  show(value = (control) => control.value, isMoving = !this.isBusy && !isStill()) {
    const state = this.controls.map(value).join();
    if (!this.pictures || state === this.shown) return;
    for (const picture of this.pictures) picture.show(this.place(picture, value), isMoving);
    const text = this.said.texts[this.place(this.said, value)];
    this.figure.setAttribute("aria-label", text);
    this.caption.innerHTML = sentenceMarkup(text);
    this.shown = state;
    if (!this.playing) this.hear(text);
  }

  // Say it once, when nothing has changed for a while.
  hear(text) {
    clearTimeout(this.hearing);
    const heard = this.element.querySelector(".explorer-heard");
    this.hearing = setTimeout(() => (heard.textContent = text), QUIET_MILLISECONDS);
  }

  // A finger that turns out to scroll the page has moved nothing.
  wakeFinger(control) {
    let before;
    control.element.addEventListener("pointerdown", () => (before = control.value));
    control.element.addEventListener("pointercancel", () => {
      control.value = before;
      this.change(control);
      writeAddress();
    });
  }

  // --- parts of a picture that can be clicked or dragged

  wakeHandles() {
    let held; // what is pressed, where, and whether it is dragged by now
    const stop = () => {
      held = undefined;
      this.isBusy = false;
    };
    this.figure.addEventListener("pointerdown", (event) => {
      const picture = event.target.closest(".explorer-picture");
      const handle = this.pictures && event.button === 0 && this.nearest(picture, event, REACH);
      if (!handle || this.isAsking) return;
      held = { picture, of: controlsOf(handle), x: event.clientX, y: event.clientY, handle };
      this.figure.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.figure.addEventListener("pointermove", (event) => {
      if (!held) return;
      const { x, y } = held;
      held.isDrag ||= Math.hypot(event.clientX - x, event.clientY - y) > 4;
      if (!held.isDrag || held.waits) return;
      held.waits = true;
      requestAnimationFrame(() => {
        if (!held) return;
        held.waits = false;
        this.isBusy = true;
        this.take(this.nearest(held.picture, event, Infinity, held.of));
      });
    });
    this.figure.addEventListener("pointerup", (event) => {
      if (!held) return;
      const { picture, of, isDrag, handle } = held;
      stop();
      if (isDrag) this.take(this.nearest(picture, event, Infinity, of));
      else this.take(handle, true);
      writeAddress();
    });
    this.figure.addEventListener("pointercancel", stop);
  }

  // The handle under the pointer, else the nearest; `of`: that sets these controls.
  nearest(picture, event, reach, of) {
    const under = event.target.closest?.("[data-set]");
    if (under && !of) return under;
    const svg = picture?.querySelector("svg");
    if (!svg) return undefined;
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const [x, y] = [(event.clientX - box.x) * scale, (event.clientY - box.y) * scale];
    let [found, least] = [undefined, reach * scale];
    for (const handle of picture.querySelectorAll("[data-set]")) {
      if (of && controlsOf(handle) !== of) continue;
      const [atX, atY] = handle.dataset.at.split(" ");
      const distance = Math.hypot(atX - x, atY - y);
      if (distance < least) [found, least] = [handle, distance];
    }
    return found;
  }

  // Go where a handle leads; a click on one that is there turns a switch.
  take(handle, isClick) {
    if (!handle) return;
    const pairs = placesOf(handle);
    const isThere = pairs.every(([k, place]) => this.controls[k].value === place);
    if (isThere && !isClick) return;
    for (const [k, place] of pairs) {
      const control = this.controls[k];
      const turns = isThere && pairs.length === 1 && control.texts.length === 2;
      control.value = turns ? 1 - place : place;
    }
    this.change(this.controls[pairs[0][0]]);
  }

  // --- a question first

  wakeQuestion() {
    const form = (this.form = this.element.querySelector(".explorer-question"));
    if (!form) return;
    const guess = form.elements.guess;
    this.key = `${PAGE}${this.name}`;
    this.ask(true);
    const told = form.querySelector("[data-set]");
    if (told) for (const [k, place] of placesOf(told)) this.controls[k].printed = place;
    if (guess.type === "range") {
      const texts = JSON.parse(guess.dataset.words);
      guess.addEventListener("input", () => {
        guess.setAttribute("aria-valuetext", texts[guess.value]);
        guess.nextElementSibling.textContent = texts[guess.value];
      });
    }
    const go = (event, guess) => {
      event.preventDefault();
      this.answer(guess);
      this.controls[0].element.focus({ preventScroll: true });
    };
    form.addEventListener("submit", (event) => go(event, guess.value));
    form.querySelector("[type=button]").addEventListener("click", go);
    const kept = recall(this.key);
    if (kept) this.answer(kept.split(" ")[0]);
  }

  ask(isAsking) {
    this.isAsking = isAsking;
    this.element.classList.toggle("explorer-asking", isAsking);
    this.element.querySelector(".explorer-controls").inert = isAsking;
  }

  answer(guess) {
    const { form } = this;
    this.ask(false);
    this.take(form.querySelector("[data-set]"));
    if (guess === undefined) return;
    const field = form.elements.guess;
    const text = field.type === "range"
      ? JSON.parse(field.dataset.words)[guess]
      : [...field].find((e) => e.value === guess)?.parentElement.textContent.trim();
    if (text === undefined) return;
    const [low, high] = form.dataset.right.split(" ").map(Number);
    this.isRight = low <= guess && guess <= high;
    remember(this.key, `${guess} ${this.isRight}`);
    form.querySelector("[role=status]").textContent =
      `You predicted ${text}, and it is ${this.isRight ? "" : "not "}so.`;
    writeScore();
  }

  // --- stepping and playing a control that is like time

  wakePlayer(buttons) {
    const control = this.controls.find((c) => c.name === buttons.dataset.control);
    const [back, play, next] = buttons.children;
    const say = (word) => {
      play.ariaLabel = play.ariaLabel.replace(play.textContent, word);
      play.textContent = word;
    };
    const stop = (buttons.stop = () => {
      clearInterval(buttons.timer);
      buttons.timer = undefined;
      this.playing = false;
      say("Play");
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
    play.hidden = isStill();
    play.addEventListener("click", () => {
      if (buttons.timer) return stop();
      if (control.value === control.texts.length - 1) control.value = 0;
      this.playing = true;
      this.change(control);
      say("Pause");
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

  // What the address does not say, or says wrong, is the default.
  read(words) {
    if (this.broken) return;
    if (this.isAsking && [...words.keys()].some((w) => w.startsWith(`${this.name}.`))) {
      this.answer(); // who sends a view shows it
    }
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

const controlsOf = (handle) => handle.dataset.set.replace(/:\d+/g, "");

// A browser may refuse to keep anything.
function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {} // then it is asked again next time
}

function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

// What is known of the answers: those of this page, or of the notebook that this frame stands in.
function results() {
  if (explorers.length) return explorers.map((e) => e.isRight).filter((r) => r !== undefined);
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PAGE));
    return keys.map((key) => localStorage[key].endsWith("true"));
  } catch {
    return [];
  }
}

function writeScore() {
  const right = results();
  for (const element of document.querySelectorAll(".explorer-score")) {
    element.textContent = right.length
      ? `You predicted ${right.filter(Boolean).length} of ${right.length} answers.`
      : "No answer of this page predicted yet.";
  }
}

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

const start = () => {
  for (const element of document.querySelectorAll(".explorer[data-name]")) {
    explorers.push(new Explorer(element));
  }
  for (const explorer of explorers) explorer.wake();
  readAddress();
  writeScore();
  addEventListener("storage", writeScore);
  addEventListener("hashchange", readAddress);
  // paper shows what the answer speaks of, and nothing in motion
  addEventListener("beforeprint", () => explorers.forEach((e) => e.show((c) => c.printed, false)));
  addEventListener("afterprint", () => explorers.forEach((e) => e.show()));
};
// before scripts that wait
document.addEventListener("readystatechange", start, { once: true });
