// Search in `bookIndex`, sections of the book as [address, page, title, paragraphs]. It asks nobody.
"use strict";

const MOST = 20; // sections shown
const AROUND = 130; // letters of an excerpt before and after what was found
const CALLED = { // what people type, in the words of the book
  attention: "transformer", bn: "batch normalisation",
  cnn: "convolution", droppath: "stochastic depth", gru: "recurrent", jax: "flax",
  leave: "left", llm: "transformer", lr: "learning rate",
  mc: "monte carlo", nnx: "flax", rnn: "recurrent", spatial: "channels",
  spatialdropout: "channels", uncertainty: "spread over masks unsure",
  variational: "mask for the whole sequence", wd: "weight decay",
};
const ENDINGS = "(?:ations?|ion|ies|ing|ers?|ed|es|s|y|e)";

// A word of the question finds itself with other endings, and with s for z; a short one itself only.
function finder(word) {
  const isShort = word.length < 4;
  const stem = isShort ? word : word.replace(RegExp(`${ENDINGS}$`), "").replace(/[sz]/g, "[sz]");
  const rest = isShort ? "" : `\\p{L}?${ENDINGS}?`;
  return `(?<![\\p{L}\\p{N}])${stem}${rest}(?![\\p{L}\\p{N}])`;
}

function ask(question) {
  const said = question.toLowerCase().replace(/(batch|layer)[- ]?norm\b/g, "$1 normalisation");
  const typed = said.match(/[\p{L}\p{N}]+/gu) ?? [];
  const words = typed.flatMap((word) => (CALLED[word.replace(/\dd$/, "")] ?? word).split(" "));
  const different = [...new Set(words)];
  const whole = bookIndex.map(([, page, title, texts]) => [page, title, ...texts].join("\n"));
  const count = (test) => whole.filter((text) => test.test(text)).length;
  // a word that is nowhere may be the beginning of one
  const parts = different.map((word) =>
    word.length < 3 || count(new RegExp(finder(word), "iu"))
      ? finder(word) : `(?<![\\p{L}\\p{N}])${word}\\p{L}*`);
  const tests = parts.map((part) => new RegExp(part, "iu"));
  const phrase = words.length > 1 && new RegExp(words.map(finder).join("[^\\p{L}\\p{N}]+"), "iu");
  const rare = tests.map((test) => {
    const found = count(test);
    return found ? Math.log(1 + bookIndex.length / found) : 0;
  });
  const sum = (text) => tests.reduce((all, test, k) => all + (test.test(text) ? rare[k] : 0), 0);
  const weigh = (text) => sum(text) * (phrase && phrase.test(text) ? 2 : 1);
  const found = bookIndex
    .map(([address, page, title, texts], k) => {
      const weights = texts.map(weigh);
      const best = Math.max(0, ...weights);
      return {
        address, page, title,
        text: texts[weights.indexOf(best)] ?? "",
        // a claim has no text below it: its sentence counts once
        weight: best + weigh(title) / (texts.length ? 1 : 2) + weigh(page) / 4,
        has: sum(whole[k]),
      };
    })
    .filter(({ has }) => has > 0)
    .sort((one, other) => other.weight - one.weight);
  // what has no more than half of what the question asks for is a chance likeness
  const most = Math.max(...found.map(({ has }) => has));
  const near = found.filter(({ has }) => has > most / 2);
  const marks = new RegExp(parts.join("|") || "(?!)", "giu");
  const unknown = different.filter((word, k) => !rare[k] && word.length > 2);
  return { found: near.slice(0, MOST), marks, unknown };
}

function excerpt(text, marks) {
  const first = Math.max(0, text.search(marks));
  const from = first > AROUND ? text.indexOf(" ", first - AROUND) + 1 : 0;
  const end = first + AROUND < text.length ? text.lastIndexOf(" ", first + AROUND) : text.length;
  const part = text.slice(from, Math.max(end, first + 1));
  return (from ? "… " : "") + part + (end < text.length ? " …" : "");
}

function marked(text, marks) {
  const line = document.createElement("p");
  let end = 0;
  for (const match of text.matchAll(marks)) {
    const mark = document.createElement("mark");
    mark.textContent = match[0];
    line.append(text.slice(end, match.index), mark);
    end = match.index + match[0].length;
  }
  line.append(text.slice(end));
  return line;
}

function show(question) {
  const { found, marks, unknown } = ask(question);
  const list = document.createElement("ol");
  list.className = "book-found";
  for (const { address, page, title, text } of found) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    item.append(link);
    if (page !== title) item.append(` (${page})`);
    if (text) item.append(marked(excerpt(text, marks), marks));
    list.append(item);
  }
  const count = found.length === 1 ? "One section" : `${found.length || "No"} sections`;
  const missing = found.length && unknown.length ? ` None has “${unknown.join("”, “")}”.` : "";
  said.textContent = question.trim() ? `${count} found.${missing}` : "Type what you look for.";
  box.replaceChildren(said, list);
}

const box = document.querySelector("#search-results");
const said = document.createElement("p");
said.setAttribute("role", "status");
box.append(said);
const field = document.querySelector(".bd-search-container input[name=q]");
field.value = new URLSearchParams(location.search).get("q") ?? "";
show(field.value);
field.addEventListener("input", () => show(field.value));
